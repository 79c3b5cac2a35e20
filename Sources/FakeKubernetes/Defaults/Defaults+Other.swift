import Manifests

extension Defaults {
    static func fillOther(_ object: inout Value, _ kind: String) {
        switch kind {
        case "HorizontalPodAutoscaler":
            object.edit("spec") { spec in
                spec.fallback("minReplicas", 1)
                let target: Value = ["type": "Utilization", "averageUtilization": 80]
                spec.fallback("metrics", [["type": "Resource", "resource": ["name": "cpu", "target": target]]])
            }
        case "NetworkPolicy": fillNetworkPolicy(&object)
        case "StorageClass":
            object.fallback("reclaimPolicy", "Delete")
            object.fallback("volumeBindingMode", "Immediate")
        case "PriorityClass": object.fallback("preemptionPolicy", "PreemptLowerPriority")
        case "RoleBinding", "ClusterRoleBinding":
            object.edit("roleRef") { $0.fallback("apiGroup", "rbac.authorization.k8s.io") }
            object.editEach("subjects") { subject in
                if subject["kind"] != "ServiceAccount" { subject.fallback("apiGroup", "rbac.authorization.k8s.io") }
            }
        case "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration":
            object.editEach("webhooks") { fillWebhook(&$0, mutates: kind.hasPrefix("Mutating")) }
        case "CustomResourceDefinition": fillDefinition(&object)
        case "EndpointSlice":
            object.editEach("ports") { port in
                port.fallback("name", "")
                port.fallback("protocol", "TCP")
            }
        default: break
        }
    }

    private static func fillNetworkPolicy(_ object: inout Value) {
        object.edit("spec") { spec in
            spec.fallback("policyTypes", spec["egress"] == nil ? ["Ingress"] : ["Ingress", "Egress"])
            for direction in ["ingress", "egress"] {
                spec.editEach(direction) { rule in rule.editEach("ports") { $0.fallback("protocol", "TCP") } }
            }
        }
    }

    private static func fillWebhook(_ webhook: inout Value, mutates: Bool) {
        webhook.fallback("failurePolicy", "Fail")
        webhook.fallback("matchPolicy", "Equivalent")
        webhook.fallback("namespaceSelector", [:])
        webhook.fallback("objectSelector", [:])
        webhook.fallback("timeoutSeconds", 10)
        if mutates { webhook.fallback("reinvocationPolicy", "Never") }
        webhook.editEach("rules") { $0.fallback("scope", "*") }
        webhook.edit("clientConfig") { $0.edit("service") { $0.fallback("port", 443) } }
    }

    private static func fillDefinition(_ object: inout Value) {
        object.edit("spec") { spec in
            spec.fallback("conversion", ["strategy": "None"])
            spec.edit("names") { names in
                let kind = names["kind"]?.string ?? ""
                names.fallback("singular", .string(kind.lowercased()))
                names.fallback("listKind", .string("\(kind)List"))
            }
        }
        if object["status"]?["storedVersions"] == nil, let versions = object["spec"]?["versions"]?.array {
            let stored = versions.filter { $0["storage"]?.bool == true }.compactMap { $0["name"] }
            object.put(.array(stored), "status", "storedVersions")
        }
    }

    /// Custom objects get the defaults of their schema.
    static func fillCustom(_ object: inout Value, _ type: ResourceType) {
        guard let custom = type.custom, let schema = custom.versions[custom.storageVersion]?.schema else { return }
        object = schema.filled(object)
    }
}

extension Schema {
    /// A node with the defaults that its schema names.
    func filled(_ value: Value) -> Value {
        switch (self, value) {
        case (.structure(let structure), .mapping(let members)):
            var result = members
            for (key, field) in structure.fields {
                if result[key] == nil, let fallback = field.defaultValue { result[key] = fallback }
                result[key] = result[key].map(field.schema.filled)
            }
            if let others = structure.others {
                for member in result where structure.fields[member.key] == nil {
                    result[member.key] = others.filled(member.value)
                }
            }
            return .mapping(result)
        case (.map(let element, _), .mapping(let members)):
            return .mapping(Mapping(members.map { ($0.key, element.filled($0.value)) }))
        case (.list(let element, _, _), .array(let list)):
            return .array(list.map(element.filled))
        default:
            return value
        }
    }
}
