/// The types that every cluster serves.
enum BuiltInTypes {
    /// One line for each type: group, versions, kind, plural, scope, then what else there is to say.
    private static let table = """
        core v1 Namespace namespaces cluster short=ns sub=status,finalize
        core v1 Node nodes cluster short=no sub=status
        core v1 PersistentVolume persistentvolumes cluster short=pv sub=status
        core v1 ConfigMap configmaps namespaced short=cm
        core v1 Endpoints endpoints namespaced short=ep createOnUpdate
        core v1 Event events namespaced short=ev createOnUpdate
        core v1 LimitRange limitranges namespaced short=limits
        core v1 PersistentVolumeClaim persistentvolumeclaims namespaced short=pvc sub=status
        core v1 Pod pods namespaced short=po categories=all sub=status,ephemeralcontainers
        core v1 PodTemplate podtemplates namespaced generation
        core v1 ReplicationController replicationcontrollers namespaced short=rc categories=all sub=status,scale generation
        core v1 ResourceQuota resourcequotas namespaced short=quota sub=status
        core v1 Secret secrets namespaced
        core v1 Service services namespaced short=svc categories=all sub=status
        core v1 ServiceAccount serviceaccounts namespaced short=sa
        apps v1 ControllerRevision controllerrevisions namespaced
        apps v1 DaemonSet daemonsets namespaced short=ds categories=all sub=status generation
        apps v1 Deployment deployments namespaced short=deploy categories=all sub=status,scale generation
        apps v1 ReplicaSet replicasets namespaced short=rs categories=all sub=status,scale generation
        apps v1 StatefulSet statefulsets namespaced short=sts categories=all sub=status,scale generation
        batch v1 CronJob cronjobs namespaced short=cj categories=all sub=status generation
        batch v1 Job jobs namespaced categories=all sub=status generation
        autoscaling v2,v1 HorizontalPodAutoscaler horizontalpodautoscalers namespaced short=hpa categories=all sub=status
        networking.k8s.io v1 Ingress ingresses namespaced short=ing sub=status generation
        networking.k8s.io v1 IngressClass ingressclasses cluster generation
        networking.k8s.io v1 NetworkPolicy networkpolicies namespaced short=netpol generation
        policy v1 PodDisruptionBudget poddisruptionbudgets namespaced short=pdb sub=status generation
        rbac.authorization.k8s.io v1 ClusterRole clusterroles cluster
        rbac.authorization.k8s.io v1 ClusterRoleBinding clusterrolebindings cluster
        rbac.authorization.k8s.io v1 Role roles namespaced
        rbac.authorization.k8s.io v1 RoleBinding rolebindings namespaced
        storage.k8s.io v1 StorageClass storageclasses cluster short=sc
        scheduling.k8s.io v1 PriorityClass priorityclasses cluster short=pc generation
        discovery.k8s.io v1 EndpointSlice endpointslices namespaced generation
        coordination.k8s.io v1 Lease leases namespaced createOnUpdate
        apiextensions.k8s.io v1 CustomResourceDefinition customresourcedefinitions cluster short=crd,crds categories=api-extensions sub=status generation
        apiregistration.k8s.io v1 APIService apiservices cluster categories=api-extensions sub=status readOnly
        admissionregistration.k8s.io v1 MutatingWebhookConfiguration mutatingwebhookconfigurations cluster categories=api-extensions generation
        admissionregistration.k8s.io v1 ValidatingWebhookConfiguration validatingwebhookconfigurations cluster categories=api-extensions generation
        """

    static let all: [ResourceType] = table.split(separator: "\n").compactMap { type(String($0)) }

    /// Whether there is a type of this kind in this version.
    static func have(kind: String, apiVersion: String) -> Bool {
        all.contains { type in type.kind == kind && type.versions.contains { type.apiVersion($0) == apiVersion } }
    }

    private static func type(_ line: String) -> ResourceType? {
        let words = line.split(separator: " ").map(String.init)
        guard words.count >= 5 else { return nil }
        var type = ResourceType(
            group: words[0] == "core" ? "" : words[0],
            versions: words[1].split(separator: ",").map(String.init),
            kind: words[2],
            plural: words[3],
            singular: words[2].lowercased(),
            isNamespaced: words[4] == "namespaced"
        )
        for word in words.dropFirst(5) {
            let parts = word.split(separator: "=").map(String.init)
            let values = parts.count == 2 ? parts[1].split(separator: ",").map(String.init) : []
            switch parts[0] {
            case "short": type.shortNames = values
            case "categories": type.categories = values
            case "sub": type.subresources = values
            default: ResourceType.Trait(rawValue: word).map { _ = type.traits.insert($0) }
            }
        }
        return type
    }
}
