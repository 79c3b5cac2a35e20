import FakeKubernetes
import Manifests
import TestSupport
import Testing

@testable import Stages

@Suite("A plan foretells a refusal", .timeLimit(.minutes(5)))
struct ForecastRefusalTests {
    /// A sync that one object makes fail.
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        var running: VersionText?
        let target: VersionText
        let refused: String
        var prepare: @Sendable (FakeCluster) -> Void = { _ in }

        var testDescription: String { name }
    }

    private static func job(_ image: String) -> String {
        """
        apiVersion: batch/v1
        kind: Job
        metadata: {name: migrate}
        spec: {template: {spec: {restartPolicy: Never, containers: [{name: m, image: "\(image)"}]}}}

        """
    }

    private static let cases = [
        Case(
            name: "of a field that somebody else owns",
            target: VersionText(Text.configMap, Text.secret),
            refused: "ConfigMap/default/orders-settings"
        ) { cluster in
            cluster.perform(
                "POST",
                "\(Path.configMaps)?fieldManager=someone",
                [
                    "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "orders-settings"],
                    "data": ["LOG_LEVEL": "debug"],
                ]
            )
        },
        Case(
            name: "of a Job that cannot change",
            running: VersionText(job("m:1"), Text.secret),
            target: VersionText(job("m:2"), Text.secret),
            refused: "Job/default/migrate"
        ),
        Case(
            name: "of a namespace that is not there and that nobody makes",
            target: VersionText(Text.secret.replacing("{name: orders-db}", with: "{name: orders-db, namespace: none}")),
            refused: "Secret/none/orders-db"
        ),
        Case(
            name: "for want of permission",
            target: VersionText(Text.configMap, Text.secret),
            refused: "Secret/default/orders-db"
        ) { $0.inject(.forbidden(verbs: [.patch], resource: "secrets")) },
    ]

    @Test("in the words in which the run then fails, and what it does beside", arguments: cases)
    func isExact(refusal: Case) async throws {
        try await VersionsFixture.with(running: refusal.running, target: refusal.target) { versions in
            try await Fleet.with(["eu"]) { fleet in
                if refusal.running != nil { try await fleet.deployRunning(versions) }
                refusal.prepare(fleet.clusters[0])
                let request = try versions.request("K8S_SYNC", targets: fleet.targets)
                let runner = StageRunner(connections: fleet.fresh.connections, patience: nil)
                let forecast = try await runner.forecast(request, asking: true)
                let objects = ForecastGroup.groups(of: forecast).flatMap(\.objects).filter { $0.kind == .refused }
                #expect(objects.map(\.resource.shortDescription) == [refusal.refused])
                let report = try await fleet.run("K8S_SYNC", of: versions)
                #expect(report.targets.map(\.error) == objects.map { "eu: \($0.remarks[0])" })
                #expect(Set(report.targets[0].changes.map(\.resource)).isDisjoint(with: objects.map(\.resource)))
                let foretold = Set(forecast.answers.flatMap(\.changes).lines)
                #expect(foretold.isSuperset(of: report.targets[0].changes.lines), "\(report)")
            }
        }
    }

    @Test("of no answer is not told as a refusal")
    func silence() async throws {
        try await VersionsFixture.with(target: VersionText(Text.configMap)) { versions in
            try await Fleet.with(["eu"]) { fleet in
                let request = try versions.request("K8S_SYNC", targets: fleet.targets)
                let runner = StageRunner(connections: fleet.connections, patience: nil)
                let plan = try await runner.plan(request)
                fleet.clusters[0].inject(Fault(.resetBefore))
                let answer = try #require(try await runner.dryRun(plan, of: request).first)
                #expect(!answer.isRefused && answer.silence?.contains("broke") == true, "\(answer.answers)")
            }
        }
    }
}

@Suite("Clusters in a forecast")
struct ForecastGroupTests {
    private func forecast(_ changes: [(target: String, outcome: DryRunAnswer.Outcome)]) throws -> StageForecast {
        let clusters = try changes.map { target, _ in
            var manifest = try Manifest(["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "m"]])
            try manifest.set(.string(target), at: ["metadata", "annotations", "pipecd.dev/deploy-target"])
            return ClusterPlan(target: target, phases: [[.apply(manifest)]])
        }
        let answers = zip(clusters, changes).map { cluster, change in
            let answer = DryRunAnswer(resource: cluster.manifests[0].key, outcome: change.outcome)
            return TargetDryRun(target: cluster.target, answers: [answer], cluster: PredictedCluster())
        }
        return StageForecast(plan: StagePlan(stage: "K8S_SYNC", clusters: clusters), answers: answers)
    }

    private func difference(_ path: String...) -> FieldDifference {
        FieldDifference(difference: Difference(path: FieldPath(path.map { .key($0) }), before: "a", after: "b"))
    }

    @Test("are together when the same would change, whatever their own marks are, also in a refusal")
    func grouped() throws {
        let forecast = try forecast([
            ("eu", .change(.created, [])), ("us", .refused("us: no")), ("ap", .change(.created, [])),
            ("sa", .refused("sa: no")), ("me", .change(.configured, [difference("data", "x")])),
        ])
        let groups = ForecastGroup.groups(of: forecast)
        #expect(
            groups.map { "\($0.heading): \($0.summary)" } == [
                "eu, ap (2 clusters: same change): 1 created", "us, sa (2 clusters: same change): 1 refused",
                "me: 1 configured",
            ]
        )
        #expect(groups[1].text(showingBodies: false) == "! ConfigMap/m REFUSED\n    no\n")
        #expect(groups[2].text(showingBodies: false).contains("-     x: a\n+     x: b\n"), "\(groups[2])")
        #expect(groups[0].text(showingBodies: true).contains("+   kind: ConfigMap\n"))
        #expect(!groups[0].text(showingBodies: true).contains("deploy-target"))
    }

    @Test("do not fill the page with marks")
    func marks() throws {
        let marks = [
            difference("metadata", "labels", "pipecd.dev/commit-hash"),
            difference("metadata", "annotations", "pipecd.dev/deploy-target"),
        ]
        let forecast = try forecast([
            ("eu", .change(.configured, marks)), ("us", .change(.configured, marks + [difference("data", "x")])),
        ])
        let groups = ForecastGroup.groups(of: forecast)
        #expect(groups.map(\.summary) == ["1 unchanged except marks", "1 configured"])
        #expect(groups[0].text(showingBodies: true).isEmpty)
        #expect(!groups[1].text(showingBodies: true).contains("pipecd.dev"))
    }

    @Test("are named as far as there is room")
    func names() {
        #expect((1...10).map { "c\($0)" }.names == "c1, c2, c3, c4, c5, c6, c7, c8, c9, c10")
        #expect((1...12).map { "c\($0)" }.names.hasSuffix("c10 and 2 more"))
    }
}
