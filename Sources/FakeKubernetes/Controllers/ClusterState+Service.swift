import Manifests

extension ClusterState {
    private static let services = GroupResource(group: "", resource: "services")
    private static let endpoints = GroupResource(group: "", resource: "endpoints")
    private static let slices = GroupResource(group: "discovery.k8s.io", resource: "endpointslices")

    mutating func reconcileServices(namespace: String) {
        for service in store.objects(Self.services, namespace: namespace) where service["spec"]?["selector"] != nil {
            reconcileService(service, ObjectReference(Self.services, namespace: namespace, name: service.name))
        }
    }

    /// Writes where a Service's pods are, and gives a load balancer its address.
    mutating func reconcileService(_ service: Value, _ reference: ObjectReference) {
        guard !service.isBeingDeleted else { return }
        let isBalanced = service["spec"]?["type"]?.string == "LoadBalancer"
        if isBalanced, service["status"]?["loadBalancer"]?["ingress"] == nil,
            service.annotation(Self.addressAnnotation) != "pending"
        {
            var balanced = service
            balanced.put([["ip": "192.0.2.100", "ipMode": "VIP"]], "status", "loadBalancer", "ingress")
            writeStatus(balanced, at: reference)
        }
        guard let labels = service["spec"]?["selector"]?.mapping, !labels.isEmpty else { return }
        let selector = LabelSelector(matching: labels)
        let pods = store.objects(GroupResource(group: "", resource: "pods"), namespace: service.namespace).filter {
            selector.matches($0.labels) && !$0.isBeingDeleted && !$0.isFinishedPod && $0["status"]?["podIP"] != nil
        }
        writeEndpoints(service, pods)
        writeSlice(service, reference, pods)
    }

    private mutating func writeEndpoints(_ service: Value, _ pods: [Value]) {
        let includesUnready = service["spec"]?["publishNotReadyAddresses"]?.bool == true
        let ready = pods.filter { $0.isReadyPod || includesUnready }
        let unready = pods.filter { !$0.isReadyPod && !includesUnready }
        var subset = Mapping()
        if !ready.isEmpty { subset["addresses"] = .array(ready.map(Self.address)) }
        if !unready.isEmpty { subset["notReadyAddresses"] = .array(unready.map(Self.address)) }
        subset["ports"] = Self.ports(service, pods.first)
        var object: Value = ["metadata": ["name": .string(service.name)]]
        if !service.labels.isEmpty { object.put(.mapping(service.labels), "metadata", "labels") }
        if service["spec"]?["clusterIP"]?.string == "None" {
            object.put("", "metadata", "labels", "service.kubernetes.io/headless")
        }
        if !pods.isEmpty { object["subsets"] = [.mapping(subset)] }
        let place = ObjectReference(Self.endpoints, namespace: service.namespace, name: service.name)
        save(object, at: place, namespace: service.namespace)
    }

    private mutating func writeSlice(_ service: Value, _ reference: ObjectReference, _ pods: [Value]) {
        let old = store.dependents(of: service.uid).first { $0.type == Self.slices }
        let name = old?.key.name ?? "\(service.name)-\(RandomNames.suffix())"
        var labels = service.labels
        labels["endpointslice.kubernetes.io/managed-by"] = "endpointslice-controller.k8s.io"
        labels["kubernetes.io/service-name"] = .string(service.name)
        if service["spec"]?["clusterIP"]?.string == "None" { labels["service.kubernetes.io/headless"] = "" }
        let metadata: Mapping = [
            "name": .string(name), "generateName": .string("\(service.name)-"), "labels": .mapping(labels),
            "ownerReferences": [ownerReference(service, reference.type)],
        ]
        let endpoints: [Value] = pods.map { pod in
            let isReady = Value.bool(pod.isReadyPod)
            return [
                "addresses": [pod["status"]?["podIP"] ?? ""],
                "conditions": ["ready": isReady, "serving": isReady, "terminating": false],
                "nodeName": pod["spec"]?["nodeName"] ?? "", "targetRef": Self.target(pod),
            ]
        }
        let slice: Value = [
            "metadata": .mapping(metadata), "addressType": "IPv4", "endpoints": .array(endpoints),
            "ports": Self.ports(service, pods.first),
        ]
        let place = ObjectReference(Self.slices, namespace: service.namespace, name: name)
        save(slice, at: place, namespace: service.namespace)
    }

    /// Makes an object, or brings it to what it shall be.
    private mutating func save(_ object: Value, at reference: ObjectReference, namespace: String) {
        guard let old = store[reference] else {
            make(object, reference.type.group, reference.type.resource, namespace: namespace)
            return
        }
        var updated = object
        updated["metadata"] = old["metadata"]
        updated.setMetadata("labels", object["metadata"]?["labels"])
        write(updated, at: reference)
    }

    private static func target(_ pod: Value) -> Value {
        ["kind": "Pod", "name": .string(pod.name), "namespace": .string(pod.namespace), "uid": .string(pod.uid)]
    }

    private static func address(_ pod: Value) -> Value {
        [
            "ip": pod["status"]?["podIP"] ?? "", "nodeName": pod["spec"]?["nodeName"] ?? "", "targetRef": target(pod),
        ]
    }

    /// The ports behind the ports of a Service; a named one is looked up in a pod.
    private static func ports(_ service: Value, _ pod: Value?) -> Value {
        let containers = pod?["spec"]?["containers"]?.array ?? []
        let named = containers.flatMap { $0["ports"]?.array ?? [] }
        return .array(
            (service["spec"]?["ports"]?.array ?? []).compactMap { port in
                var number = port["targetPort"] ?? port["port"]
                if let name = number?.string { number = named.first { $0["name"]?.string == name }?["containerPort"] }
                guard let number else { return nil }
                var result: Mapping = [
                    "name": port["name"] ?? "", "port": number, "protocol": port["protocol"] ?? "TCP",
                ]
                if let application = port["appProtocol"] { result["appProtocol"] = application }
                return .mapping(result)
            }
        )
    }
}
