import FakePiped
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

    private static func state(_ text: String, _ others: String = "", hidden: [LiveState.HiddenType] = []) throws
        -> LiveStateAnswer
    {
        let resources = try [text, others].map { text in
            try YAML.documents(in: Array(text.utf8), file: "live").compactMap { LiveResource($0.value) }
        }
        let state = LiveStateBuilder(target: DeployTarget(name: "eu", access: .offline), label: VariantLabel())
            .state(managed: resources[0], others: resources[1], hidden: hidden)
        return LiveStateAnswer(target: "eu", result: .success(state))
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

    private static func pods(_ count: Int, owner: String, failing: Set<Int> = []) -> String {
        (0..<count).map { number in
            "---\napiVersion: v1\nkind: Pod\nmetadata: {name: p-\(number), namespace: shop, uid: p-\(number)\(owner)}\n"
                + "status: {phase: \(failing.contains(number) ? "Failed" : "Running"), "
                + "conditions: [{type: Ready, status: 'True'}]}\n"
        }
        .joined()
    }

    private static let owner = ", ownerReferences: [{kind: Deployment, name: cart, uid: u-100}]"

    @Test(
        "leave out what is well and what controllers have made when there is too much, and say so with its health",
        arguments: [
            (true, [], 4000, PipedResourceState.HealthStatus.healthy), (true, [49], 4000, .healthy),
            (false, [49], 4000, .healthy), (true, Set(0..<50), 4000, .unhealthy),
            (false, Set(0..<50), 4000, .unhealthy),
        ] as [(Bool, Set<Int>, Int, PipedResourceState.HealthStatus)]
    )
    func limit(isMade: Bool, failing: Set<Int>, limit: Int, rest: PipedResourceState.HealthStatus) throws {
        let pods = Self.pods(50, owner: isMade ? Self.owner : "", failing: failing)
        let answer = isMade ? try Self.state(Self.cart, pods) : try Self.state(Self.cart + pods)
        #expect(Self.text().resources([answer]).count == 51)
        let few = Self.text(limit: limit).resources([answer])
        #expect(few.count > 2 && few.count < 30)
        #expect(failing.count > 1 && !isMade || few.contains { $0.id == "u-100" })
        #expect(failing.count != 1 || few.contains { $0.healthStatus == .unhealthy && $0.id.hasPrefix("p-49") })
        let note = try #require(few.first { $0.resourceType == "Cluster" })
        #expect(note.healthDescription == "\(52 - few.count) objects are left out: the answer would be too large")
        #expect(note.healthStatus == rest && note.deployTarget == "eu")
        var response = PipedGetLivestateResponse()
        response.applicationLiveState.resources = few
        let size: Int = try response.serializedData().count
        #expect(size < limit)
    }

    @Test("say of what nobody can look at that its health is unknown, for piped makes its verdict of that alone")
    func unknown() throws {
        let hidden = [("apps", "Deployment"), ("", "Secret"), ("acme.io", "*")].map { group, kind in
            LiveState.HiddenType(type: GroupKind(group: group, kind: kind), reason: "no \(kind)")
        }
        let named: Set = [
            GroupVersionKind(group: "apps", version: "v1", kind: "Deployment"),
            GroupVersionKind(group: "acme.io", version: "v1", kind: "Rollout"),
            GroupVersionKind(group: "", version: "v1", kind: "Service"),
        ]
        let lost = LiveStateAnswer(target: "us", result: .failure(LiveStateError("us: cannot reach a:1")))
        let sync = SyncState(.unknown, shortReason: "", reason: "")
        let response = Self.text().response([try Self.state("", hidden: hidden), lost], naming: ["eu": named], sync)
        let resources = response.applicationLiveState.resources
        #expect(response.applicationLiveState.healthStatus == .unknown)
        #expect(
            resources.map(\.id) == ["flotilla:eu/apps/Deployment", "flotilla:eu/acme.io/Rollout", "flotilla:us"]
        )
        #expect(resources.map(\.healthDescription) == ["no Deployment", "no *", "us: cannot reach a:1"])
        #expect(resources.map(\.name) == ["eu", "eu", "us"] && resources.map(\.deployTarget) == ["eu", "eu", "us"])
        #expect(resources.allSatisfy { $0.healthStatus == .unknown && Validation.problem(in: $0) == nil })
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
