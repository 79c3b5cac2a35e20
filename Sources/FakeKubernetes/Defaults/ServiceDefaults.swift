import Manifests

/// What a Service gets from the server, apart from its addresses.
enum ServiceDefaults {
    static func fill(_ service: inout Value) {
        if service["status"]?["loadBalancer"] == nil { service.put([:], "status", "loadBalancer") }
        service.edit("spec") { spec in
            spec.fallback("type", "ClusterIP")
            spec.fallback("sessionAffinity", "None")
            let type = spec["type"]?.string
            if type != "ExternalName" { spec.fallback("internalTrafficPolicy", "Cluster") }
            if type == "NodePort" || type == "LoadBalancer" { spec.fallback("externalTrafficPolicy", "Cluster") }
            if type == "LoadBalancer" { spec.fallback("allocateLoadBalancerNodePorts", true) }
            if spec["sessionAffinity"] == "ClientIP", spec["sessionAffinityConfig"] == nil {
                spec.put(10800, "sessionAffinityConfig", "clientIP", "timeoutSeconds")
            }
            spec.editEach("ports") { port in
                port.fallback("protocol", "TCP")
                if let number = port["port"] { port.fallback("targetPort", number) }
            }
        }
    }
}
