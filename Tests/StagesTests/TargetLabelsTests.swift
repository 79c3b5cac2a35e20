import KubernetesAPI
import Testing

@testable import Stages

@Suite("A stage that chooses targets by labels")
struct TargetLabelsTests {
    @Test(
        "is planned for those that have them, and for no cluster when there are none",
        arguments: [
            ("{region: eu}", ["eu-1", "eu-2"]), ("{region: eu, tier: a}", ["eu-2"]), ("{region: asia}", nil),
        ] as [(String, [String]?)]
    )
    func planned(labels: String, names: [String]?) async throws {
        let targets = [
            DeployTarget(name: "eu-1", labels: ["region": "eu"], access: .offline),
            DeployTarget(name: "us", labels: ["region": "us", "tier": "a"], access: .offline),
            DeployTarget(name: "eu-2", labels: ["region": "eu", "tier": "a"], access: .offline),
        ]
        try await ApplicationFixture.with(["a.yaml": Text.deployment()]) { fixture in
            let options = "{multiTargets: [{target: {labels: \(labels)}}]}"
            let request = try fixture.request("K8S_CANARY_ROLLOUT", options, targets: targets)
            let runner = StageRunner(connections: ClusterConnections(engine: HTTPEngine()))
            guard let names else {
                let error = await #expect(throws: (any Error).self) { try await runner.plan(request) }
                #expect("\(error as Any)".contains("the stage lists labels region=asia"), "\(error as Any)")
                return
            }
            #expect(try await runner.plan(request).clusters.map(\.target) == names)
        }
    }
}
