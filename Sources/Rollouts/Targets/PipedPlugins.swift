import Manifests

/// The list `spec.plugins` of a piped file.
enum PipedPlugins {
    /// The entry of one plugin, and its path in the file.
    ///
    /// - Parameters:
    ///   - plugin: Which one; `nil` will do when only one has deploy targets.
    ///   - plugins: The list.
    ///   - problems: Takes what is wrong when there is no such entry, or more than one.
    /// - Returns: The entry with its path, `nil` when it is not clear which one is meant.
    static func entry(
        of plugin: String?,
        among plugins: [Value],
        _ problems: ConfigurationProblems
    ) -> (entry: Value, path: String)? {
        let wanted = plugins.enumerated().filter { _, entry in
            plugin.map { entry["name"]?.string == $0 } ?? !(entry["deployTargets"] ?? .null).isNull
        }
        if wanted.count == 1, let (index, entry) = wanted.first { return (entry, "spec.plugins[\(index)]") }
        let names = (wanted.isEmpty ? plugins : wanted.map(\.element)).compactMap { $0["name"]?.string }
        let listed = names.joined(separator: ", ")
        let text =
            wanted.count > 1
            ? "several plugins have targets (\(listed)); say which with --plugin"
            : plugin.map { "no plugin \"\($0)\"\(ClosestName.hint($0, among: names)); there are: \(listed)" }
                ?? "no plugin has deployTargets; there are: \(listed)"
        problems.problem("spec.plugins", text)
        return nil
    }
}
