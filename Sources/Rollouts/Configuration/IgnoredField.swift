public import Manifests

/// A field of an object whose differences from Git do not count: an entry of `driftDetection.ignoreFields`.
///
/// [Drift detection](https://pipecd.dev/docs/user-guide/managing-application/configuration-drift-detection/)
public struct IgnoredField: Sendable, Hashable {
    /// The object, its namespace as written.
    public let resource: ResourceKey
    /// The path of the field as a diff shows it; positions in lists are numbers, and `*` stands for any one step.
    public let path: String

    /// A field of an object.
    public init(resource: ResourceKey, path: String) {
        self.resource = resource
        self.path = path
    }

    /// Reads `apps/v1:Deployment:shop:cart#spec.replicas`; the form of resource keys, `apps:Deployment:shop:cart`, will do, too.
    ///
    /// It is `nil` when a part is missing.
    public init?(_ text: String) {
        let halves = text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard halves.count == 2, !halves[1].isEmpty else { return nil }
        let parts = halves[0].split(separator: ":", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 4, !parts[1].isEmpty, !parts[3].isEmpty else { return nil }
        let key = ResourceKey(group: Self.group(parts[0]), kind: parts[1], namespace: parts[2], name: parts[3])
        self.init(resource: key, path: halves[1])
    }

    /// Whether it is about a field of an object; namespace `default` is the same as none.
    public func isAbout(_ key: ResourceKey) -> Bool { resource.normalized == key.normalized }

    /// The group of `apps/v1`, `v1`, `apps` or nothing.
    private static func group(_ text: String) -> String {
        if text.contains("/") { return GroupVersion(apiVersion: text)?.group ?? text }
        return isVersion(text) ? "" : text
    }

    /// Whether a word is a version such as `v1beta1`, which stands alone only for the core group.
    private static func isVersion(_ word: String) -> Bool {
        word.first == "v" && word.dropFirst().first?.isNumber == true && !word.contains(".")
    }
}

extension [IgnoredField] {
    /// The list in a block `driftDetection`.
    init(_ fields: ConfigurationFields) {
        let texts = fields.strings("ignoreFields")
        self = texts.enumerated().compactMap { index, text in
            if let field = IgnoredField(text) { return field }
            fields.problem(
                "ignoreFields[\(index)]",
                "must be apiVersion:kind:namespace:name#path, such as apps/v1:Deployment:shop:cart#spec.replicas, "
                    + "found \"\(text)\""
            )
            return nil
        }
        fields.finishLeniently()
    }
}
