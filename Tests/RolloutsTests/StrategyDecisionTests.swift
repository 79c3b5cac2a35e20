import Manifests
import Rollouts
import Testing

@Suite("The strategy of a deployment")
struct StrategyDecisionTests {
    private static let image = StrategyReason.imageChanged([
        ImageChange(before: ImageReference("orders:1"), after: ImageReference("orders:2"))
    ])
    private static let scaled = StrategyReason.scaled([
        ReplicasChange(
            workload: ResourceKey(group: "apps", kind: "Deployment", namespace: nil, name: "orders"),
            before: 1,
            after: nil
        )
    ])

    @Test(
        "STR-18 is the pipeline when one target asks for it, and the targets that differ are named",
        arguments: [
            ([.nothingSpecial, image], .pipeline, "image-changed", "on us: images change: orders 1 -> 2"),
            ([image, image], .pipeline, "image-changed", "images change: orders 1 -> 2"),
            ([scaled, .configAdded(2)], .pipeline, "config-added", "on us: 2 ConfigMaps and Secrets are added"),
            (
                [.configAdded(1), image], .pipeline, "config-added",
                "on eu: 1 ConfigMap or Secret is added; on us: images change: orders 1 -> 2"
            ),
            (
                [.nothingSpecial, scaled], .quickSync, "scaled",
                "on us: only numbers of pods change: Deployment/orders 1 -> unset"
            ),
            ([.nothingSpecial, .nothingSpecial], .quickSync, "nothing-special", "\(StrategyReason.nothingSpecial)"),
            (
                [.diffError("no file a"), .noRunningWorkload], .pipeline, "diff-error",
                "on eu: the two versions cannot be compared: no file a"
            ),
        ] as [([StrategyReason], Strategy, String, String)]
    )
    func merged(reasons: [StrategyReason], strategy: Strategy, code: String, text: String) {
        let targets = zip(["eu", "us"], reasons).map { StrategyDecision.Target($0, $1) }
        let decision = StrategyDecision(comparing: targets)
        #expect(decision.strategy == strategy && decision.reason.code == code && decision.text == text)
        #expect(decision.targets == targets)
    }

    @Test("BEYOND-09 is not held up by a target that the running version did not have")
    func addedTarget() {
        let decision = StrategyDecision(comparing: [
            StrategyDecision.Target("eu", Self.scaled), StrategyDecision.Target("new", .noRunningWorkload),
        ])
        #expect(decision.strategy == .quickSync)
        #expect(decision.targets.last?.reason == .noRunningWorkload)
        #expect(decision.text.hasSuffix("on new: the running version has no workload to compare with"))
    }

    @Test("names two targets together that ask for the same")
    func grouped() {
        let decision = StrategyDecision(comparing: [
            StrategyDecision.Target("eu", Self.image), StrategyDecision.Target("us", .configAdded(1)),
            StrategyDecision.Target("ap", Self.image),
        ])
        let text = "on eu, ap: images change: orders 1 -> 2; on us: 1 ConfigMap or Secret is added"
        #expect(decision.text == text)
    }

    @Test(
        "follows the application file and the commit message, in piped's order",
        arguments: [
            ("{}", "fix", false, "no-pipeline", .quickSync),
            ("{pipeline: {stages: []}, planner: {alwaysUsePipeline: true}}", "fix", false, "no-pipeline", .quickSync),
            ("{pipeline: P, planner: {alwaysUsePipeline: true}}", "hotfix", true, "always-use-pipeline", .pipeline),
            (
                "{pipeline: P, commitMatcher: {pipeline: '^feat', quickSync: 'feat'}}", "feat: x", true,
                "commit-matched",
                .pipeline
            ),
            (
                "{pipeline: P, commitMatcher: {pipeline: '^feat', quickSync: '(?i)HOT'}}", "a hotfix", false,
                "commit-matched", .quickSync
            ),
            ("{pipeline: P, commitMatcher: {quickSync: '.*'}}", nil, true, "first-deployment", .quickSync),
            ("{pipeline: P, commitMatcher: {quickSync: '^fix$'}}", "x\nfix", true, "first-deployment", .quickSync),
            ("{pipeline: P, commitMatcher: {quickSync: 'fix'}}", "x\n\nfix", true, "first-deployment", .quickSync),
            ("{pipeline: P, commitMatcher: {quickSync: '^fix$'}}", "\nfix\nx", true, "commit-matched", .quickSync),
            (
                "{pipeline: P, commitMatcher: {pipeline: '(?P<type>feat|perf)\\b'}}", "perf: x", true, "commit-matched",
                .pipeline
            ),
        ] as [(String, String?, Bool, String, Strategy)]
    )
    func rules(spec: String, message: String?, isFirst: Bool, code: String, strategy: Strategy) throws {
        let (reason, warnings) = try decide(spec, message, isFirst: isFirst)
        #expect(reason?.code == code && reason?.strategy == strategy)
        #expect(warnings.isEmpty)
    }

    @Test("needs a comparison when none of the rules fits")
    func undecided() throws {
        let (reason, _) = try decide("{pipeline: P, commitMatcher: {pipeline: '^feat'}}", "fix", isFirst: false)
        #expect(reason == nil)
    }

    @Test("ignores a pattern that is no regular expression, and says so")
    func badPattern() throws {
        let (reason, warnings) = try decide(
            "{pipeline: P, commitMatcher: {pipeline: '(', quickSync: 'fix'}}",
            "fix",
            isFirst: false
        )
        #expect("\(try #require(reason))" == "the commit message matches commitMatcher.quickSync \"fix\"")
        #expect(
            warnings == [
                "spec.commitMatcher.pipeline: \"(\" is no regular expression and is ignored; correct it"
            ]
        )
    }

    private func decide(_ spec: String, _ message: String?, isFirst: Bool) throws -> (StrategyReason?, [String]) {
        let pipeline = "{stages: [{name: K8S_PRIMARY_ROLLOUT}]}"
        let text = """
            apiVersion: pipecd.dev/v1beta1
            kind: Application
            spec: \(spec.replacing("pipeline: P", with: "pipeline: \(pipeline)"))
            """
        let configuration = try application(text).get()
        return StrategyRules(configuration: configuration, commitMessage: message, isFirstDeployment: isFirst).decide()
    }
}
