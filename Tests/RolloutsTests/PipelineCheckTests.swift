import Manifests
import Rollouts
import Testing

@Suite("The pipeline as a whole")
struct PipelineCheckTests {
    private static let rollout = "{name: K8S_CANARY_ROLLOUT}"
    private static let primary = "{name: K8S_PRIMARY_ROLLOUT}"
    private static let clean = "{name: K8S_CANARY_CLEAN}"

    @Test(
        "is refused when a stage cannot work after the ones before it",
        arguments: [
            (
                [clean, primary], 0,
                "nothing to clean: no earlier stage rolls the canary out; add K8S_CANARY_ROLLOUT before it, or remove it"
            ),
            (
                [rollout, primary, "{name: K8S_MULTI_BASELINE_CLEAN}"], 2,
                "nothing to clean: no earlier stage rolls the baseline out; "
                    + "add K8S_MULTI_BASELINE_ROLLOUT before it, or remove it"
            ),
            (
                [traffic("canary: 20"), rollout, primary], 0,
                "sends 20% of the traffic to variant \"canary\", which no earlier stage rolls out; "
                    + "add K8S_CANARY_ROLLOUT before it"
            ),
            (
                [rollout, traffic("all: baseline"), primary], 1,
                "sends 100% of the traffic to variant \"baseline\", which no earlier stage rolls out; "
                    + "add K8S_BASELINE_ROLLOUT before it"
            ),
            (
                [rollout, clean, traffic("canary: 5"), primary], 2,
                "sends 5% of the traffic to variant \"canary\", which stages[1] (K8S_CANARY_CLEAN) has removed; "
                    + "move that stage behind this one"
            ),
            (
                [rollout, traffic("canary: 20"), primary, clean], 3,
                "stages[1] (K8S_TRAFFIC_ROUTING) still sends traffic to variant \"canary\", 20% of it; "
                    + "add K8S_TRAFFIC_ROUTING with all: primary before the clean"
            ),
            (
                ["{name: WAIT}", rollout, "{name: K8S_SYNC, with: {prune: true}}", traffic("canary: 5")], 3,
                "sends 5% of the traffic to variant \"canary\", which stages[2] (K8S_SYNC) has removed; "
                    + "move that stage behind this one"
            ),
        ] as [([String], Int, String)]
    )
    func refused(stages: [String], index: Int, text: String) throws {
        let decoded = try read(stages)
        let problems = try decoded.get().pipelineProblems
        #expect(problems.map(\.text) == [text])
        #expect(problems.map(\.path) == ["spec.pipeline.stages[\(index)].name"])
        #expect(problems.first?.position?.line == 6 + index)
        #expect(decoded.warnings.isEmpty)
    }

    @Test(
        "is accepted when it works",
        arguments: [
            [primary], ["{name: K8S_SYNC}"], ["{name: WAIT}"], [],
            [rollout, traffic("canary: 20"), primary, traffic("all: primary"), clean],
            [
                rollout, "{name: K8S_BASELINE_ROLLOUT}", traffic("canary: 20, baseline: 20"), primary,
                traffic("canary: 20"), "{name: K8S_BASELINE_CLEAN}", traffic("primary: 100"), clean,
            ],
            [rollout, clean, rollout, traffic("canary: 1"), traffic("all: primary"), clean, primary, clean],
            [rollout, traffic("canary: 20"), "{name: K8S_SYNC}", clean],
        ] as [[String]]
    )
    func accepted(stages: [String]) throws {
        let decoded = try read(stages)
        #expect(try decoded.get().pipelineProblems.map(\.text) == [] && decoded.warnings.map(\.text) == [])
    }

    @Test(
        "is odd when the canary is promoted by nothing, or the user rolls back",
        arguments: [
            (
                [rollout, traffic("canary: 20"), traffic("all: primary"), clean], 0,
                "no later stage brings the new version to the primary pods; add K8S_PRIMARY_ROLLOUT"
            ),
            (
                [primary, rollout, clean], 1,
                "no later stage brings the new version to the primary pods; add K8S_PRIMARY_ROLLOUT"
            ),
            (
                [primary, "{name: K8S_MULTI_ROLLBACK}"], 1,
                "PipeCD runs this stage whether or not something failed, and undoes what was deployed; "
                    + "remove it: planner.autoRollback adds it where it belongs"
            ),
        ] as [([String], Int, String)]
    )
    func warned(stages: [String], index: Int, text: String) throws {
        let decoded = try read(stages)
        #expect(try decoded.get().pipelineProblems.isEmpty)
        #expect(decoded.warnings.map(\.text) == [text])
        #expect(decoded.warnings.map(\.path) == ["spec.pipeline.stages[\(index)].name"])
    }

    @Test(
        "is looked at for every deploy target that stages tell apart",
        arguments: [
            (
                [on("eu", "K8S_CANARY_ROLLOUT"), traffic("canary: 20, multiTargets: [us]"), primary],
                [
                    "sends 20% of the traffic to variant \"canary\", which no earlier stage rolls out; "
                        + "add K8S_CANARY_ROLLOUT before it"
                ]
            ),
            (
                [on("eu", "K8S_CANARY_ROLLOUT"), traffic("canary: 20"), primary],
                [
                    "sends 20% of the traffic to variant \"canary\", which no earlier stage rolls out; "
                        + "add K8S_CANARY_ROLLOUT before it (on us)"
                ]
            ),
            (
                [rollout, traffic("canary: 20"), primary, traffic("all: primary, multiTargets: [us]"), clean],
                [
                    "stages[1] (K8S_TRAFFIC_ROUTING) still sends traffic to variant \"canary\", 20% of it; "
                        + "add K8S_TRAFFIC_ROUTING with all: primary before the clean (on eu)"
                ]
            ),
            (
                [on("eu", "K8S_CANARY_ROLLOUT"), primary, on("us", "K8S_CANARY_CLEAN")],
                [
                    "nothing to clean: no earlier stage rolls the canary out; "
                        + "add K8S_CANARY_ROLLOUT before it, or remove it"
                ]
            ),
            ([on("eu", "K8S_CANARY_ROLLOUT"), primary, clean], []),
            ([on("eu", "K8S_CANARY_ROLLOUT"), on("us", "K8S_CANARY_ROLLOUT"), traffic("canary: 20"), primary], []),
        ] as [([String], [String])]
    )
    func targets(stages: [String], problems: [String]) throws {
        let decoded = try read(stages, targets: "[{target: {name: eu}}, {target: {name: us}}]")
        #expect(try decoded.get().pipelineProblems.map(\.text) == problems)
    }

    @Test("warns of a canary that is promoted on other targets only")
    func promotedElsewhere() throws {
        let stages = [Self.rollout, Self.on("eu", "K8S_PRIMARY_ROLLOUT"), Self.clean]
        let decoded = try read(stages, targets: "[{target: {name: eu}}, {target: {name: us}}]")
        let text = "no later stage brings the new version to the primary pods; add K8S_PRIMARY_ROLLOUT (on us)"
        #expect(decoded.warnings.map(\.text) == [text])
    }

    @Test("knows only the targets that stages name until it is told all")
    func unknownTargets() throws {
        let stages = [Self.on("eu", "K8S_CANARY_ROLLOUT"), Self.traffic("canary: 20"), Self.primary]
        let pipeline = try read(stages).get().pipeline
        #expect(PipelineCheck(pipeline).findings().isEmpty)
        let findings = PipelineCheck(pipeline, targets: ["eu", "ap"]).findings()
        #expect(findings.map(\.index) == [1] && findings.map(\.severity) == [.error])
        #expect(findings.first?.text.hasSuffix("(on ap)") == true)
    }

    @Test("tells targets apart by their labels where these are known")
    func labels() throws {
        let stages = [
            Self.on("{target: {labels: {region: eu}}}", "K8S_CANARY_ROLLOUT"), Self.traffic("canary: 20"), Self.primary,
        ]
        let pipeline = try read(stages).get().pipeline
        let targets = [("eu", "eu"), ("us", "us")].map { TargetSelection.Registered($0, labels: ["region": $1]) }
        #expect(PipelineCheck(pipeline, on: [targets[0]]).findings().isEmpty)
        let findings = PipelineCheck(pipeline, on: targets).findings()
        #expect(findings.map(\.index) == [1] && findings.first?.text.hasSuffix("(on us)") == true)
    }

    @Test(
        "is not judged where shares, targets or names could not be read, but otherwise at once with other mistakes",
        arguments: [
            (["{name: K8S_CANARY_ROLOUT}", clean], 1), ([traffic("canary: x"), clean], 1),
            (["{name: K8S_CANARY_ROLLOUT, with: {multiTargets: [{}]}}", on("us", "K8S_CANARY_CLEAN")], 1),
            (["{name: K8S_PRIMARY_ROLLOUT, with: {prun: true}}", clean], 2),
        ] as [([String], Int)]
    )
    func unread(stages: [String], count: Int) throws {
        #expect(try read(stages).problems.count == count)
    }

    private static func traffic(_ with: String) -> String { "{name: K8S_TRAFFIC_ROUTING, with: {\(with)}}" }

    private static func on(_ target: String, _ stage: String) -> String {
        "{name: \(stage), with: {multiTargets: [\(target)]}}"
    }

    private func read(_ stages: [String], targets: String = "[]") throws -> Decoded<ApplicationConfiguration> {
        try application(Self.file(stages, targets: targets))
    }

    private static func file(_ stages: [String], targets: String) -> String {
        """
        apiVersion: pipecd.dev/v1beta1
        kind: Application
        spec:
          pipeline:
            stages:\(stages.isEmpty ? " []" : "")
        \(stages.map { "      - \($0)" }.joined(separator: "\n"))
          plugins:
            k:
              trafficRouting: {method: istio}
              service: {name: orders}
              input: {multiTargets: \(targets)}
        """
    }
}
