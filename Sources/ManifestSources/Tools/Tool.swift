/// A program of the user's that manifests are made or fetched with.
package enum Tool: String, Sendable, Hashable, CaseIterable {
    case kustomize
    case kubectl
    case helm
    case git
}

/// A tool that was found.
struct LocatedTool: Sendable, Hashable {
    let tool: Tool
    /// The absolute path of the executable file.
    let path: String
    /// What to tell the user about the choice: that it is not of the version that was asked for.
    var warning: String?
}
