/// The command that was built with the tests.
package enum BuiltCommand {
    /// It lies beside the test bundle, wherever that was built.
    package static var path: String {
        let arguments = CommandLine.arguments
        guard let option = arguments.firstIndex(of: "--test-bundle-path"), option + 1 < arguments.count else {
            return PackageRoot.path(".build/debug/flotilla")
        }
        let parts = arguments[option + 1].split(separator: "/", omittingEmptySubsequences: false)
        let bundle = parts.firstIndex { $0.hasSuffix(".xctest") } ?? parts.index(before: parts.endIndex)
        return parts[..<bundle].joined(separator: "/") + "/flotilla"
    }
}
