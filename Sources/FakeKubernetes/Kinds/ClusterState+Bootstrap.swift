import Manifests

extension ClusterState {
    /// Makes what every cluster has from its first minute: nodes, namespaces, the Service of the API itself.
    mutating func bootstrap(name: String) {
        for node in nodeNames { addNode(node) }
        for namespace in Namespaces.initial {
            make(["metadata": ["name": .string(namespace)]], "", "namespaces", namespace: nil)
        }
        let service: Value = [
            "metadata": ["name": "kubernetes", "labels": ["component": "apiserver", "provider": "kubernetes"]],
            "spec": [
                "clusterIP": "10.96.0.1",
                "ports": [["name": "https", "port": 443, "protocol": "TCP", "targetPort": 6443]],
            ],
        ]
        make(service, "", "services", namespace: "default")
        if options.hasIstioTypes {
            for definition in IstioTypes.definitions {
                make(definition, "apiextensions.k8s.io", "customresourcedefinitions", namespace: nil)
            }
        }
        runControllers()
    }

    private mutating func addNode(_ name: String) {
        make(
            [
                "metadata": [
                    "name": .string(name),
                    "labels": ["kubernetes.io/hostname": .string(name), "kubernetes.io/os": "linux"],
                ]
            ],
            "",
            "nodes",
            namespace: nil
        )
        let reference = ObjectReference(GroupResource(group: "", resource: "nodes"), name: name)
        guard var node = store[reference] else { return }
        let amounts: Value = ["cpu": "8", "memory": "32Gi", "pods": "110"]
        node["status"] = [
            "allocatable": amounts, "capacity": amounts,
            "nodeInfo": [
                "kubeletVersion": .string(options.version), "operatingSystem": "linux", "architecture": "amd64",
            ],
        ]
        node.setCondition("Ready", true, reason: "KubeletReady", message: "kubelet is posting ready status")
        writeStatus(node, at: reference, manager: "kubelet")
    }
}
