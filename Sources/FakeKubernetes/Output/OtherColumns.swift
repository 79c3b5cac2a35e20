import Manifests

/// The columns of the less common built-in types, after the name.
enum OtherColumns {
    private typealias Column = TableColumns.Column

    static func columns(_ type: GroupKind) -> [TableColumns.Column]? {
        switch type.kind {
        case "Ingress": ingress
        case "Endpoints": [Column(name: "Endpoints") { .string(addresses($0)) }, TableColumns.age]
        case "EndpointSlice": slice
        case "HorizontalPodAutoscaler": autoscaler
        case "PodDisruptionBudget": budget
        case "PersistentVolumeClaim": claim
        case "Event": event
        case "Lease": [BuiltInColumns.text("Holder", "spec", "holderIdentity"), TableColumns.age]
        case "StorageClass":
            [
                BuiltInColumns.text("Provisioner", "provisioner"),
                BuiltInColumns.text("ReclaimPolicy", "reclaimPolicy"),
                BuiltInColumns.text("VolumeBindingMode", "volumeBindingMode"), TableColumns.age,
            ]
        case "PriorityClass": [BuiltInColumns.number("Value", "value"), TableColumns.age]
        case "NetworkPolicy":
            [
                Column(name: "Pod-Selector") { policy in
                    let labels = policy["spec"]?["podSelector"]?["matchLabels"]?.mapping ?? [:]
                    let pairs = labels.sortedByKey().map { "\($0.key)=\($0.value.string ?? "")" }
                    return .string(pairs.isEmpty ? "<none>" : pairs.joined(separator: ","))
                }, TableColumns.age,
            ]
        case "RoleBinding", "ClusterRoleBinding":
            [
                Column(name: "Role") { binding in
                    let role = binding["roleRef"]
                    return .string("\(role?["kind"]?.string ?? "")/\(role?["name"]?.string ?? "")")
                }, TableColumns.age,
            ]
        default: nil
        }
    }

    private static let ingress: [Column] = [
        BuiltInColumns.text("Class", "spec", "ingressClassName"),
        Column(name: "Hosts") { ingress in
            let hosts = (ingress["spec"]?["rules"]?.array ?? []).compactMap { $0["host"]?.string }
            return .string(hosts.isEmpty ? "*" : hosts.joined(separator: ","))
        },
        Column(name: "Address") { $0["status"]?["loadBalancer"]?["ingress"]?.array?.first?["ip"] ?? "" },
        Column(name: "Ports") { $0["spec"]?["tls"] == nil ? "80" : "80, 443" }, TableColumns.age,
    ]

    private static let slice: [Column] = [
        BuiltInColumns.text("AddressType", "addressType"),
        Column(name: "Ports") { slice in
            let ports = (slice["ports"]?.array ?? []).compactMap { $0["port"]?.int }.map(String.init)
            return .string(ports.isEmpty ? "<unset>" : ports.joined(separator: ","))
        },
        Column(name: "Endpoints") { slice in
            let all = (slice["endpoints"]?.array ?? []).flatMap { $0["addresses"]?.array?.compactMap(\.string) ?? [] }
            return .string(all.isEmpty ? "<unset>" : all.joined(separator: ","))
        },
        TableColumns.age,
    ]

    private static let autoscaler: [Column] = [
        Column(name: "Reference") { autoscaler in
            let target = autoscaler["spec"]?["scaleTargetRef"]
            return .string("\(target?["kind"]?.string ?? "")/\(target?["name"]?.string ?? "")")
        },
        Column(name: "Targets") { _ in "<unknown>" }, BuiltInColumns.number("MinPods", "spec", "minReplicas"),
        BuiltInColumns.number("MaxPods", "spec", "maxReplicas"),
        BuiltInColumns.number("Replicas", "status", "currentReplicas"), TableColumns.age,
    ]

    private static let budget: [Column] = [
        Column(name: "Min Available") { shown($0["spec"]?["minAvailable"]) },
        Column(name: "Max Unavailable") { shown($0["spec"]?["maxUnavailable"]) },
        BuiltInColumns.number("Allowed Disruptions", "status", "disruptionsAllowed"), TableColumns.age,
    ]

    private static let claim: [Column] = [
        BuiltInColumns.text("Status", "status", "phase"),
        BuiltInColumns.text("Volume", "spec", "volumeName", fallback: ""),
        BuiltInColumns.text("Capacity", "status", "capacity", "storage", fallback: ""),
        Column(name: "Access Modes") { claim in
            .string((claim["status"]?["accessModes"]?.array ?? []).compactMap(\.string).joined(separator: ","))
        },
        BuiltInColumns.text("StorageClass", "spec", "storageClassName", fallback: ""), TableColumns.age,
    ]

    private static let event: [Column] = [
        BuiltInColumns.text("Type", "type"), BuiltInColumns.text("Reason", "reason"),
        Column(name: "Object") { event in
            let object = event["involvedObject"]
            return .string("\(object?["kind"]?.string?.lowercased() ?? "")/\(object?["name"]?.string ?? "")")
        },
        BuiltInColumns.text("Message", "message"),
    ]

    private static func shown(_ value: Value?) -> Value {
        switch value {
        case .int(let number): .string(String(number))
        case .string(let text): .string(text)
        default: "N/A"
        }
    }

    private static func addresses(_ endpoints: Value) -> String {
        let all = (endpoints["subsets"]?.array ?? []).flatMap { subset in
            let ports = (subset["ports"]?.array ?? []).compactMap { $0["port"]?.int }
            return (subset["addresses"]?.array ?? []).flatMap { address in
                ports.map { "\(address["ip"]?.string ?? ""):\($0)" }
            }
        }
        return all.isEmpty ? "<none>" : all.joined(separator: ",")
    }
}
