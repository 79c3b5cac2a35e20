import Manifests

extension Manifest {
    /// The object as it may be sent: without what only the server writes, without nulls, the texts of a Secret as data.
    ///
    /// A null that a template left behind would be owned as a value. An object without namespaces is sent without one.
    func body(namespace: String?) -> Value {
        var body = object.withoutNulls
        body["status"] = nil
        var metadata = body["metadata"] ?? .mapping([:])
        for field in ["managedFields", "resourceVersion", "uid", "creationTimestamp", "generation", "selfLink"] {
            metadata[field] = nil
        }
        metadata["namespace"] = namespace.map { .string($0) }
        body["metadata"] = metadata
        return kind == "Secret" && groupVersionKind.group.isEmpty ? body.withTextsAsData : body
    }
}

extension Value {
    /// A Secret with its `stringData` among its `data`, as the server keeps it.
    ///
    /// The server does the same, but notes that we own `stringData`, which is in no object: a key that leaves Git would
    /// stay in the cluster, and the same manifest again would count as a change. What is no text is left to the server,
    /// which refuses it.
    fileprivate var withTextsAsData: Value {
        guard let texts = self["stringData"]?.mapping, texts.allSatisfy({ $0.value.string != nil }),
            let given = (self["data"] ?? [:]).mapping
        else { return self }
        let encoded = texts.map { ($0.key, Value.string(Base64.encode(Array(($0.value.string ?? "").utf8)))) }
        let data = Mapping(given.map { ($0.key, $0.value) } + encoded)
        var object = self
        object["stringData"] = nil
        if !data.isEmpty { object["data"] = .mapping(data) }
        return object
    }

    /// The node without the fields of mappings that are null.
    fileprivate var withoutNulls: Value {
        switch self {
        case .mapping(let fields):
            .mapping(Mapping(fields.filter { !$0.value.isNull }.map { ($0.key, $0.value.withoutNulls) }))
        case .array(let elements): .array(elements.map(\.withoutNulls))
        default: self
        }
    }

    /// The node with `protocol: TCP` in every port that says nothing.
    ///
    /// Old servers take the protocol for a part of a port's key and refuse a key without it:
    /// [kubernetes/kubernetes#92332](https://github.com/kubernetes/kubernetes/issues/92332)
    var withPortProtocols: Value {
        switch self {
        case .mapping(let fields):
            .mapping(
                Mapping(
                    fields.map { field in
                        let value = field.value.withPortProtocols
                        return (field.key, field.key == "ports" ? value.withProtocolInElements : value)
                    }
                )
            )
        case .array(let elements): .array(elements.map(\.withPortProtocols))
        default: self
        }
    }

    private var withProtocolInElements: Value {
        guard let ports = array else { return self }
        return .array(
            ports.map { port in
                guard port["containerPort"] != nil || port["port"] != nil, port["protocol"] == nil else { return port }
                var port = port
                port["protocol"] = "TCP"
                return port
            }
        )
    }
}
