/// What a tool made of an application: streams of YAML documents.
struct RenderedManifests: Sendable {
    /// One stream.
    struct Text: Sendable {
        /// The documents as the tool printed them.
        let bytes: [UInt8]
        /// What mistakes in them call the text, such as `kustomize build overlays/eu`.
        let name: String
    }

    /// The streams in their order.
    let texts: [Text]
    /// What the tool said beside them; one line each.
    var warnings: [String] = []
}

extension RenderedManifests {
    /// What a tool made as one stream.
    init(bytes: [UInt8], name: String, warnings: [String] = []) {
        self.init(texts: [Text(bytes: bytes, name: name)], warnings: warnings)
    }
}
