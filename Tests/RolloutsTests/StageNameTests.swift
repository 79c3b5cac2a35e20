import Rollouts
import Testing

@Suite("Stage names")
struct StageNameTests {
    @Test("ALS-01 have two spellings, which are kept", arguments: StageKind.allCases)
    func families(kind: StageKind) {
        for family in StageName.Family.allCases {
            let name = StageName(kind, in: family)
            #expect(StageName(name.text) == name)
            #expect(StageName(name.text)?.kind == kind && "\(name)" == name.text)
        }
    }

    @Test(
        "ALS-01 are those of PipeCD",
        arguments: [
            ("K8S_CANARY_ROLLOUT", .canaryRollout, .short), ("K8S_MULTI_PRIMARY_ROLLOUT", .primaryRollout, .long),
            ("K8S_CANARY_CLEAN", .canaryClean, .short), ("K8S_MULTI_TRAFFIC_ROUTING", .trafficRouting, .long),
            ("K8S_SYNC", .sync, .short), ("K8S_MULTI_ROLLBACK", .rollback, .long),
            ("K8S_BASELINE_ROLLOUT", .baselineRollout, .short), ("K8S_MULTI_BASELINE_CLEAN", .baselineClean, .long),
        ] as [(String, StageKind, StageName.Family)]
    )
    func known(text: String, kind: StageKind, family: StageName.Family) {
        #expect(StageName(text) == StageName(kind, in: family))
    }

    @Test(
        "ALS-02 of other spellings are refused",
        arguments: ["k8s_canary_rollout", "K8S_MULTI_WAIT", "K8S_", "WAIT", ""] as [String]
    )
    func unknown(text: String) {
        #expect(StageName(text) == nil)
    }

    @Test(
        "ALS-02 that are unknown are told with the nearest and all accepted ones",
        arguments: [
            ("k8s_canary_rollout", ", did you mean \"K8S_CANARY_ROLLOUT\""),
            ("K8S_MULTI_WAIT", ", did you mean \"K8S_MULTI_SYNC\""), ("K8S_FLY_TO_THE_MOON", ""),
        ] as [(String, String)]
    )
    func unsupported(text: String, hint: String) throws {
        let names = StageName.all.map(\.text).joined(separator: ", ")
        #expect("\(UnsupportedStage(text))" == "unsupported stage \"\(text)\"\(hint); accepted are \(names)")
        let file = "apiVersion: pipecd.dev/v1beta1\nkind: Application\nspec: {pipeline: {stages: [{name: \(text)}]}}"
        #expect(try application(file).problems.map(\.text) == ["\(UnsupportedStage(text))"])
    }

    @Test(
        "that we add are long unless all others are short",
        arguments: [
            (["K8S_CANARY_ROLLOUT", "K8S_CANARY_CLEAN"], "K8S_ROLLBACK"),
            (["K8S_CANARY_ROLLOUT", "K8S_MULTI_CANARY_CLEAN"], "K8S_MULTI_ROLLBACK"), ([], "K8S_MULTI_ROLLBACK"),
        ] as [([String], String)]
    )
    func added(names: [String], rollback: String) {
        #expect(StageName.added(.rollback, to: names.compactMap { StageName($0) }).text == rollback)
    }
}
