import FakeKubernetes
import TestSupport
import Testing

@testable import Stages

@Suite("The clients of a stage", .timeLimit(.minutes(5)))
struct StageClientsTests {
    @Test("are the same from its plan to its last write, also when its kubeconfig changes meanwhile")
    func rotation() async throws {
        try await ApplicationFixture.with(["a.yaml": Text.configMap]) { application in
            try await Fleet.with(["eu", "us"]) { fleet in
                let target = fleet.targets[0]
                guard case .cluster(let path, _, _) = target.access, let path else { return }
                let other = fleet.clusters[1].kubeconfigText(credential: .clientCertificate)
                let clients = StageClients(of: [target], in: fleet.connections, requests: 1)
                let request = try application.request("K8S_PRIMARY_ROLLOUT", targets: [target])
                let runner = StageRunner(connections: fleet.connections, patience: nil) { event in
                    guard case .planned = event.kind else { return }
                    // As the stage of another application does.
                    try? TestFiles.write(other, to: path)
                    fleet.connections.forgetChanged(among: [target])
                }
                #expect(await runner.run(request).outcome == .succeeded)
                #expect(fleet.clusters[0].object("\(Path.configMaps)/orders-settings") != nil)
                #expect(fleet.clusters[1].requests.isEmpty)
                #expect(clients.signsOfLife(of: target) > 0)
                #expect(await runner.run(request).outcome == .succeeded)
                #expect(fleet.clusters[1].object("\(Path.configMaps)/orders-settings") != nil)
            }
        }
    }
}
