import Manifests
import Rollouts
import Testing

@Suite("Stage options")
struct StageOptionsTests {
    @Test("CFG-07 of a canary without replicas mean one pod")
    func noReplicas() throws {
        #expect(
            try options("{}", for: .canaryRollout).details == .canaryRollout(VariantRolloutOptions(suffix: "canary"))
        )
    }

    @Test(
        "CFG-05, CFG-20 with bad replicas do not decode",
        arguments: ["4o%", "5 %", " 5", "%"] as [String]
    )
    func badReplicas(text: String) throws {
        let decoded = StageOptions.decode(
            ["replicas": .string(text)],
            for: .canaryRollout,
            spec: PluginSpec(),
            path: "with"
        )
        #expect(decoded.value == nil)
        #expect(
            decoded.problems.map(\.description) == [
                "with.replicas: must be a count such as 3 or a percentage such as \"25%\", found \"\(text)\""
            ]
        )
    }

    @Test(
        "CFG-15, CFG-21 have the default suffixes of upstream",
        arguments: [
            (.primaryRollout, "{}", "primary"), (.primaryRollout, "{createService: true}", "primary"),
            (.baselineRollout, "{replicas: 2}", "baseline"), (.baselineRollout, "{suffix: ''}", "baseline"),
            (.canaryRollout, "{}", "next"), (.canaryRollout, "{suffix: trial}", "trial"),
            (.canaryRollout, "{suffix: v1.2}", "v1.2"),
        ] as [(StageKind, String, String)]
    )
    func suffixes(kind: StageKind, with: String, suffix: String) throws {
        let spec = try spec("variantLabel: {primaryValue: stable, canaryValue: next, baselineValue: control}")
        #expect(try options(with, for: kind, spec: spec).suffix == suffix)
    }

    @Test(
        "take the label value as suffix when there are none at all",
        arguments: [(.primaryRollout, "stable"), (.canaryRollout, "next"), (.baselineRollout, "control")]
            as [(StageKind, String)]
    )
    func suffixWithoutOptions(kind: StageKind, suffix: String) throws {
        let spec = try spec("variantLabel: {primaryValue: stable, canaryValue: next, baselineValue: control}")
        #expect(try StageOptions.decode(nil, for: kind, spec: spec).get().suffix == suffix)
    }

    @Test("of a sync come from quickSync only when there are none at all")
    func quickSync() throws {
        let spec = try spec("quickSync: {prune: true, addVariantLabelToSelector: true, multiTargets: [eu]}")
        let all = SyncOptions(addVariantLabelToSelector: true, prune: true)
        #expect(try StageOptions.decode(nil, for: .sync, spec: spec).get() == StageOptions(.sync(all), targets: ["eu"]))
        #expect(try options("{}", for: .sync, spec: spec) == StageOptions(.sync(SyncOptions())))
        #expect(spec.quickSyncOptions == all)
    }

    @Test("CFG-16 list targets by name in either form")
    func targets() throws {
        #expect(try options("multiTargets: [eu, us]", for: .canaryClean).targets == ["eu", "us"])
        #expect(try options("multiTargets: [{target: {name: eu}}]", for: .canaryClean).targets == ["eu"])
        let labelled = try options("multiTargets: [us, {target: {labels: {region: eu}}}]", for: .canaryClean)
        #expect(labelled.targets == ["us", .labels(["region": "eu"])])
    }

    @Test("CFG-17, BEYOND-05 accept the old spelling of targets with a warning")
    func oldTargets() throws {
        let decoded = StageOptions.decode(
            try value("multiTarget: [{target: {name: eu}}]"),
            for: .canaryClean,
            spec: PluginSpec(),
            path: "with"
        )
        #expect(decoded.value?.targets == ["eu"])
        #expect(
            decoded.warnings.map(\.description) == [
                "with.multiTarget: old spelling, ignored by PipeCD; write multiTargets: [NAME, …] instead"
            ]
        )
    }

    @Test(
        "BEYOND-05 refuse every other field that is like multiTargets, because ignoring it would mean all clusters",
        arguments: [
            ("multiTarget: [{targetID: eu}]", "with.multiTarget: unknown field; write multiTargets: [NAME, …] instead"),
            ("multitargets: [eu]", "with.multitargets: unknown field, did you mean \"multiTargets\""),
            ("multiTargetz: [eu]", "with.multiTargetz: unknown field, did you mean \"multiTargets\""),
            ("multiTargets: [3]", "with.multiTargets[0]: must be the name of a deploy target, found 3"),
            ("multiTargets: [{target: {}}]", "with.multiTargets[0].target.name: must not be empty"),
            (
                "multiTargets: [{target: {name: eu}, manifests: []}]",
                "with.multiTargets[0].manifests: unknown field"
            ),
            (
                "multiTargets: [{target: {label: {region: eu}}}]",
                "with.multiTargets[0].target.label: unknown field, did you mean \"labels\"; "
                    + "with.multiTargets[0].target.name: must not be empty"
            ),
            ("multiTargets: eu", "with.multiTargets: must be a list, found a string"),
        ] as [(String, String)]
    )
    func badTargets(with: String, text: String) throws {
        let decoded = StageOptions.decode(try value(with), for: .canaryClean, spec: PluginSpec(), path: "with")
        #expect(decoded.problems.map(\.description).joined(separator: "; ") == text)
    }

    @Test(
        "name unknown fields with what was meant",
        arguments: [
            (.canaryRollout, "replica: 2", "replica: unknown field, did you mean \"replicas\""),
            (.canaryRollout, "CreateService: true", "CreateService: unknown field, did you mean \"createService\""),
            (.baselineRollout, "patches: []", "patches: unknown field"),
            (.primaryRollout, "prune: 1", "prune: must be true or false, found 1"),
            (
                .primaryRollout, "suffix: Main",
                "suffix: must be lower-case letters, digits, \"-\" and \".\", found \"Main\""
            ),
            (.primaryRollout, "suffix: 3", "suffix: must be a string, found an integer; quote it"),
            (.sync, "[]", "must be a mapping, found a list"),
            (
                .sync, "readiness: {deadline: 0s}",
                "readiness.deadline: must be more than zero; to not wait write wait: false"
            ),
            (
                .sync, "readiness: {deadline: soon}",
                "readiness.deadline: must be a duration such as 90s or 1h30m, found \"soon\""
            ),
            (
                .sync, "failurePolicy: failfast",
                "failurePolicy: unknown value \"failfast\", did you mean \"failFast\"; "
                    + "accepted are \"continueOthers\", \"failFast\""
            ),
        ] as [(StageKind, String, String)]
    )
    func mistakes(kind: StageKind, with: String, text: String) throws {
        let decoded = StageOptions.decode(try value(with), for: kind, spec: PluginSpec())
        #expect(decoded.problems.map(\.description) == [text])
    }

    @Test(
        "take their readiness from the application and change what they say",
        arguments: [
            ("readiness: {wait: false}", ReadinessPolicy(wait: false, deadline: .seconds(90))),
            ("readiness: {deadline: 1h30m}", ReadinessPolicy(wait: true, deadline: .seconds(5400))),
            ("readiness: {deadline: 1.5s}", ReadinessPolicy(wait: true, deadline: .milliseconds(1500))),
            ("readiness: {deadline: 1000000}", ReadinessPolicy(wait: true, deadline: .milliseconds(1))),
            ("{}", nil),
        ] as [(String, ReadinessPolicy?)]
    )
    func readiness(with: String, policy: ReadinessPolicy?) throws {
        let spec = try spec("readiness: {deadline: 90s}")
        #expect(try options(with, for: .primaryRollout, spec: spec).readiness == policy)
    }

    @Test(
        "are read as YAML 1.1 has them",
        arguments: [
            (.sync, "prune: yes", .sync(SyncOptions(prune: true))), (.sync, "prune: Off", .sync(SyncOptions())),
            (
                .canaryRollout, "replicas: 010",
                .canaryRollout(VariantRolloutOptions(replicas: .count(8), suffix: "canary"))
            ),
            (
                .canaryRollout, "{replicas: 1_0, createService: on}",
                .canaryRollout(VariantRolloutOptions(replicas: .count(10), suffix: "canary", createService: true))
            ),
            (.trafficRouting, "canary: 0x1e", .trafficRouting(TrafficRoutingOptions(canary: 30))),
        ] as [(StageKind, String, StageOptions.Details)]
    )
    func oldScalars(kind: StageKind, with: String, details: StageOptions.Details) throws {
        #expect(try options(with, for: kind).details == details)
    }

    @Test("BEYOND-23 of a patch need no op, because there is only one")
    func patchOperation() throws {
        let with = "patches: [{target: {kind: Deployment, name: a}, ops: [{path: $.a, value: b}]}]"
        guard case .canaryRollout(let options) = try options(with, for: .canaryRollout).details else {
            Issue.record("no options of a canary")
            return
        }
        let operation = ManifestPatch.Operation(path: "$.a", value: "b")
        #expect(options.patches == [ManifestPatch(kind: "Deployment", name: "a", operations: [operation])])
    }

    @Test("of a rollback are ignored, whatever they are")
    func rollback() throws {
        #expect(try options("replicas: nonsense", for: .rollback) == StageOptions(.rollback))
    }

    @Test("report every mistake of a patch")
    func patches() throws {
        let with = """
            patches:
              - {target: {kind: Deployment, name: orders}, ops: [{path: "$.a", value: b}, {op: replace, path: "a"}]}
              - {ops: [{value: 3, path: "$.x[y]"}]}
            """
        let decoded = StageOptions.decode(try value(with), for: .canaryRollout, spec: PluginSpec())
        let example = "write it like $.spec.containers[0].image or $.data.'app.yaml'"
        #expect(
            decoded.problems.map(\.description) == [
                "patches[0].ops[1].op: unknown value \"replace\"; accepted are \"yaml-replace\"",
                "patches[0].ops[1].path: \"a\" is no path: it must start with \"$\"; \(example)",
                "patches[1].ops[0].value: must be a string, found an integer; quote it",
                "patches[1].ops[0].path: \"$.x[y]\" is no path: an index must be a number; \(example)",
                "patches[1].target.kind: must not be empty",
                "patches[1].target.name: must not be empty",
            ]
        )
    }
}

extension StageOptions {
    /// The suffix of names, of stages that have one.
    var suffix: String? {
        switch details {
        case .primaryRollout(let options): options.suffix
        case .canaryRollout(let options), .baselineRollout(let options): options.suffix
        default: nil
        }
    }
}
