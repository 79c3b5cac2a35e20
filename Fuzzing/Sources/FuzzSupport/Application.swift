package import Manifests

/// An input that holds the manifests of an application, and settings for what is done with them.
package struct Application {
    /// The objects.
    package let manifests: [Manifest]
    /// The first document of the kind `Settings`, else an empty mapping.
    package let settings: Value

    /// Reads an input; `nil` when it is no YAML, holds no manifests or more than a check can take.
    package init?(_ bytes: [UInt8]) {
        guard let documents = try? YAML.documents(in: bytes, file: "in.yaml", limits: .fuzzing) else { return nil }
        settings = documents.first { $0.value["kind"] == "Settings" }?.value ?? [:]
        manifests = documents.filter { $0.value["kind"] != "Settings" }.compactMap { document in
            try? Manifest(document.value, position: document.position)
        }
        guard !manifests.isEmpty, manifests.count <= 20, Set(manifests.map(\.key)).count == manifests.count else {
            return nil
        }
    }
}
