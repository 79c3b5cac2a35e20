import KubernetesAPI
import Manifests
import Testing

@testable import Stages

@Suite("Health of an application")
struct LiveStateHealthTests {
    @Test(
        "HEALTH-35 is the worst of its objects, in whatever order they come",
        arguments: [
            ([], .healthy), ([.healthy], .healthy), ([.healthy, .unknown], .unknown), ([.unknown, .healthy], .unknown),
            ([.healthy, .unknown, .unhealthy], .unhealthy), ([.unhealthy, .unknown, .healthy], .unhealthy),
            ([.unknown, .unhealthy, .healthy], .unhealthy), ([.unhealthy], .unhealthy),
        ] as [([Health.PipeCDStatus], Health.PipeCDStatus)]
    )
    func aggregation(parts: [Health.PipeCDStatus], whole: Health.PipeCDStatus) {
        let objects = parts.enumerated().map { index, status in
            LiveObject(
                key: ResourceKey(group: "", kind: "Pod", namespace: nil, name: "\(index)"),
                groupVersionKind: GroupVersionKind(group: "", version: "v1", kind: "Pod"),
                uid: "\(index)",
                health: Health(.healthy, pipeCD: status)
            )
        }
        #expect(LiveState(target: "eu", objects: objects).pipeCDStatus == whole)
    }
}
