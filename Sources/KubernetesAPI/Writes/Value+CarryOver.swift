import Manifests

extension Value {
    /// The object to be sent in the place of a live one: with its version, and with what the server has filled in and
    /// does not let anybody change.
    ///
    /// What this node says itself stays as it is.
    func carryingOver(from live: LiveResource) -> Value {
        var object = self
        object.carryMetadata(from: live)
        // Nobody replaces a status here; servers that are sent none take its fields for abandoned, and write.
        object["status"] = live.object["status"]
        switch (live.key.group, live.key.kind) {
        case ("", "Service"): object.carryService(from: live.object)
        case ("", "PersistentVolumeClaim"):
            object.carry(["volumeName", "storageClassName", "volumeMode"], in: ["spec"], from: live.object)
        case ("", "PersistentVolume"): object.carry(["claimRef"], in: ["spec"], from: live.object)
        case ("", "Namespace"): object.carry(["finalizers"], in: ["spec"], from: live.object)
        case ("", "ServiceAccount"): object.carry(["secrets"], in: [], from: live.object)
        case ("", "Pod"): object["spec"] = (object["spec"] ?? [:]).filled(from: live.object["spec"] ?? [:])
        case ("batch", "Job"): object.carryJob(from: live.object)
        case ("apps", "Deployment"):
            let revision = "deployment.kubernetes.io/revision"
            object.carry([revision], in: ["metadata", "annotations"], from: live.object)
        default: break
        }
        return object
    }

    private mutating func carryMetadata(from live: LiveResource) {
        var metadata = self["metadata"] ?? [:]
        metadata["resourceVersion"] = .string(live.resourceVersion)
        metadata["uid"] = .string(live.uid)
        for field in ["finalizers", "ownerReferences"] {
            let theirs = live.object[path: "metadata", field]?.array ?? []
            let ours = metadata[field]?.array ?? []
            let kept = theirs.filter { entry in !ours.contains { $0 == entry || $0["uid"] == entry["uid"] ?? .null } }
            if !kept.isEmpty { metadata[field] = .array(ours + kept) }
        }
        self["metadata"] = metadata
    }

    /// Takes fields that this node does not have, at a path that the other node has.
    private mutating func carry(_ fields: [String], in path: [String], from live: Value) {
        for field in fields where at(path + [field]) == nil {
            guard let value = live.at(path + [field]) else { continue }
            // What is no mapping on the way is the server's to refuse.
            try? set(value, at: path + [field])
        }
    }

    private mutating func carryService(from live: Value) {
        let type = at(["spec", "type"])?.string ?? "ClusterIP"
        guard type != "ExternalName", live.at(["spec", "type"]) != "ExternalName" else { return }
        var fields = ["ipFamilies", "ipFamilyPolicy"]
        if at(["spec", "clusterIP"]) == nil { fields += ["clusterIP", "clusterIPs"] }
        if at(["spec", "externalTrafficPolicy"]) == "Local" { fields.append("healthCheckNodePort") }
        carry(fields, in: ["spec"], from: live)
        guard ["NodePort", "LoadBalancer"].contains(type), let ports = at(["spec", "ports"])?.array else { return }
        let before = live.at(["spec", "ports"])?.array ?? []
        let carried = ports.map { port in
            var port = port
            let same = before.first { $0.isSamePort(as: port) }
            if port["nodePort"] == nil { port["nodePort"] = same?["nodePort"] }
            return port
        }
        try? set(.array(carried), at: ["spec", "ports"])
    }

    private func isSamePort(as other: Value) -> Bool {
        let isSameProtocol = (self["protocol"] ?? "TCP") == (other["protocol"] ?? "TCP")
        if let name = self["name"], name == other["name"] { return isSameProtocol }
        return self["port"] == other["port"] && isSameProtocol
    }

    private mutating func carryJob(from live: Value) {
        guard at(["spec", "manualSelector"]) != true else { return }
        carry(["selector"], in: ["spec"], from: live)
        let labels = [
            "controller-uid", "job-name", "batch.kubernetes.io/controller-uid", "batch.kubernetes.io/job-name",
        ]
        carry(labels, in: ["spec", "template", "metadata", "labels"], from: live)
    }

    /// This node with what only the other one has; elements of lists are told apart by their names.
    private func filled(from other: Value) -> Value {
        switch (self, other) {
        case (.mapping(var mine), .mapping(let theirs)):
            for member in theirs { mine[member.key] = mine[member.key]?.filled(from: member.value) ?? member.value }
            return .mapping(mine)
        case (.array(let mine), .array(let theirs)):
            guard mine.allSatisfy({ $0["name"] != nil }), theirs.allSatisfy({ $0["name"] != nil }) else { return self }
            let both = mine.map { element in
                theirs.first { $0["name"] == element["name"] }.map { element.filled(from: $0) } ?? element
            }
            return .array(both + theirs.filter { their in !mine.contains { $0["name"] == their["name"] } })
        default: return self
        }
    }
}
