import Manifests

/// The addresses that a cluster hands out: virtual ones for Services, ports of nodes, addresses of pods.
struct AddressPool: Sendable {
    private static let services = GroupResource(group: "", resource: "services")

    private var nextService = 10
    private var nextPort = 30_000
    private var nextPod = 2

    /// Gives a Service its addresses and ports; anything else stays as it is.
    mutating func allocate(
        _ object: inout Value,
        previous: Value?,
        _ target: ResourceTarget,
        store: inout ObjectStore
    ) throws(APIStatus) {
        guard target.groupResource == Self.services, target.subresource == nil, var spec = object["spec"] else {
            return
        }
        let others = store.objects(Self.services).filter { $0.uid != object.uid }
        keep(previous?["spec"], in: &spec)
        if spec["type"]?.string == "ExternalName" {
            for field in ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"] { spec[field] = nil }
        } else {
            try giveAddress(&spec, object.name, target, Set(others.compactMap { $0["spec"]?["clusterIP"]?.string }))
        }
        givePorts(&spec, others)
        object["spec"] = spec
    }

    /// What was allocated before stays when the client does not say otherwise.
    private func keep(_ previous: Value?, in spec: inout Value) {
        guard let previous, previous["type"]?.string != "ExternalName" else { return }
        for field in ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "healthCheckNodePort"] {
            if let value = previous[field] { spec.fallback(field, value) }
        }
        let ports = previous["ports"]?.array ?? []
        guard usesNodePorts(spec) else { return }
        spec.editEach("ports") { port in
            let same = ports.first { $0["port"] == port["port"] && $0["protocol"] == port["protocol"] }
            if let number = same?["nodePort"] { port.fallback("nodePort", number) }
        }
    }

    private mutating func giveAddress(
        _ spec: inout Value,
        _ name: String,
        _ target: ResourceTarget,
        _ taken: Set<String>
    ) throws(APIStatus) {
        if let address = spec["clusterIP"]?.string, !address.isEmpty {
            if address != "None", let problem = Self.problem(address, taken) {
                throw .invalid(target.type, name, [problem])
            }
        } else {
            var address = ""
            repeat {
                address = "10.96.\(nextService / 256 % 256).\(nextService % 256)"
                nextService += 1
            } while taken.contains(address)
            spec["clusterIP"] = .string(address)
        }
        spec.fallback("clusterIPs", .array([spec["clusterIP"] ?? ""]))
        spec.fallback("ipFamilies", ["IPv4"])
        spec.fallback("ipFamilyPolicy", "SingleStack")
    }

    /// Why a Service cannot have the address that it asks for.
    private static func problem(_ address: String, _ taken: Set<String>) -> FieldProblem? {
        let bytes = address.split(separator: ".", omittingEmptySubsequences: false).compactMap { UInt8($0) }
        guard bytes.count == 4, address.filter({ $0 == "." }).count == 3 else {
            let detail = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
            return .invalid("spec.clusterIPs[0]", "\"\(address)\"", detail)
        }
        let flaw =
            bytes.prefix(2) != [10, 96]
            ? "the provided IP (\(address)) is not in the valid range. The range of valid IPs is 10.96.0.0/16"
            : taken.contains(address) ? "provided IP is already allocated" : nil
        return flaw.map {
            .invalid("spec.clusterIPs", "[]string{\"\(address)\"}", "failed to allocate IP \(address): \($0)")
        }
    }

    private func usesNodePorts(_ spec: Value) -> Bool {
        ["NodePort", "LoadBalancer"].contains(spec["type"]?.string)
    }

    private mutating func givePorts(_ spec: inout Value, _ others: [Value]) {
        guard usesNodePorts(spec) else {
            spec.editEach("ports") { $0["nodePort"] = nil }
            for field in ["externalTrafficPolicy", "allocateLoadBalancerNodePorts", "healthCheckNodePort"] {
                spec[field] = nil
            }
            return
        }
        let all = others.flatMap { $0["spec"]?["ports"]?.array ?? [] } + (spec["ports"]?.array ?? [])
        let taken = Set(all.compactMap { $0["nodePort"]?.int })
        var next = nextPort
        spec.editEach("ports") { port in
            guard port["nodePort"] == nil else { return }
            while taken.contains(next) { next += 1 }
            port["nodePort"] = .int(next)
            next += 1
        }
        nextPort = next
    }

    /// The address of the next pod.
    mutating func podAddress() -> String {
        defer { nextPod += 1 }
        return "10.244.\(nextPod / 254 % 256).\(nextPod % 254 + 1)"
    }
}
