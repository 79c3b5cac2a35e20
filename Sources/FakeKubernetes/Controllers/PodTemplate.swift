import Manifests

/// What workloads make their pods from.
struct PodTemplate: Sendable {
    let template: Value

    init(_ workload: Value) {
        template = workload["spec"]?["template"] ?? [:]
    }

    /// A short name for what the template says; the same text for the same template, whatever the order of its fields.
    var hash: String {
        var hash: UInt32 = 2_166_136_261
        for byte in comparable.jsonBytes(.sortedKeys) {
            hash ^= UInt32(byte)
            hash = hash &* 16_777_619
        }
        let letters = Array("bcdfghjklmnpqrstvwxz2456789")
        return String(String(hash).compactMap { digit in digit.wholeNumberValue.map { letters[$0] } })
    }

    /// The template without the label that only says which one it is.
    var comparable: Value {
        var template = template
        template["metadata"]?["labels"]?["pod-template-hash"] = nil
        template["metadata"]?["creationTimestamp"] = nil
        return template
    }

    /// A pod of this template.
    func pod(owner: Value, name: String? = nil, labels: Mapping = [:]) -> Value {
        var metadata = template["metadata"]?.mapping ?? [:]
        metadata["creationTimestamp"] = nil
        if let name {
            metadata["name"] = .string(name)
        } else {
            metadata["generateName"] = .string("\(owner["name"]?.string ?? "")-")
        }
        metadata["ownerReferences"] = [owner]
        var all = metadata["labels"]?.mapping ?? [:]
        for label in labels { all[label.key] = label.value }
        if !all.isEmpty { metadata["labels"] = .mapping(all) }
        return ["metadata": .mapping(metadata), "spec": template["spec"] ?? [:]]
    }
}

/// Reading how pods are.
extension Value {
    func condition(_ type: String) -> Value? {
        self["status"]?["conditions"]?.array?.first { $0["type"]?.string == type }
    }

    var isReadyPod: Bool { condition("Ready")?["status"]?.string == "True" }

    var isFinishedPod: Bool { ["Succeeded", "Failed"].contains(self["status"]?["phase"]?.string) }

    var podReference: ObjectReference {
        ObjectReference(GroupResource(group: "", resource: "pods"), namespace: namespace, name: name)
    }

    /// Sets one condition of a status; the time of the last change stays while the truth does.
    mutating func setCondition(_ type: String, _ status: Bool, reason: String, message: String, updates: Bool = false) {
        let now = Value.string(Timestamp.now.text)
        let old = condition(type)
        let truth = Value.string(status ? "True" : "False")
        if let old, old["status"] == truth, old["reason"]?.string == reason, old["message"]?.string == message {
            return
        }
        var condition: Mapping = ["type": .string(type), "status": truth]
        if updates { condition["lastUpdateTime"] = now }
        condition["lastTransitionTime"] = old?["status"] == truth ? old?["lastTransitionTime"] ?? now : now
        condition["reason"] = .string(reason)
        condition["message"] = .string(message)
        let others = (self["status"]?["conditions"]?.array ?? []).filter { $0["type"]?.string != type }
        put(.array(others + [.mapping(condition)]), "status", "conditions")
    }

    /// Takes one condition of a status away.
    mutating func removeCondition(_ type: String) {
        guard condition(type) != nil else { return }
        let others = (self["status"]?["conditions"]?.array ?? []).filter { $0["type"]?.string != type }
        put(.array(others), "status", "conditions")
    }

    /// Sets numbers of a status; zero is left out, as a typed server does.
    mutating func setCounts(_ counts: [(String, Int)]) {
        for (field, count) in counts { put(count == 0 ? Value?.none : .int(count), "status", field) }
    }
}
