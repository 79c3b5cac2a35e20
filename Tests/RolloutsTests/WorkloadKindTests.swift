import Manifests
import Rollouts
import Testing

@Suite("A kind of workload")
struct WorkloadKindTests {
    /// The copies of everything of a kind.
    private func copies(_ texts: String..., kind: String, suffix: String = "canary") throws -> [Manifest] {
        var spec = PluginSpec()
        spec.workloads = [ResourceReference(kind: kind)]
        let options = VariantRolloutOptions(replicas: .percent(50), suffix: suffix)
        let objects = try loaded(texts.joined(separator: "\n---\n"))
        return try VariantRollout.manifests(for: .canary, from: objects, spec: spec, options: options)
    }

    private static func workload(_ kind: String, group: String = "apps", name: String = "db", _ fields: String = "")
        -> String
    {
        """
        {apiVersion: \(group)/v1, kind: \(kind), metadata: {name: \(name)}, spec: {replicas: 3, serviceName: db,
         selector: {matchLabels: {app: db}}, template: {metadata: {labels: {app: db}}, spec: {containers: []}}\(fields)}}
        """
    }

    @Test(
        "CAN-10, REWR-02 E3 that has no copies is refused by name, with what to do",
        arguments: [
            (
                workload("StatefulSet", ", volumeClaimTemplates: [{metadata: {name: data}}]"), "StatefulSet",
                "StatefulSet/db: unsupported workload kind StatefulSet with volumeClaimTemplates: the pods of a copy would "
                    + "start on empty volumes that no clean removes; leave it out of workloads and let PRIMARY_ROLLOUT "
                    + "update it (spec.updateStrategy holds pods back)"
            ),
            (
                workload("DaemonSet"), "DaemonSet",
                "DaemonSet/db: unsupported workload kind DaemonSet: a copy would run on every node beside the primary; "
                    + "leave it out of workloads and let PRIMARY_ROLLOUT update it node by node (spec.updateStrategy sets "
                    + "the pace)"
            ),
            (
                workload("Job", group: "batch"), "Job",
                "Job/db: unsupported workload kind Job of group batch: copies are made of Deployments and StatefulSets; "
                    + "leave it out of workloads"
            ),
            (
                workload("Deployment", group: "acme.io"), "Deployment",
                "Deployment/db: unsupported workload kind Deployment of group acme.io: copies are made of Deployments and "
                    + "StatefulSets; leave it out of workloads"
            ),
        ]
    )
    func refused(workload: String, kind: String, text: String) {
        #expect(message { _ = try copies(workload, kind: kind) } == text)
    }

    @Test(
        "StatefulSet has copies when it has no claims, which keep their Service and no pods of an older version",
        arguments: ["", ", volumeClaimTemplates: []", ", volumeClaimTemplates: null"]
    )
    func statefulSet(claims: String) throws {
        let partition = ", updateStrategy: {type: RollingUpdate, rollingUpdate: {partition: 2}}"
        let copy = try #require(try copies(Self.workload("StatefulSet", partition + claims), kind: "StatefulSet").first)
        #expect(copy.key.description == "apps:StatefulSet::db-canary")
        #expect(copy[path: "spec", "serviceName"] == "db")
        #expect(copy[path: "spec", "replicas"] == 2)
        #expect(copy[path: "spec", "updateStrategy"] == nil)
        let labels: Value = ["app": "db", "pipecd.dev/variant": "canary"]
        #expect(copy[path: "spec", "selector", "matchLabels"] == labels)
        #expect(copy[path: "spec", "template", "metadata", "labels"] == labels)
        #expect(copy.annotations["pipecd.dev/resource-key"] == "apps:StatefulSet::db-canary")
    }

    @Test(
        "BEYOND-12 without a selector is an error",
        arguments: ["Deployment", "StatefulSet"],
        ["", "selector: null, "]
    )
    func withoutSelector(kind: String, selector: String) {
        let text = Self.workload(kind).replacing("selector: {matchLabels: {app: db}},", with: selector)
        let expected = "\(kind)/db: spec.selector is missing; add one that matches the labels of the pods"
        #expect(message { _ = try copies(text, kind: kind) } == expected)
    }

    @Test(
        "E57 limits the names of copies to those under which pods can be made",
        arguments: [("StatefulSet", 52), ("Deployment", 242)]
    )
    func names(kind: String, limit: Int) throws {
        let longest = String(repeating: "d", count: limit - "-canary".count)
        #expect(try copies(Self.workload(kind, name: longest), kind: kind).first?.name.count == limit)
        let expected =
            "\(kind)/d\(longest): the copy cannot be named \"d\(longest)-canary\": "
            + "at most \(limit) lower-case letters, digits and \"-\"; change the suffix"
        #expect(message { _ = try copies(Self.workload(kind, name: "d" + longest), kind: kind) } == expected)
        #expect((message { _ = try copies(Self.workload(kind), kind: kind, suffix: "1.0") } == nil) == (limit > 63))
    }

    @Test("that has copies is among those that a clean removes before what they use")
    func copied() {
        let kinds = ["Deployment", "StatefulSet"].map { GroupKind(group: "apps", kind: $0) }
        #expect(WorkloadKinds.copied == kinds)
        let config = GroupKind(kind: "ConfigMap")
        let groups = CleanOrder.groups([config] + kinds, groupKind: { $0 }, isNamespaced: { _ in true })
        #expect(groups == [kinds, [config]])
    }
}

@Suite("The target of an autoscaler")
struct ScaleTargetTests {
    private func target(_ apiVersion: String, _ kind: String, _ reference: String) throws -> ScaleTarget? {
        let text = """
            {apiVersion: \(apiVersion), kind: \(kind), metadata: {name: scaler, namespace: shop},
             spec: {scaleTargetRef: \(reference)}}
            """
        let manifest = try manifests(text)[0]
        return ScaleTarget(of: manifest.object, key: manifest.key)
    }

    private static let web = ResourceKey(group: "apps", kind: "Deployment", namespace: "shop", name: "web")

    @Test(
        "is the workload that it names, of a Deployment when KEDA's does not say",
        arguments: [
            ("autoscaling/v2", "HorizontalPodAutoscaler", "{apiVersion: apps/v1, kind: Deployment, name: web}", true),
            ("autoscaling/v1", "HorizontalPodAutoscaler", "{kind: Deployment, name: web}", true),
            ("autoscaling/v2", "HorizontalPodAutoscaler", "{kind: StatefulSet, name: web}", false),
            (
                "autoscaling/v2", "HorizontalPodAutoscaler", "{apiVersion: acme.io/v1, kind: Deployment, name: web}",
                false
            ),
            ("autoscaling/v2", "HorizontalPodAutoscaler", "{kind: Deployment, name: other}", false),
            ("keda.sh/v1alpha1", "ScaledObject", "{name: web}", true),
            ("keda.sh/v1alpha1", "ScaledObject", "{apiVersion: apps/v1, kind: StatefulSet, name: web}", false),
        ]
    )
    func matches(apiVersion: String, kind: String, reference: String, isMatch: Bool) throws {
        let target = try #require(try target(apiVersion, kind, reference))
        #expect(target.matches(Self.web) == isMatch)
        #expect(!target.matches(Self.web.inNamespace("other")) && !target.matches(Self.web.inNamespace(nil)))
    }

    @Test(
        "is none for what is no autoscaler, or names nothing",
        arguments: [
            ("acme.io/v1", "HorizontalPodAutoscaler", "{kind: Deployment, name: web}"),
            ("keda.sh/v1alpha1", "ScaledJob", "{name: web}"), ("autoscaling/v2", "HorizontalPodAutoscaler", "[web]"),
            ("autoscaling/v2", "HorizontalPodAutoscaler", "{kind: Deployment}"),
        ]
    )
    func none(apiVersion: String, kind: String, reference: String) throws {
        #expect(try target(apiVersion, kind, reference) == nil)
    }
}
