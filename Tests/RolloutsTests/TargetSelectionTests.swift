import Manifests
import Rollouts
import Testing

@Suite("Target selection")
struct TargetSelectionTests {
    private func select(
        _ registered: [String],
        _ multiTargets: [String] = [],
        stage: [String] = []
    ) throws -> TargetSelection {
        var input = InputSpec()
        input.multiTargets = multiTargets.map { TargetOverride(.name($0)) }
        let targets = registered.map { TargetSelection.Registered($0) }
        return try TargetSelection(registered: targets, input: input, stageTargets: stage.map { .name($0) })
    }

    @Test(
        "TGT-01, TGT-02, TGT-04, TGT-05 keeps the order of the registration, or that of the configuration",
        arguments: [
            (["eu", "us", "ap"], [], [], ["eu", "us", "ap"]),
            (["eu", "us", "ap"], ["us", "eu"], [], ["us", "eu"]),
            (["eu", "us", "ap"], ["us", "eu", "ap"], ["us"], ["us"]),
            (["eu", "us", "ap"], ["us", "eu", "ap"], ["ap", "us"], ["us", "ap"]),
            (["eu", "us"], [], ["us", "us"], ["us"]),
        ] as [([String], [String], [String], [String])]
    )
    func order(registered: [String], multiTargets: [String], stage: [String], expected: [String]) throws {
        let selection = try select(registered, multiTargets, stage: stage)
        #expect(selection.entries.map(\.name) == expected)
        #expect(selection.entries.allSatisfy { ($0.override != nil) == !multiTargets.isEmpty })
        let leftOut = multiTargets.isEmpty ? [] : registered.filter { !multiTargets.contains($0) }
        #expect(selection.notes == leftOut.map { "leaving out \"\($0)\": no entry of input.multiTargets is for it" })
    }

    @Test("TGT-03, OVR-05 skips an entry that is not registered, and says so")
    func unregistered() throws {
        let selection = try select(["eu", "us"], ["eu", "mars"])
        #expect(selection.entries.map(\.name) == ["eu"])
        #expect(
            selection.notes == [
                "skipping \"mars\": no such deploy target is registered",
                "leaving out \"us\": no entry of input.multiTargets is for it",
            ]
        )
    }

    @Test("TGT-06 warns of a name in the stage's list that does not exist")
    func unknownStageTarget() throws {
        let selection = try select(["eu", "us", "ap"], ["us", "eu", "ap"], stage: ["eu", "mars"])
        #expect(selection.entries.map(\.name) == ["eu"])
        let warning = "warning: the stage lists deploy target \"mars\", which the application does not deploy to"
        #expect(selection.notes == [warning])
    }

    @Test(
        "BEYOND-05 fails rather than do nothing, or something that was not meant",
        arguments: [
            ([], [], [], "no deploy target to run on: the application has none registered"),
            (["eu", "eu"], [], [], "deploy target \"eu\" is there twice; remove one"),
            (
                ["eu"], ["us", "us"], [],
                "no deploy target to run on: no entry of input.multiTargets is registered; registered are eu"
            ),
            (["eu"], ["eu", "eu"], [], "deploy target \"eu\" is there twice; remove one"),
            (
                ["eu", "us"], [], ["mars", "venus"],
                "no deploy target to run on: the stage lists mars, venus; the application deploys to eu, us"
            ),
            (
                ["eu-west", "us-east"], [], ["eu-west", "us-eats"],
                "unknown deploy target \"us-eats\", did you mean \"us-east\""
            ),
            (["eu-west"], [], ["EU-WEST"], "unknown deploy target \"EU-WEST\", did you mean \"eu-west\""),
        ] as [([String], [String], [String], String)]
    )
    func refused(registered: [String], multiTargets: [String], stage: [String], text: String) {
        #expect(message { _ = try select(registered, multiTargets, stage: stage) } == text)
    }

    @Test("takes targets by their labels when an entry has no name")
    func labels() throws {
        let spec = try spec(
            "input: {multiTargets: [{target: {labels: {region: eu}}, manifests: [eu.yaml]}, {target: {name: us}}]}"
        )
        let selection = try TargetSelection(registered: world, input: spec.input)
        #expect(selection.entries.map(\.name) == ["eu-1", "eu-2", "us"])
        #expect(selection.entries[0].override?.manifests == ["eu.yaml"])
        let other = try TargetSelection(registered: [world[0]], input: spec.input)
        #expect(other.notes == ["skipping labels region=eu: no such deploy target is registered"])
    }

    @Test(
        "takes targets of a stage by their labels",
        arguments: [
            ("[{target: {labels: {region: eu}}}]", ["eu-1", "eu-2"], nil),
            ("[{target: {labels: {region: eu, tier: a}}}]", ["eu-1"], nil),
            ("[{target: {labels: {tier: a}}}, us]", ["us", "eu-1"], nil),
            ("[eu-2, {target: {labels: {region: asia}}}]", ["eu-2"], "region=asia"),
            ("[{target: {name: us, labels: {region: eu}}}]", ["us"], nil),
        ] as [(String, [String], String?)]
    )
    func stageLabels(list: String, names: [String], unmatched: String?) throws {
        let stage = try options("multiTargets: \(list)", for: .canaryClean)
        let selection = try TargetSelection(registered: world, input: InputSpec(), stageTargets: stage.targets)
        #expect(selection.entries.map(\.name) == names)
        let warning = unmatched.map {
            "warning: the stage lists labels \($0), which no deploy target of the application has"
        }
        #expect(selection.notes == (warning.map { [$0] } ?? []))
    }

    @Test("fails when no target has the labels that a stage lists")
    func nothingLabelled() throws {
        let stage = try options("multiTargets: [{target: {labels: {b: c, a: b}}}]", for: .canaryClean)
        let text = message {
            _ = try TargetSelection(registered: world, input: InputSpec(), stageTargets: stage.targets)
        }
        let expected =
            "no deploy target to run on: the stage lists labels a=b,b=c; the application deploys to us, eu-1, eu-2"
        #expect(text == expected)
    }

    private let world = [
        TargetSelection.Registered("us", labels: ["region": "us"]),
        TargetSelection.Registered("eu-1", labels: ["region": "eu", "tier": "a"]),
        TargetSelection.Registered("eu-2", labels: ["region": "eu"]),
    ]
}

@Suite("The input of a target")
struct EffectiveInputTests {
    private func effective(_ input: String, _ target: String = "eu") throws -> EffectiveInput {
        let input = try spec("input: \(input)").input
        return input.effective(for: input.multiTargets.first { $0.target.name == target })
    }

    @Test("TGT-07, OVR-04 is its own files and versions where it has some")
    func overridden() throws {
        let input = """
            {manifests: [a.yaml], kustomizeVersion: 5.3.0, kustomizeOptions: {x: "1"}, namespace: shop, multiTargets: [
              {target: {name: eu}, manifests: [eu/a.yaml, eu/b.yaml], kustomizeVersion: 5.4.3, kustomizeDir: overlays/eu},
              {target: {name: us}}]}
            """
        let eu = try effective(input)
        #expect(eu.manifests == ["eu/a.yaml", "eu/b.yaml"] && eu.kustomizeVersion == "5.4.3")
        #expect(eu.kustomizeOptions == ["x": "1"] && eu.kustomizeDirectory == "overlays/eu" && eu.namespace == "shop")
        let us = try effective(input, "us")
        #expect(us.manifests == ["a.yaml"] && us.kustomizeVersion == "5.3.0" && us.kustomizeDirectory == nil)
    }

    @Test("TGT-08, BEYOND-22 has the most special version of kubectl")
    func kubectl() throws {
        let both = "{kubectlVersion: 1.31.0, multiTargets: [{target: {name: eu}, kubectlVersion: 1.30.1}]}"
        #expect(try effective(both).kubectlVersion(deployTarget: "1.32.0") == "1.30.1")
        #expect(try effective("{kubectlVersion: 1.31.0}").kubectlVersion(deployTarget: "1.32.0") == "1.31.0")
        #expect(try effective("{}").kubectlVersion(deployTarget: "1.32.0") == "1.32.0")
        #expect(try effective("{}").kubectlVersion(deployTarget: nil) == nil)
    }

    @Test(
        "TGT-09, TGT-10, OVR-01, OVR-02, OVR-03 replaces options as a whole",
        arguments: [
            (
                "{kustomizeOptions: {a: '1', b: '2'}, multiTargets: [{target: {name: eu}, kustomizeOptions: {c: '3'}}]}",
                nil, ["c": "3"]
            ),
            ("{kustomizeVersion: 5.3.0, kustomizeOptions: {k: v}}", "5.3.0", ["k": "v"]),
            (
                "{kustomizeVersion: 5.3.0, kustomizeOptions: {a: b}, multiTargets: [{target: {name: eu}}]}",
                "5.3.0", ["a": "b"]
            ),
            ("{kustomizeVersion: 5.3.0, multiTargets: [{target: {name: eu}, kustomizeVersion: 5.4.3}]}", "5.4.3", [:]),
            (
                "{kustomizeVersion: 5.3.0, kustomizeOptions: {a: b}, multiTargets: "
                    + "[{target: {name: eu}, kustomizeVersion: 5.4.3, kustomizeOptions: {enable-helm: ''}}]}",
                "5.4.3", ["enable-helm": ""]
            ),
        ] as [(String, String?, [String: String])]
    )
    func options(input: String, version: String?, options: [String: String]) throws {
        let effective = try effective(input)
        #expect(effective.kustomizeVersion == version)
        #expect(effective.kustomizeOptions == options)
    }
}
