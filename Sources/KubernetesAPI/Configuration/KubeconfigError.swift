import Manifests

/// Why a kubeconfig file cannot be used: every problem found, not only the first.
public struct KubeconfigError: Error, Hashable {
    /// One thing that is wrong.
    public enum Problem: Sendable, Hashable {
        /// The file itself cannot be read.
        case unreadable(cause: String)
        /// The file is no YAML or JSON, or no kubeconfig.
        case syntax(String)
        /// No context was asked for, and `current-context` is empty.
        case noCurrentContext(available: [String])
        /// No such context.
        case unknownContext(String, available: [String])
        /// A context names a cluster or user that is not in the file; `list` is `clusters` or `users`.
        case missing(list: String, name: String, context: String)
        /// Two entries of a list have the same name.
        case duplicate(list: String, name: String)
        /// A field cannot be used; `entry` is such as `user "admin"`.
        case field(entry: String, field: String, why: String)
        /// A way to log in that does not work here.
        case unsupported(entry: String, field: String, why: String)
        /// What is wrong with one of several files.
        case file(String, [Problem])
    }

    /// The file as the user named it, or several with a colon between.
    public let path: String
    /// What is wrong, at least one.
    public let problems: [Problem]

    init(path: String, _ problems: [Problem]) {
        self.path = path
        self.problems = problems
    }
}

extension KubeconfigError: CustomStringConvertible {
    /// The file and all problems, in one line.
    public var description: String {
        "kubeconfig \"\(path)\": ".inOneLine(limit: 4096)
            + problems.map(\.text).joined(separator: "; ").inOneLine(limit: 4096)
    }
}

extension KubeconfigError.Problem {
    var text: String {
        switch self {
        case .unreadable(let cause): "cannot be read: \(cause)"
        case .syntax(let text): text
        case .noCurrentContext(let available):
            "current-context is not set; name one of the contexts \(Self.list(available))"
        case .unknownContext(let name, let available):
            "there is no context \"\(name)\"; the file has \(Self.list(available))"
        case .missing(let list, let name, let context):
            "context \"\(context)\" needs \"\(name)\", which is not among the \(list)"
        case .duplicate(let list, let name): "\"\(name)\" is there twice among the \(list); remove one"
        case .field(let entry, let field, let why): "\(entry): \(field) \(why)"
        case .unsupported(let entry, let field, let why): "\(entry): \(field) is not supported; \(why)"
        case .file(let path, let problems): "\"\(path)\": " + problems.map(\.text).joined(separator: ", ")
        }
    }

    private static func list(_ names: [String]) -> String {
        names.isEmpty ? "none" : names.map { "\"\($0)\"" }.joined(separator: ", ")
    }
}
