import Manifests

/// A host as Istio's objects name it: a Service in short, or in full.
///
/// Istio completes a name without dots with the namespace of the object that it stands in. See
/// [Destination](https://istio.io/latest/docs/reference/config/networking/virtual-service/#Destination).
struct ServiceHost {
    /// As it is written.
    let text: String
    /// The namespace of the object that it stands in.
    let namespace: String?

    /// A host.
    ///
    /// - Parameters:
    ///   - text: The host as written.
    ///   - namespace: The namespace of the object that it stands in.
    init(_ text: String, namespace: String?) {
        self.text = text
        self.namespace = namespace
    }

    /// Whether another host, written in an object of a namespace, is the same.
    ///
    /// A namespace that is not known yet may be any.
    func matches(_ other: String, from otherNamespace: String?) -> Bool {
        let other = ServiceHost(other, namespace: otherNamespace)
        guard isService, other.isService else { return text == other.text }
        let places = [serviceNamespace, other.serviceNamespace].compactMap { $0 }
        return name == other.name && Set(places).count < 2
    }

    /// The namespace of the Service behind the host.
    var serviceNamespace: String? {
        isFull ? text.split(separator: ".").dropFirst().first.map(String.init) : namespace
    }

    /// The Service behind the host, and the pods of a subset behind it.
    func backend(in manifests: [Manifest], label: VariantLabel, subset: [String: String]) -> TrafficBackend {
        let place = serviceNamespace
        let service = manifests.first { $0.isService && $0.name == name && ($0.namespace ?? place) == place }
        let labels = service?.object.selector(without: label.key)
        return TrafficBackend(service: name, namespace: place, podLabels: (labels ?? [:]).merging(subset) { $1 })
    }

    private static let domain = ".svc.cluster.local"

    private var isFull: Bool { text.hasSuffix(Self.domain) && text.split(separator: ".").count == 5 }

    /// Whether the host is one of the cluster's own, and no name of elsewhere.
    private var isService: Bool { isFull || !text.contains(".") }

    private var name: String { text.split(separator: ".").first.map(String.init) ?? text }
}
