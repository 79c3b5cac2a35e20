import Manifests

/// A host as Istio's objects name it: a Service in short, or in full.
///
/// Istio completes a name without dots with the namespace of the object that it stands in. See
/// [Destination](https://istio.io/latest/docs/reference/config/networking/virtual-service/#Destination).
struct ServiceHost {
    /// As it is written.
    let text: String
    private let namespace: String?

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
    func matches(_ other: String, from otherNamespace: String?) -> Bool {
        if other == text, text.contains(".") || namespace == otherNamespace { return true }
        return full == ServiceHost(other, namespace: otherNamespace).full
    }

    /// The Service behind the host, with its manifest if it is there.
    func backend(in manifests: [Manifest], label: VariantLabel) -> TrafficBackend {
        let name = text.split(separator: ".").first.map(String.init) ?? text
        let place = isFull ? text.split(separator: ".").dropFirst().first.map(String.init) : namespace
        let service = manifests.first { $0.isService && $0.name == name && ($0.namespace ?? place) == place }
        let labels = service?.object.selector(without: label.key)
        return TrafficBackend(service: name, namespace: place, podLabels: labels ?? [:])
    }

    private static let domain = ".svc.cluster.local"

    private var isFull: Bool { text.hasSuffix(Self.domain) && text.split(separator: ".").count == 5 }

    private var full: String {
        text.contains(".") ? text : "\(text).\(namespace ?? "default")\(Self.domain)"
    }
}
