import FuzzSupport
import Manifests
import Rollouts

/// No value of a Secret reaches an error, or what is shown of the object.
enum SecretCheck {
    private static let word = "u5Er-0n1y"
    private static let hidden = "\(word), no base64"

    static func check(_ loaded: [Manifest], _ spec: PluginSpec) {
        // An input that has the text may show it anywhere.
        guard !loaded.contains(where: { $0.object.jsonText().contains(word) }) else { return }
        let manifests = loaded.map(withHiddenValues)
        for manifest in manifests where manifest.isSecret {
            require(!manifest.redacted.object.jsonText().contains(word), "a value is shown: \(manifest.key)")
        }
        let options = VariantRolloutOptions(suffix: "canary", createService: true)
        expectSilence { _ = try SyncRollout.manifests(from: manifests, spec: spec, labelling: .selected) }
        expectSilence { _ = try ConfigHash.annotate(manifests, version: .complete) }
        expectSilence {
            _ = try VariantRollout.manifests(for: .canary, from: manifests, spec: spec, options: options)
        }
    }

    private static func expectSilence(_ body: () throws -> Void) {
        do {
            try body()
        } catch {
            require(!"\(error)".contains(word), "a value is in an error: \(error)")
        }
    }

    private static func withHiddenValues(_ manifest: Manifest) -> Manifest {
        guard manifest.isSecret else { return manifest }
        var object = manifest.object
        for field in ["data", "stringData"] {
            object[field] = object[field].map(hiding)
        }
        guard var copy = try? Manifest(object, position: manifest.position) else { return manifest }
        copy.setAnnotation("kubectl.kubernetes.io/last-applied-configuration", hidden)
        return copy
    }

    private static func hiding(_ value: Value) -> Value {
        switch value {
        case .array(let elements): .array(elements.map(hiding))
        case .mapping(let fields): .mapping(Mapping(fields.map { ($0.key, hiding($0.value)) }))
        case .string: .string(hidden)
        default: value
        }
    }
}
