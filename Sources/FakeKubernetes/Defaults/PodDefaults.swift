import Manifests

/// What the specification of a pod gets from the server.
enum PodDefaults {
    /// Fills the specification of a pod or of a template.
    static func fill(_ spec: inout Value) {
        spec.fallback("restartPolicy", "Always")
        spec.fallback("terminationGracePeriodSeconds", 30)
        spec.fallback("dnsPolicy", "ClusterFirst")
        spec.fallback("securityContext", [:])
        spec.fallback("schedulerName", "default-scheduler")
        if let account = spec["serviceAccountName"] ?? spec["serviceAccount"] {
            spec.fallback("serviceAccountName", account)
            spec.fallback("serviceAccount", account)
        }
        for list in ["initContainers", "containers", "ephemeralContainers"] { spec.editEach(list, fillContainer) }
        spec.editEach("volumes", fillVolume)
    }

    /// Fills what only pods themselves get.
    static func fillPod(_ spec: inout Value) {
        spec.fallback("serviceAccountName", "default")
        spec.fallback("serviceAccount", spec["serviceAccountName"] ?? "default")
        spec.fallback("enableServiceLinks", true)
        spec.fallback("preemptionPolicy", "PreemptLowerPriority")
        spec.fallback("priority", 0)
        spec.editEach("containers") { container in
            container.edit("resources") { resources in
                for limit in resources["limits"]?.mapping ?? [:] where resources["requests"]?[limit.key] == nil {
                    resources.put(limit.value, "requests", limit.key)
                }
            }
        }
        spec.fallback(
            "tolerations",
            .array(
                ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"].map {
                    ["key": .string($0), "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300]
                }
            )
        )
    }

    private static func fillContainer(_ container: inout Value) {
        container.fallback("resources", [:])
        container.fallback("terminationMessagePath", "/dev/termination-log")
        container.fallback("terminationMessagePolicy", "File")
        if let image = container["image"]?.string {
            container.fallback("imagePullPolicy", pullsAlways(image) ? "Always" : "IfNotPresent")
        }
        container.editEach("ports") { $0.fallback("protocol", "TCP") }
        container.editEach("env") { variable in
            variable.edit("valueFrom") { source in
                source.edit("fieldRef") { $0.fallback("apiVersion", "v1") }
                source.edit("resourceFieldRef") { $0.fallback("divisor", "0") }
            }
        }
        for probe in ["livenessProbe", "readinessProbe", "startupProbe"] { container.edit(probe, fillProbe) }
        container.edit("lifecycle") { lifecycle in
            for hook in ["postStart", "preStop"] { lifecycle.edit(hook, fillAction) }
        }
    }

    /// Whether an image has no tag or the tag `latest`.
    private static func pullsAlways(_ image: String) -> Bool {
        guard !image.contains("@") else { return false }
        let name = image.split(separator: "/").last ?? ""
        let parts = name.split(separator: ":")
        return parts.count < 2 || parts[1] == "latest"
    }

    private static func fillProbe(_ probe: inout Value) {
        fillAction(&probe)
        probe.edit("grpc") { $0.fallback("service", "") }
        probe.fallback("timeoutSeconds", 1)
        probe.fallback("periodSeconds", 10)
        probe.fallback("successThreshold", 1)
        probe.fallback("failureThreshold", 3)
    }

    private static func fillAction(_ action: inout Value) {
        action.edit("httpGet") { request in
            request.fallback("path", "/")
            request.fallback("scheme", "HTTP")
        }
    }

    private static func fillVolume(_ volume: inout Value) {
        if volume.mapping?.count == 1 { volume["emptyDir"] = [:] }
        for source in ["configMap", "secret", "downwardAPI", "projected"] {
            volume.edit(source) { $0.fallback("defaultMode", 420) }
        }
        volume.edit("hostPath") { $0.fallback("type", "") }
        volume.edit("projected") { projected in
            projected.editEach("sources") { source in
                source.edit("serviceAccountToken") { $0.fallback("expirationSeconds", 3600) }
                source.edit("downwardAPI", fillItems)
            }
        }
        volume.edit("downwardAPI", fillItems)
        volume.edit("ephemeral") {
            $0.edit("volumeClaimTemplate") { $0.edit("spec") { $0.fallback("volumeMode", "Filesystem") } }
        }
    }

    private static func fillItems(_ source: inout Value) {
        source.editEach("items") { item in item.edit("fieldRef") { $0.fallback("apiVersion", "v1") } }
    }
}
