import KubernetesAPI
import Manifests
import Rollouts
import Stages
import TestSupport
import Testing

@testable import flotilla

@Suite("The status of an application")
struct StatusTextTests {
    private static let styles: [(String, TextStyle, Bool)] = [
        ("wide", TextStyle(), true), ("all", TextStyle(), false), ("narrow", TextStyle(columns: 79), true),
        ("ascii", TextStyle(isUnicode: false), true), ("colour", TextStyle(hasColour: true), true),
    ]

    @Test("shows each cluster as a tree, and compares them first", .tags(.golden), arguments: styles)
    func golden(name: String, style: TextStyle, folds: Bool) throws {
        let text = StatusText(report: try StatusFixture.report(), style: style, folds: folds).text
        try expectGolden(text + "\n", "status/\(name).txt")
    }

    @Test("without a comparison with Git has no column for it")
    func withoutDrift() throws {
        let report = try StatusFixture.report(comparesWithGit: false)
        let lines = StatusText(report: report, style: TextStyle()).lines
        #expect(lines.allSatisfy { !$0.contains("DRIFT") && !$0.contains("in sync") })
        #expect(lines.contains { $0.hasPrefix("eu  ✓ healthy  commit c0ffee2") })
    }

    @Test("is no wider than the terminal, reasons and notes included", arguments: [60, 79, 100, 140])
    func width(columns: Int) throws {
        let style = TextStyle(columns: columns)
        let lines = StatusText(report: try StatusFixture.report(), style: style).lines
        #expect(lines.allSatisfy { $0.count <= columns }, "\(lines.filter { $0.count > columns })")
        #expect(lines.joined(separator: " ").contains("ImagePullBackOff"))
    }

    @Test("is stable as JSON", .tags(.golden))
    func json() throws {
        try expectGolden(try StatusFixture.report().value.jsonText(.pretty) + "\n", "status/status.json")
    }

    @Test("counts what only fills the screen, unless all is asked for", arguments: [(true, 60), (false, 5_100)])
    func large(folds: Bool, lines limit: Int) throws {
        var objects: [LiveObject] = []
        for number in 0..<50 {
            let web = try StatusFixture.workload("web\(number)", ready: 49, of: 98, commit: "c0ffee2", age: 60)
            let set = StatusFixture.replicaSet("web\(number)-5d", of: web, ready: 49, desired: 98)
            objects += [web, set] + StatusFixture.pods(of: set, 98)
        }
        let state = LiveState(target: "eu", objects: objects)
        let report = StatusReport(
            application: "shop",
            commit: "c0ffee2",
            time: StatusFixture.now,
            clusters: [StatusFixture.cluster(state)]
        )
        var lines: [String] = []
        let time = ContinuousClock().measure {
            lines = StatusText(report: report, style: TextStyle(columns: 120), folds: folds).lines
        }
        #expect(lines.count > limit / 2 && lines.count < limit + 20, "\(lines.count)")
        #expect(lines.contains { $0.contains("98 pods healthy") } == folds)
        // A quadratic tree takes minutes.
        #expect(time < .seconds(60))
    }

    @Test(
        "folds objects of one kind that fare alike",
        arguments: [
            (Array(repeating: Health(.healthy), count: 3), ["0", "1", "2"]),
            (Array(repeating: Health(.healthy), count: 4), ["4 pods healthy"]),
            (
                Array(repeating: Health(.degraded, "no"), count: 12),
                (0..<10).map(String.init) + ["and 2 more pods degraded"]
            ),
            (
                [Health(.degraded, "no")] + Array(repeating: Health(.healthy), count: 4),
                ["0", "4 pods healthy"]
            ),
        ]
    )
    func folding(healths: [Health], entries: [String]) {
        let nodes = healths.enumerated().map { number, health in
            StatusNode(key: ResourceKey(group: "", kind: "Pod", namespace: "shop", name: "\(number)"), health: health)
        }
        let shown = nodes.folded().map { entry in
            switch entry {
            case .node(let node): node.key.name
            case .others(let text, _): text
            }
        }
        #expect(shown == entries)
    }

    @Test("names the worst object of a cluster, and not what follows from it")
    func complaints() throws {
        let cluster = StatusFixture.cluster(try StatusFixture.degraded("ap"))
        #expect(cluster.health == .degraded)
        #expect(cluster.complaints.map(\.key.shortDescription) == ["Deployment/shop/cart-canary"])
    }

    @Test(
        "is unknown at best where workloads cannot be seen, and not for other types",
        arguments: [
            (GroupKind(group: "apps", kind: "Deployment"), .unknown), (GroupKind(kind: "Pod"), .unknown),
            (GroupKind(group: "batch", kind: "*"), .unknown), (GroupKind(kind: "Secret"), .healthy),
            (GroupKind(group: "cert-manager.io", kind: "*"), .healthy),
        ] as [(GroupKind, Health.Status)]
    )
    func hidden(type: GroupKind, health: Health.Status) throws {
        let objects = try StatusFixture.healthy("eu").objects
        let hidden = [LiveState.HiddenType(type: type, reason: "forbidden")]
        let cluster = StatusFixture.cluster(LiveState(target: "eu", objects: objects, hidden: hidden))
        #expect(cluster.health == health && cluster.isGood == (health == .healthy))
        #expect(cluster.inShort.contains("cannot be seen") == (health != .healthy))
        let empty = StatusFixture.cluster(LiveState(target: "eu", objects: [], hidden: hidden))
        #expect(empty.health == (health == .healthy ? .missing : .unknown))
        let worse = StatusFixture.cluster(
            LiveState(target: "ap", objects: try StatusFixture.degraded("ap").objects, hidden: hidden)
        )
        #expect(worse.health == .degraded)
    }

    @Test("says why a deployment would be refused, also of an object without a field that differs")
    func refused() throws {
        let web = try StatusFixture.object("Service", "web", commit: "c0ffee2")
        let note = "a deployment would be refused: denied by policy"
        let comparison = ManifestComparison(
            deleted: [],
            added: [],
            changed: [.init(key: web.key, differences: [], notes: [note])]
        )
        let drift = TargetDrift(target: "eu", verdict: .outOfSync(comparison))
        let cluster = StatusFixture.cluster(LiveState(target: "eu", objects: [web]), drift)
        let report = StatusReport(application: "shop", commit: "c", time: StatusFixture.now, clusters: [cluster])
        let text = StatusText(report: report, style: TextStyle()).text
        for output in [text, report.value.jsonText(), Page(report: report, run: nil).html] {
            #expect(output.contains("Service/shop/web: \(note)"), "\(output)")
        }
    }

    @Test("has objects that own each other in a circle, once")
    func circle() throws {
        var (first, second) = try (StatusFixture.object("A", "a"), StatusFixture.object("B", "b"))
        (first, second) = (owned(first, by: second), owned(second, by: first))
        second.health = Health(.degraded, "no")
        let cluster = StatusFixture.cluster(LiveState(target: "eu", objects: [first, second]))
        #expect(cluster.health == .degraded)
        #expect(cluster.trees.flatMap(\.withDescendants).map(\.key.name) == ["a", "b"])
    }

    private func owned(_ object: LiveObject, by owner: LiveObject) -> LiveObject {
        LiveObject(
            key: object.key,
            groupVersionKind: object.groupVersionKind,
            uid: object.uid,
            owners: [owner.uid],
            createdAt: object.createdAt
        )
    }

    @Test("shows no control characters of names and reasons")
    func controlCharacters() throws {
        var web = try StatusFixture.workload("web", ready: 0, of: 1, variant: "a\u{1B}[2J", commit: "c", age: 1)
        web.health = Health(.degraded, "\u{1B}[31mred\u{7}\n")
        let state = LiveState(
            target: "eu",
            objects: [web],
            hidden: [.init(type: GroupKind(kind: "Secret"), reason: "\u{1B}]0;title\u{7}")]
        )
        let report = StatusReport(
            application: "shop",
            commit: "c",
            time: StatusFixture.now,
            clusters: [StatusFixture.cluster(state)]
        )
        let text = StatusText(report: report, style: TextStyle()).text
        #expect(!text.contains("\u{1B}") && !text.contains("\u{7}"))
        #expect(text.contains("\\u001b[31mred"))
    }

    @Test(
        "tells the age in the largest unit",
        arguments: [(-5, "0s"), (0, "0s"), (119, "119s"), (120, "2m"), (7_199, "119m"), (7_200, "2h"), (172_800, "2d")]
    )
    func age(seconds: Int64, text: String) {
        let now = Moment(sinceEpoch: .seconds(1_000_000))
        #expect(now.age(since: 1_000_000 - seconds) == text)
    }

    @Test(
        "breaks lines between words, and words that are too long",
        arguments: [
            ("a b", 20, ["a b"]), ("aaaaaaaaaaaa bbbbbbbbbbbb", 20, ["aaaaaaaaaaaa", "bbbbbbbbbbbb"]),
            (String(repeating: "a", count: 45), 20, [20, 20, 5].map { String(repeating: "a", count: $0) }),
        ]
    )
    func wrapping(text: String, width: Int, lines: [String]) {
        #expect(TextStyle.wrapped(text, to: width) == lines)
    }
}
