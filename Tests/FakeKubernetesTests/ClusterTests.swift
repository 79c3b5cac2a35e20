import Manifests
import Testing

@testable import FakeKubernetes

@Suite("A fake cluster", .timeLimit(.minutes(5)))
struct ClusterTests {
    @Test(
        "writes a kubeconfig whose context has its name",
        arguments: [FakeCluster.Credential.clientCertificate, .token]
    )
    func kubeconfig(credential: FakeCluster.Credential) async throws {
        try await withFakeCluster("osaka") { cluster in
            let text = cluster.kubeconfigText(credential: credential, namespace: "shop")
            let config = try #require(try YAML.documents(in: Array(text.utf8), file: "kubeconfig").first?.value)
            #expect(config["current-context"] == "osaka")
            let context = config["contexts"]?.array?.first
            #expect(context?["name"] == "osaka")
            #expect(context?["context"]?["namespace"] == "shop")
            #expect(config["clusters"]?.array?.first?["cluster"]?["server"]?.string == cluster.server)
            let user = config["users"]?.array?.first?["user"]
            #expect((user?["token"] == nil) == (credential == .clientCertificate))
        }
    }

    @Test("lives beside others on its own port")
    func several() async throws {
        try await withFakeCluster("one") { one in
            try await withFakeCluster("two") { two in
                #expect(one.port != two.port)
                one.perform("POST", Sample.configMaps, Sample.configMap("mine"))
                #expect(two.object("\(Sample.configMaps)/mine") == nil)
            }
        }
    }

    @Test("can be looked into and driven past the network")
    func inspection() async throws {
        try await withFakeCluster { cluster in
            let answer = cluster.perform("POST", Sample.deployments, Sample.deployment("web"))
            #expect(answer.code == 201)
            #expect(cluster.object("\(Sample.deployments)/web")?["status"]?["readyReplicas"] == 1)
            let pods = cluster.objects(Sample.pods)
            #expect(pods.first?["kind"] == "Pod")
            #expect(pods.first?["apiVersion"] == "v1")
        }
    }
}
