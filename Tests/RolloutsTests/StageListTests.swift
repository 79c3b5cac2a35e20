import Manifests
import Rollouts
import Testing

@Suite("The stages of a deployment")
struct StageListTests {
    @Test("PLN-01 of a quick sync are a sync and, when wanted, its rollback", arguments: [false, true])
    func quickSync(autoRollback: Bool) throws {
        let spec = try spec("quickSync: {prune: true}")
        let stages = StageList.quickSync(spec: spec, autoRollback: autoRollback)
        #expect(
            stages.map(\.name.text) == ["K8S_MULTI_SYNC", "K8S_MULTI_ROLLBACK"].prefix(autoRollback ? 2 : 1).map { $0 }
        )
        #expect(stages.map(\.isRollback) == [false, true].prefix(stages.count).map { $0 })
        #expect(stages.allSatisfy { $0.index == 0 && $0.metadata.isEmpty && !$0.description.isEmpty })
        #expect(stages.first?.options.details == .sync(SyncOptions(prune: true)))
    }

    @Test(
        "PLN-02, PLN-03, PLN-06 of a pipeline are the user's, and a rollback with the smallest index of ours",
        arguments: [
            (
                "[{name: K8S_CANARY_ROLLOUT}, {name: K8S_PRIMARY_ROLLOUT}]", false,
                ["K8S_CANARY_ROLLOUT 0", "K8S_PRIMARY_ROLLOUT 1"]
            ),
            (
                "[{name: K8S_CANARY_ROLLOUT}, {name: K8S_PRIMARY_ROLLOUT}]", true,
                ["K8S_CANARY_ROLLOUT 0", "K8S_PRIMARY_ROLLOUT 1", "K8S_ROLLBACK 0 back"]
            ),
            (
                "[{name: WAIT}, {name: A}, {name: K8S_MULTI_CANARY_ROLLOUT}, {name: B}, {name: K8S_PRIMARY_ROLLOUT}, "
                    + "{name: K8S_CANARY_CLEAN}]", true,
                [
                    "K8S_MULTI_CANARY_ROLLOUT 2", "K8S_PRIMARY_ROLLOUT 4", "K8S_CANARY_CLEAN 5",
                    "K8S_MULTI_ROLLBACK 2 back",
                ]
            ),
            ("[{name: WAIT}]", false, []),
        ] as [(String, Bool, [String])]
    )
    func pipeline(stages: String, autoRollback: Bool, expected: [String]) throws {
        let planned = try StageList.pipeline(try read(stages), autoRollback: autoRollback)
        #expect(planned.map { "\($0.name) \($0.index)\($0.isRollback ? " back" : "")" } == expected)
        #expect(planned.allSatisfy { $0.metadata.isEmpty && !$0.description.isEmpty })
    }

    @Test("takes the rollback's index from the smallest, not the first")
    func order() throws {
        let stages = [7, 3].map { index in
            PipelineStage(index: index, action: .ours(StageName(.canaryClean, in: .long), StageOptions(.canaryClean)))
        }
        #expect(try StageList.pipeline(stages, autoRollback: true).map(\.index) == [7, 3, 3])
    }

    @Test("PLN-04 are refused when a rollback has none to follow", arguments: ["[]", "[{name: WAIT}]"])
    func none(stages: String) throws {
        let expected =
            "a rollback needs at least one stage before it; add a stage of ours, or set planner.autoRollback: false"
        #expect(message { _ = try StageList.pipeline(try read(stages), autoRollback: true) } == expected)
        #expect(try StageList.pipeline(try read(stages), autoRollback: false).isEmpty)
    }

    @Test(
        "PLN-05 show the shares of traffic",
        arguments: [
            ("{all: canary}", "primary 0%, canary 100%, baseline 0%"),
            ("{canary: 30}", "primary 70%, canary 30%, baseline 0%"),
        ] as [(String, String)]
    )
    func display(with: String, text: String) throws {
        let istio = "{service: {name: orders}, trafficRouting: {method: istio}}"
        let stages = try read("[{name: K8S_CANARY_ROLLOUT}, {name: K8S_TRAFFIC_ROUTING, with: \(with)}]", istio)
        let planned = try StageList.pipeline(stages, autoRollback: true)
        #expect(planned.map(\.metadata) == [[:], ["pipecd/stage-display-metadata": text], [:]])
    }

    @Test("say what the user says about them; the rollback speaks for itself")
    func descriptions() throws {
        let stages = try read("[{name: K8S_CANARY_ROLLOUT, desc: try it}, {name: K8S_PRIMARY_ROLLOUT}]")
        let texts = try StageList.pipeline(stages, autoRollback: true).map(\.description)
        #expect(texts[0] == "try it" && texts[1].contains("primary") && texts[2].contains("before"))
    }

    @Test("BEYOND-18 never leave the rollback out, whatever the first stage says about being skipped")
    func skipOn() throws {
        let stages = try read(
            "[{name: K8S_PRIMARY_ROLLOUT, skipOn: {commitMessagePrefixes: ['[skip]'], paths: ['docs/**']}}]"
        )
        let planned = try StageList.pipeline(stages, autoRollback: true)
        #expect(planned.first?.skipOn == SkipOptions(commitMessagePrefixes: ["[skip]"], paths: ["docs/**"]))
        #expect(planned.last?.isRollback == true && planned.last?.skipOn == nil)
        #expect(planned.last?.index == planned.first?.index)
    }

    @Test("are each described in words of their own", arguments: StageKind.allCases)
    func everyKind(kind: StageKind) throws {
        let stage = PipelineStage(index: 0, action: .ours(StageName(kind, in: .long), StageOptions(.rollback)))
        let others = StageKind.allCases.filter { $0 != kind }.map {
            PipelineStage(index: 0, action: .ours(StageName($0, in: .long), StageOptions(.rollback)))
        }
        let text = try #require(try StageList.pipeline([stage], autoRollback: false).first?.description)
        #expect(try !StageList.pipeline(others, autoRollback: false).map(\.description).contains(text))
    }

    private func read(_ stages: String, _ plugin: String = "{}") throws -> [PipelineStage] {
        let text = """
            apiVersion: pipecd.dev/v1beta1
            kind: Application
            spec: {pipeline: {stages: \(stages)}, plugins: {k: \(plugin)}}
            """
        return try application(text).get().pipeline
    }
}
