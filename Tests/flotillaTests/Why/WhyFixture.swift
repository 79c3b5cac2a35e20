import Manifests
import Rollouts

@testable import Stages
@testable import flotilla

/// Runs of an application as the lines of their journals.
enum WhyFixture {
    static let start = Moment(sinceEpoch: .seconds(1_900_000_000))
    static let web = ResourceKey(group: "apps", kind: "Deployment", namespace: "shop", name: "web")
    static let canary = ResourceKey(group: "apps", kind: "Deployment", namespace: "shop", name: "cart-canary")

    static func header(targets: [String] = ["eu", "us", "ap"], rollsBack: Bool? = true) -> RunHeader {
        var header = RunHeader(
            run: RunID("20300317-174640-000-k3xq7w"),
            application: "shop",
            commit: StatusFixture.newCommit,
            running: StatusFixture.oldCommit,
            stages: [
                "K8S_CANARY_ROLLOUT", "K8S_TRAFFIC_ROUTING", "K8S_PRIMARY_ROLLOUT", "K8S_TRAFFIC_ROUTING",
                "K8S_CANARY_CLEAN",
            ],
            targets: targets,
            digest: "ab12"
        )
        header.rollsBack = rollsBack
        return header
    }

    static func place(_ stage: Int, _ target: String) -> JournalRecord.Place { .init(stage: stage, target: target) }

    /// A history of events at seconds after its beginning.
    static func history(
        _ events: [(Int, JournalRecord.Event)],
        header: RunHeader = header()
    ) throws -> RunHistory {
        let first = JournalRecord(time: start, event: .runStarted(header))
        return try RunHistory([first] + events.map { JournalRecord(time: start + .seconds($0), event: $1) })
    }

    static func run(_ events: [(Int, JournalRecord.Event)], _ header: RunHeader = header(), isInUse: Bool = true) throws
        -> WhyReport.Run
    {
        WhyReport.Run(try history(events, header: header), journal: "/state/run.jsonl", isInUse: isInUse)
    }

    /// A stage that all targets have ended.
    static func stage(_ number: Int, _ name: String, _ targets: [String], from start: Int, to end: Int)
        -> [(Int, JournalRecord.Event)]
    {
        [(start, .stageStarted(stage: number, name: name))]
            + targets.flatMap { target -> [(Int, JournalRecord.Event)] in
                [
                    (start, .targetStarted(place(number, target))),
                    (end, .targetFinished(place(number, target), .succeeded, error: nil, left: [])),
                ]
            } + [(end, .stageFinished(.init(stage: number, outcome: .succeeded)))]
    }

    /// A canary that one cluster waits for, one has and one still asks about.
    static let waiting: [(Int, JournalRecord.Event)] = [
        (2, .stageStarted(stage: 0, name: "K8S_CANARY_ROLLOUT")), (2, .targetStarted(place(0, "eu"))),
        (2, .targetStarted(place(0, "us"))), (2, .targetStarted(place(0, "ap"))),
        (3, .targetPlanned(place(0, "eu"), steps: 4)), (3, .targetPlanned(place(0, "ap"), steps: 4)),
        (4, .objectChanged(place(0, "ap"), ResourceChange(resource: canary, change: .created))),
        (5, .targetFinished(place(0, "eu"), .succeeded, error: nil, left: [])),
        (5, .waitStarted(place(0, "ap"), until: start + .seconds(605))),
        (5, .waiting(place(0, "ap"), canary, reason: "0 of 1 pods are ready")),
    ]
}
