import Manifests
import Rollouts
import Testing

@Suite("Subsets of a DestinationRule")
struct DestinationRuleTests {
    private static let rules = TrafficLookup(
        kind: GroupKind(group: "networking.istio.io", kind: "DestinationRule"),
        namespace: nil
    )

    private static func rule(_ subsets: String, host: String = "orders", name: String = "orders") -> String {
        """
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: \(name)}
        spec: {host: \(host), subsets: \(subsets)}
        """
    }

    private static let both = "[{name: primary, labels: {version: v1}}, {name: canary, labels: {version: v2}}]"
    private static let onlyPrimary = "[{name: primary}]"
    private static let missing = "subset \"canary\" of host \"orders\" is to receive traffic, but "

    private func change(
        inGit: [String] = [],
        live: [String]? = nil,
        _ with: String = "canary: 30"
    ) throws -> TrafficChange {
        let objects = try manifests(([Fixture.virtualService(), Fixture.service] + inGit).joined(separator: "\n---\n"))
        let answers = try live.map { [Self.rules: try $0.map { try value($0) }] } ?? [:]
        let spec = try spec(Fixture.istio())
        let request = TrafficRequest(objects, spec: spec, options: try trafficOptions(with))
        #expect(try TrafficRouting.lookups(for: request) == [Self.rules])
        return try TrafficRouting.change(request, live: answers)
    }

    @Test(
        "BEYOND-14 must be there for every receiver, in the cluster rather than in Git",
        arguments: [
            ([Self.rule(Self.onlyPrimary)], nil, "no DestinationRule defines it; add it"),
            ([Self.rule(Self.onlyPrimary)], [], "no DestinationRule defines it; add it"),
            ([], [Self.rule(Self.onlyPrimary)], "no DestinationRule defines it; add it"),
            (
                [Self.rule(Self.both)], [Self.rule(Self.onlyPrimary)],
                "in the cluster no DestinationRule defines it yet; apply the one in Git first"
            ),
            ([Self.rule("{a: b}")], nil, "no DestinationRule defines it; add it"),
        ] as [([String], [String]?, String)]
    )
    func refused(inGit: [String], live: [String]?, text: String) throws {
        let expected = text.hasPrefix("no") && inGit.first == Self.rule("{a: b}") ? "primary" : "canary"
        let missing = Self.missing.replacing("canary", with: expected)
        #expect(message { _ = try change(inGit: inGit, live: live) } == "DestinationRule/orders: \(missing)\(text)")
    }

    @Test(
        "are taken from all rules of the host",
        arguments: [
            ([Self.rule(Self.both)], nil), ([], [Self.rule(Self.both)]),
            ([Self.rule(Self.onlyPrimary)], [Self.rule(Self.both)]),
            ([], [Self.rule(Self.onlyPrimary), Self.rule("[{name: canary}]", name: "second")]),
            ([], [Self.rule(Self.both, host: "orders.default.svc.cluster.local")]),
            ([Self.rule(Self.onlyPrimary, host: "cart"), Self.rule(Self.both)], nil),
        ] as [([String], [String]?)]
    )
    func accepted(inGit: [String], live: [String]?) throws {
        let notes = try change(inGit: inGit, live: live).notes
        #expect(notes == ["route \"main\" updated: primary 70%, canary 30%, baseline 0%"])
    }

    @Test("choose the pods that the traffic of their variant reaches")
    func labels() throws {
        let change = try change(live: [Self.rule(Self.both)])
        let labels = Variant.allCases.map { change.backends[$0]?.podLabels }
        #expect(
            labels == [["app": "orders", "version": "v1"], ["app": "orders", "version": "v2"], ["app": "orders"]]
        )
    }

    @Test("are not asked for where no traffic goes")
    func notNeeded() throws {
        #expect(message { _ = try change(inGit: [Self.rule(Self.onlyPrimary)], "primary: 100") } == nil)
    }

    @Test(
        "that nobody defines are told of, when the cluster has no rule for the host",
        arguments: [
            (
                [],
                "no DestinationRule of host \"orders\" found; unless one elsewhere defines the subsets \"primary\", "
                    + "\"canary\", their traffic fails"
            ),
            (
                [Self.rule(Self.both)],
                "DestinationRule/orders is not in the cluster yet; its subsets get no traffic before it is applied"
            ),
        ] as [([String], String)]
    )
    func noRule(inGit: [String], note: String) throws {
        let notes = try change(inGit: inGit, live: [Self.rule(Self.both, host: "cart")]).notes
        #expect(notes.dropFirst() == [note])
    }

    @Test("are looked for beside the VirtualService and beside the Service")
    func lookups() throws {
        let text = """
            {apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: r, namespace: edge},
             spec: {http: [{route: [{destination: {host: orders.shop.svc.cluster.local}}]}]}}
            """
        let settings = "trafficRouting: {method: istio, istio: {host: orders.shop.svc.cluster.local}}"
        let options = try trafficOptions("canary: 1")
        let request = TrafficRequest(try manifests(text), spec: try spec(settings), options: options)
        #expect(try TrafficRouting.lookups(for: request).map(\.namespace) == ["edge", "shop"])
    }
}
