import KubernetesAPI
import Manifests
import PipedAPI
import Rollouts
import SwiftProtobuf
import Testing

@testable import PipedPlugin
@testable import Stages

@Suite("Live states for piped")
struct LivestateTextTests {
    private static func text(limit: Int = LivestateText.resourcesLimit) -> LivestateText {
        LivestateText(plugin: "fleet", moment: Moment(sinceEpoch: .seconds(1_800_000_000)), resourcesLimit: limit)
    }

    private static func state(_ text: String, _ others: String = "") throws -> LiveState {
        let resources = try [text, others].map { text in
            try YAML.documents(in: Array(text.utf8), file: "live").compactMap { LiveResource($0.value) }
        }
        return LiveStateBuilder(target: DeployTarget(name: "eu", access: .offline), label: VariantLabel())
            .state(managed: resources[0], others: resources[1])
    }

    private static let cart = """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: cart
          namespace: shop
          uid: u-100
          creationTimestamp: '2026-03-01T08:30:00Z'
          ownerReferences:
          - {apiVersion: acme.io/v1, kind: Rollout, name: r, uid: u-1}
          - {apiVersion: acme.io/v1, kind: Other, name: o, uid: u-2}
        spec: {}

        """

    @Test("STATE-01 say of an object all that piped knows of one")
    func resource() throws {
        let resources = Self.text().resources([try Self.state(Self.cart)])
        let resource = try #require(resources.first)
        #expect(resources.count == 1)
        #expect(resource.id == "u-100" && resource.name == "cart" && resource.parentIds == ["u-1", "u-2"])
        #expect(resource.resourceType == "Deployment")
        #expect(resource.resourceMetadata == ["API Version": "apps/v1", "Kind": "Deployment", "Namespace": "shop"])
        #expect(resource.healthStatus == .unknown)
        #expect(resource.healthDescription == "The number of desired replicas is unspecified")
        #expect(resource.createdAt == 1_772_353_800 && resource.updatedAt == 1_800_000_000)
        #expect(resource.deployTarget == "eu" && resource.pluginName == "fleet")
    }

    @Test("give an object without a time of its own the time of the answer, as the control plane wants one")
    func timeless() throws {
        let role = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: r, uid: u}\n"
        let resource = try #require(Self.text().resources([try Self.state(role)]).first)
        #expect(resource.createdAt == 1_800_000_000 && resource.resourceMetadata["Namespace"] == "")
    }

    @Test("leave out what controllers have made when there is too much, and say where")
    func limit() throws {
        let pods = (0..<50).map { number in
            "---\napiVersion: v1\nkind: Pod\nmetadata: {name: p-\(number), namespace: shop, uid: p-\(number), "
                + "ownerReferences: [{kind: Deployment, name: cart, uid: u-100}]}\nstatus: {phase: Running}\n"
        }
        let state = try Self.state(Self.cart, pods.joined())
        #expect(Self.text().resources([state]).count == 51)
        let few = Self.text(limit: 4000).resources([state])
        #expect(few.count > 1 && few.count < 30)
        let deployment = try #require(few.first { $0.id == "u-100" })
        #expect(
            deployment.healthDescription.hasSuffix(
                "; \(51 - few.count) objects that it owns are left out: the answer would be too large"
            )
        )
        var response = PipedGetLivestateResponse()
        response.applicationLiveState.resources = few
        let size: Int = try response.serializedData().count
        #expect(size < 4000)
    }

    @Test("stay below what gRPC takes, however long the reason is")
    func reason() throws {
        let sync = SyncState(.outOfSync, shortReason: "short", reason: String(repeating: "é", count: 3 << 20))
        let response = Self.text().response([], sync)
        let size: Int = try response.serializedData().count
        #expect(size < 3 << 20 && response.syncState.reason.hasSuffix("…"))
        #expect(response.applicationLiveState.healthStatus == .healthy)
    }
}
