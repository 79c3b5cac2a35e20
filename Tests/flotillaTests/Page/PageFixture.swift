import KubernetesAPI
import Manifests
import Rollouts

@testable import Stages
@testable import flotilla

/// What a page is made of.
enum PageFixture {
    /// A rollout that has failed on one cluster of three, and was rolled back.
    static func failed() throws -> WhyReport.Run {
        let all = ["eu", "us", "ap"]
        let canary = WhyFixture.stage(0, "K8S_CANARY_ROLLOUT", all, from: 1, to: 14)
        let traffic = all.map { target -> (Int, JournalRecord.Event) in
            (
                20,
                .trafficRouted(
                    WhyFixture.place(1, target),
                    route,
                    weights: ["primary": 90, "canary": 10, "baseline": 0]
                )
            )
        }
        let routing = WhyFixture.stage(1, "K8S_TRAFFIC_ROUTING", all, from: 18, to: 21)
        let primary: [(Int, JournalRecord.Event)] =
            [(25, .stageStarted(stage: 2, name: "K8S_PRIMARY_ROLLOUT"))]
            + all.map { (25, .targetStarted(WhyFixture.place(2, $0))) } + [
                (80, .targetFinished(WhyFixture.place(2, "eu"), .succeeded, error: nil, left: [])),
                (101, .targetFinished(WhyFixture.place(2, "us"), .failed, error: error, left: [])),
                (
                    101,
                    .targetFinished(WhyFixture.place(2, "ap"), .cancelled, error: "ap: stopped on request", left: [])
                ),
                (102, .stageFinished(.init(stage: 2, outcome: .partial))),
            ]
        let rollback = WhyFixture.stage(5, "K8S_ROLLBACK", all, from: 103, to: 131)
        let back: [(Int, JournalRecord.Event)] = [
            (105, .trafficRouted(WhyFixture.place(5, "eu"), route, weights: ["primary": 100])),
            (107, .trafficRouted(WhyFixture.place(5, "us"), route, weights: ["primary": 100])),
            (131, .runFinished(.partial)),
        ]
        let events = canary + [routing[0]] + traffic + routing.dropFirst() + primary + [rollback[0]] + back.prefix(2)
        return try WhyFixture.run(events + rollback.dropFirst() + back.suffix(1), isInUse: false)
    }

    private static let route = ResourceKey(
        group: "networking.istio.io",
        kind: "VirtualService",
        namespace: "shop",
        name: "web"
    )
    private static let error = """
        us: Deployment/shop/web is not ready: pod web-7f-x2x, container server: CrashLoopBackOff: last exit code 1
        """

    static func page() throws -> Page {
        Page(report: try StatusFixture.report(), run: try failed())
    }

    /// A page on which every text tries to be markup.
    static func hostile(_ text: String) throws -> Page {
        var web = try StatusFixture.workload("web", ready: 0, of: 1, variant: text, commit: text, age: 1)
        web.health = Health(.degraded, text)
        let named = LiveObject(
            key: ResourceKey(group: "", kind: text, namespace: text, name: text),
            groupVersionKind: GroupVersionKind(group: "", version: "v1", kind: text),
            uid: text,
            owners: [web.uid],
            health: Health(.progressing, text + "2")
        )
        let state = LiveState(
            target: text,
            objects: [web, named],
            hidden: [.init(type: GroupKind(group: text, kind: text), reason: text)]
        )
        let comparison = ManifestComparison(
            from: [try StatusFixture.manifest("ConfigMap", "a", ["data": [text: .string(text)]])],
            to: [try StatusFixture.manifest("ConfigMap", "a", ["data": [text: "x"]])],
            rules: ComparisonRules()
        )
        let drift = TargetDrift(target: text, verdict: .outOfSync(comparison), notes: [text])
        let unseen = ClusterStatus(
            LiveStateAnswer(target: text, result: .failure(LiveStateError(text))),
            drift: TargetDrift(target: text, verdict: .unknown([text]))
        )
        var header = RunHeader(
            run: RunID(text),
            application: text,
            commit: text,
            running: text,
            stages: [text],
            targets: [text],
            digest: ""
        )
        header.rollsBack = false
        let place = WhyFixture.place(0, text)
        let events: [(Int, JournalRecord.Event)] = [
            (1, .stageStarted(stage: 0, name: text)), (2, .targetStarted(place)),
            (3, .trafficRouted(place, WhyFixture.web, weights: [text: 10, "primary": 90])),
            (4, .targetPlanned(place, steps: 1)), (5, .waitStarted(place, until: WhyFixture.start)),
            (6, .waiting(place, named.key, reason: text)),
        ]
        let report = StatusReport(
            application: text,
            commit: text,
            time: StatusFixture.now,
            clusters: [StatusFixture.cluster(state, drift), unseen]
        )
        return Page(report: report, run: try WhyFixture.run(events, header))
    }
}

/// The elements of a page, as far as a test needs them.
struct Markup {
    /// What is wrong with the nesting.
    private(set) var problems: [String] = []
    /// The names of the elements, in order.
    private(set) var names: [String] = []
    /// The attributes of all elements, in order.
    private(set) var attributes: [(String, String)] = []

    private static let void: Set = ["meta", "link", "br", "hr", "img", "use", "path", "circle"]

    init(_ text: String) {
        var open: [String] = []
        var rest = text[...]
        while let start = rest.firstIndex(of: "<") {
            rest = rest[rest.index(after: start)...]
            guard let end = rest.firstIndex(of: ">") else {
                problems.append("a tag has no end")
                return
            }
            let tag = rest[..<end]
            rest = rest[rest.index(after: end)...]
            if tag.hasPrefix("!") { continue }
            if tag.hasPrefix("/") {
                let name = String(tag.dropFirst())
                if open.popLast() != name { problems.append("</\(name)> closes something else") }
                continue
            }
            let name = String(tag.prefix { $0.isLetter || $0.isNumber })
            names.append(name)
            read(tag.dropFirst(name.count))
            if !Self.void.contains(name) { open.append(name) }
            if name == "style", let close = rest.range(of: "</style>") { rest = rest[close.lowerBound...] }
        }
        problems += open.map { "<\($0)> is not closed" }
    }

    private mutating func read(_ text: Substring) {
        var rest = text.drop { $0.isWhitespace || $0 == "/" }
        while !rest.isEmpty {
            let name = rest.prefix { $0.isLetter || $0 == "-" }
            guard !name.isEmpty else {
                problems.append("no attribute: \(rest)")
                return
            }
            rest = rest.dropFirst(name.count)
            var value: Substring = ""
            if rest.hasPrefix("=\"") {
                value = rest.dropFirst(2).prefix { $0 != "\"" }
                rest = rest.dropFirst(value.count + 3)
            }
            attributes.append((String(name), String(value)))
            rest = rest.drop { $0.isWhitespace || $0 == "/" }
        }
    }
}

extension Substring {
    /// The first place of a text.
    fileprivate func range(of text: String) -> Range<Index>? { firstRange(of: text) }
}
