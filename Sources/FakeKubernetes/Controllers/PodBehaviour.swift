import Manifests

/// How the pods of a template fare.
enum PodBehaviour: Sendable, Hashable {
    case ready(afterMilliseconds: Int?)
    case imagePullBackOff(image: String)
    case crash
    case pending
    case neverReady
    case configurationError
    case quotaExceeded

    /// The annotation that decides; its values are `crash`, `pending`, `never-ready`, `config-error` and `quota`.
    static let annotation = "fake.flotilla.dev/pods"
    /// The annotation with the milliseconds until a pod is ready.
    static let delayAnnotation = "fake.flotilla.dev/ready-after"

    /// Reads a pod or a template; an image with `bad` in its name cannot be pulled.
    init(_ pod: Value) {
        let annotations = pod["metadata"]?["annotations"]
        switch annotations?[Self.annotation]?.string {
        case "crash": self = .crash
        case "pending": self = .pending
        case "never-ready": self = .neverReady
        case "config-error": self = .configurationError
        case "quota": self = .quotaExceeded
        default:
            let images = pod["spec"]?["containers"]?.array?.compactMap { $0["image"]?.string } ?? []
            if let bad = images.first(where: { $0.contains("bad") }) {
                self = .imagePullBackOff(image: bad)
            } else {
                let delay = annotations?[Self.delayAnnotation]?.string.flatMap(Int.init)
                self = .ready(afterMilliseconds: delay.map { min(max(0, $0), 3_600_000) })
            }
        }
    }
}
