import Manifests

extension VariantCopy {
    /// A Service of the variant for each Service in front of the workloads.
    ///
    /// - Throws: `RolloutError` with `.noService` when there is none to copy.
    func services(_ reference: ResourceReference?) throws(RolloutError) -> [Manifest] {
        let originals = Selection.services(in: source, reference)
        guard !originals.isEmpty else { throw RolloutError(.noService(reference?.name)) }
        var copies: [Manifest] = []
        for original in originals { copies.append(try service(original)) }
        return copies
    }

    /// A copy of a Service that reaches only the variant, inside the cluster.
    ///
    /// Everything that ties the original to an address, a port of the nodes or a load balancer is left out: two
    /// Services cannot have it, or the copy would be reachable from outside.
    func service(_ manifest: Manifest) throws(RolloutError) -> Manifest {
        var copy = manifest
        try copy.edit("ClusterIP", at: ["spec", "type"])
        try copy.requireStrings(at: ["spec", "selector"])
        try copy.edit(.string(label.value(of: variant)), at: ["spec", "selector", label.key])
        for field in Self.externalFields { copy.remove(at: ["spec", field]) }
        if manifest[path: "spec", "clusterIP"]?.string != "None" {
            copy.remove(at: ["spec", "clusterIP"])
            copy.remove(at: ["spec", "clusterIPs"])
        }
        if let ports = copy[path: "spec", "ports"]?.array {
            try copy.edit(.array(ports.map(\.withoutNodePort)), at: ["spec", "ports"])
        }
        for key in manifest.annotations.keys where Self.isForLoadBalancer(key) {
            copy.remove(at: ["metadata", "annotations", key])
        }
        return try renamed(copy)
    }

    private static let externalFields = [
        "externalIPs", "externalName", "externalTrafficPolicy", "loadBalancerIP", "loadBalancerSourceRanges",
        "loadBalancerClass", "allocateLoadBalancerNodePorts", "healthCheckNodePort",
    ]

    /// What annotations begin with by which clouds and controllers publish a Service.
    private static let publishers = [
        "service.beta.kubernetes.io/", "external-dns.alpha.kubernetes.io/", "external-dns.kubernetes.io/", "metallb.",
        "cloud.google.com/", "beta.cloud.google.com/", "networking.gke.io/", "tailscale.com/", "lbipam.cilium.io/",
        "kube-vip.io/", "getambassador.io/",
    ]

    /// Whether an annotation tells a cloud or a controller how to publish the Service.
    ///
    /// [Known keys](https://kubernetes.io/docs/concepts/services-networking/service/#internal-load-balancer); some
    /// providers have their own domain, all of those have `load-balancer` or `loadbalancer` in the key.
    private static func isForLoadBalancer(_ key: String) -> Bool {
        let words = ["load-balancer", "loadbalancer"]
        return publishers.contains { key.hasPrefix($0) } || words.contains { key.contains($0) }
    }
}

extension Value {
    fileprivate var withoutNodePort: Value {
        var copy = self
        copy["nodePort"] = nil
        return copy
    }
}
