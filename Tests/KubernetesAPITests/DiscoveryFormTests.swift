import Manifests
import Testing

@testable import KubernetesAPI

@Suite("Discovery forms")
struct DiscoveryFormTests {
    private static let aggregated = """
        kind: APIGroupDiscoveryList
        items:
        - metadata: {name: autoscaling}
          versions:
          - version: v2
            freshness: Current
            resources:
            - resource: horizontalpodautoscalers
              responseKind: {group: "", version: "", kind: HorizontalPodAutoscaler}
              scope: Namespaced
              verbs: [get, list]
              subresources: [{subresource: status}]
          - version: v1
            resources:
            - resource: horizontalpodautoscalers
              responseKind: {group: autoscaling, version: v1, kind: HorizontalPodAutoscaler}
              scope: Namespaced
              verbs: [get]
        - metadata: {name: metrics.k8s.io}
          versions: [{version: v1beta1, freshness: Stale}]
        - metadata: {}
          versions:
          - version: v1
            resources:
            - {resource: nodes, responseKind: {kind: Node}, scope: Cluster, verbs: [list]}
        """

    @Test("API-15 the aggregated one is known by its content type, whatever the order of parameters")
    func contentType() {
        let forms = [
            "application/json; as=APIGroupDiscoveryList;v=v2;g=apidiscovery.k8s.io;charset=utf-8",
            "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList",
        ]
        #expect(forms.allSatisfy { AggregatedDiscovery.isForm(ofContentType: $0) })
    }

    @Test(
        "API-14 anything else is plain",
        arguments: [
            "application/json", "", "text/html",
            "application/json;g=apidiscovery.k8s.io;v=v3;as=APIGroupDiscoveryList",
        ]
    )
    func plainContentType(type: String) {
        #expect(!AggregatedDiscovery.isForm(ofContentType: type))
    }

    @Test("the aggregated one gives mappings, the preferred version first")
    func mappings() throws {
        let discovery = Discovery(AggregatedDiscovery.read(try Value(yaml: Self.aggregated)))
        let kind = GroupKind(group: "autoscaling", kind: "HorizontalPodAutoscaler")
        #expect(discovery.mappings.count == 3)
        #expect(discovery.mapping(for: kind)?.groupVersionKind.version == "v2")
        let old = discovery.mapping(for: GroupVersionKind(group: "autoscaling", version: "v1", kind: kind.kind))
        #expect(old?.verbs == ["get"])
        let node = try #require(discovery.mapping(for: GroupKind(kind: "Node")))
        #expect(!node.isNamespaced)
        #expect(node.resource == GroupVersionResource(group: "", version: "v1", resource: "nodes"))
    }

    @Test("API-16 a stale group version is remembered as failed, the others are usable")
    func stale() throws {
        let discovery = Discovery(AggregatedDiscovery.read(try Value(yaml: Self.aggregated)))
        #expect(Array(discovery.failures.keys) == [GroupVersion(group: "metrics.k8s.io", version: "v1beta1")])
    }

    @Test("the plain one lists group versions, the preferred first")
    func groupVersions() throws {
        let groups = try Value(
            yaml: """
                groups:
                - name: autoscaling
                  versions: [{groupVersion: autoscaling/v1}, {groupVersion: autoscaling/v2}]
                  preferredVersion: {groupVersion: autoscaling/v2}
                - {name: apps, versions: [{groupVersion: apps/v1}]}
                """
        )
        let versions = PlainDiscovery.groupVersions(groups)
        #expect(versions.map(\.description) == ["autoscaling/v2", "autoscaling/v1", "apps/v1"])
        #expect(versions.map(PlainDiscovery.path).last == "/apis/apps/v1")
        let core = PlainDiscovery.coreVersions(try Value(yaml: "versions: [v1]"))
        #expect(core.map(PlainDiscovery.path) == ["/api/v1"])
    }

    @Test("the plain one gives mappings without subresources")
    func plainMappings() throws {
        let list = try Value(
            yaml: """
                resources:
                - {name: deployments, namespaced: true, kind: Deployment, verbs: [get, patch]}
                - {name: deployments/scale, namespaced: true, kind: Scale, group: autoscaling, version: v1, verbs: [get]}
                """
        )
        let document = PlainDiscovery.read(list, of: GroupVersion(group: "apps", version: "v1"))
        #expect(document.mappings.map(\.resource.description) == ["deployments.apps"])
        #expect(document.mappings.first?.isNamespaced == true)
    }

    @Test("nonsense gives nothing", arguments: ["null", "items: 3", "items: [3]", "groups: {a: b}", "resources: [[]]"])
    func nonsense(text: String) throws {
        let value = try Value(yaml: text)
        #expect(Discovery(AggregatedDiscovery.read(value)).mappings.isEmpty)
        #expect(PlainDiscovery.groupVersions(value).isEmpty)
        #expect(PlainDiscovery.read(value, of: GroupVersion(group: "", version: "v1")).mappings.isEmpty)
    }
}
