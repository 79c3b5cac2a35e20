/// Why the manifests of an application could not be loaded: every reason found, not only the first.
package struct ManifestSourceError: Error, Hashable {
    /// One line for each reason.
    package let problems: [String]

    /// An error of one or more reasons.
    package init(_ problems: [String]) {
        self.problems = problems
    }

    /// An error of one reason.
    package init(_ problem: String) {
        self.init([problem])
    }
}

extension ManifestSourceError: CustomStringConvertible {
    /// All reasons, one on each line.
    package var description: String { problems.joined(separator: "\n") }
}
