import GRPCCore
import PipedAPI
import Testing

@Suite("Planned stages", .timeLimit(.minutes(5)))
struct BuildStagesTests {
    typealias Config = PipedBuildPipelineSyncStagesRequest.StageConfig

    @Test("of a pipeline keep the user's names, indexes and words, and end with the rollback of the first index")
    func pipeline() async throws {
        let stages = try await Self.pipeline([
            Self.config("K8S_CANARY_ROLLOUT", index: 2, "{\"replicas\": \"10%\"}", desc: "ten percent"),
            Self.config("K8S_MULTI_TRAFFIC_ROUTING", index: 3, "{\"canary\": 10}"),
            Self.config("K8S_PRIMARY_ROLLOUT", index: 5),
        ])
        #expect(
            stages.map(\.name) == [
                "K8S_CANARY_ROLLOUT", "K8S_MULTI_TRAFFIC_ROUTING", "K8S_PRIMARY_ROLLOUT", "K8S_MULTI_ROLLBACK",
            ]
        )
        #expect(stages.map(\.index) == [2, 3, 5, 2])
        #expect(stages.map(\.rollback) == [false, false, false, true])
        #expect(stages[0].desc == "ten percent")
        #expect(stages[3].desc == "Bring every target back to the version that ran before")
        #expect(stages[1].metadata["pipecd/stage-display-metadata"]?.isEmpty == false)
        #expect(stages.map(\.metadata.count) == [0, 1, 0, 0])
    }

    @Test("have what PipeCD needs, and nothing that it fills in")
    func fields() async throws {
        let quick = try await Self.quickSync(rollback: true)
        for stage in try await Self.pipeline([Self.config("K8S_SYNC", index: 0)]) + quick {
            #expect(stage.createdAt > 1_700_000_000)
            #expect(stage.updatedAt == stage.createdAt)
            #expect(stage.availableOperation == .none)
            #expect(stage.status == .stageNotStartedYet)
            #expect(!stage.desc.isEmpty)
            #expect(stage.id.isEmpty && stage.requires.isEmpty && stage.authorizedOperators.isEmpty)
        }
    }

    @Test(
        "of a rollback have a short name only where all others have one",
        arguments: [
            (["K8S_SYNC"], "K8S_ROLLBACK"), (["K8S_MULTI_SYNC"], "K8S_MULTI_ROLLBACK"),
            (["K8S_CANARY_ROLLOUT", "K8S_MULTI_CANARY_CLEAN"], "K8S_MULTI_ROLLBACK"),
        ]
    )
    func family(names: [String], rollback: String) async throws {
        let configs = names.enumerated().map { Self.config($1, index: Int32($0)) }
        #expect(try await Self.pipeline(configs).last?.name == rollback)
        #expect(try await Self.pipeline(configs, rollback: false).map(\.name) == names)
    }

    @Test("of a quick sync are a sync and, when wanted, its rollback", arguments: [true, false])
    func quickSync(rollback: Bool) async throws {
        let stages = try await Self.quickSync(rollback: rollback)
        #expect(stages.map(\.name) == ["K8S_MULTI_SYNC"] + (rollback ? ["K8S_MULTI_ROLLBACK"] : []))
        #expect(stages.map(\.rollback) == [false] + (rollback ? [true] : []))
        #expect(stages.allSatisfy { $0.index == 0 })
    }

    @Test(
        "are refused with one line for each mistake",
        arguments: [
            (
                [config("K8S_SYNC", index: 1, "{\"prun\": true}"), config("K8S_CANARY_CLEAN", index: 4, "{\"a\": 1}")],
                [
                    "stages[1] K8S_SYNC: with.prun: unknown field, did you mean \"prune\"",
                    "stages[4] K8S_CANARY_CLEAN: with.a: unknown field",
                ]
            ),
            (
                [config("K8S_CANARY_ROLLOUT", index: 0, "{\"replicas\": \"many\"}")],
                ["stages[0] K8S_CANARY_ROLLOUT: with.replicas: "]
            ),
            ([config("K8S_SYNK", index: 0)], ["stages[0]: unsupported stage \"K8S_SYNK\", did you mean \"K8S_SYNC\""]),
            ([config("K8S_SYNC", index: 0, "{")], ["stages[0] K8S_SYNC: with:1:2: "]),
            ([config("K8S_SYNC", index: 0, "[]")], ["stages[0] K8S_SYNC: with: "]),
            ([config("K8S_SYNC", index: -1)], ["stages[-1]: an index must not be negative"]),
            (
                [config("K8S_SYNC", index: 1), config("K8S_SYNC", index: 1)],
                ["stages[1]: the index is there 2 times"]
            ),
            ([], ["rollback"]),
        ] as [([Config], [String])]
    )
    func refusal(stages: [Config], texts: [String]) async throws {
        let error = await #expect(throws: RPCError.self) { _ = try await Self.pipeline(stages) }
        let lines = (error?.message ?? "").split(separator: "\n")
        #expect(lines.count == texts.count, "\(lines)")
        for (line, text) in zip(lines, texts) { #expect(line.contains(text), "\(line)") }
    }

    private static func config(_ name: String, index: Int32, _ with: String = "{}", desc: String = "") -> Config {
        var config = Config()
        config.name = name
        config.index = index
        config.config = .init(Array(with.utf8))
        config.desc = desc
        return config
    }

    private static func pipeline(_ stages: [Config], rollback: Bool = true) async throws -> [PipedPipelineStage] {
        var request = PipedBuildPipelineSyncStagesRequest()
        request.rollback = rollback
        request.stages = stages
        return try await PluginFixture.with { [request] fixture in
            try await fixture.service.buildPipelineSyncStages(request).stages
        }
    }

    private static func quickSync(rollback: Bool) async throws -> [PipedPipelineStage] {
        var request = PipedBuildQuickSyncStagesRequest()
        request.rollback = rollback
        return try await PluginFixture.with { [request] fixture in
            try await fixture.service.buildQuickSyncStages(request).stages
        }
    }
}
