/// What a tool made of an application: a stream of YAML documents.
struct RenderedManifests: Sendable {
    /// The documents as the tool printed them.
    let bytes: [UInt8]
    /// What mistakes in them call the text, such as `kustomize build overlays/eu`.
    let name: String
    /// What the tool said beside them; one line each.
    var warnings: [String] = []
}
