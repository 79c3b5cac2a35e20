/// The user's `git`, asked about repositories that are on this machine.
package struct Git: Sendable {
    private let tools: Tools

    /// A Git that is looked for when it is needed.
    ///
    /// - Parameter environment: The variables of the process, of which Git gets those that every tool gets: none that makes
    ///   it work on another repository than that of the directory, as hooks run with.
    package init(environment: [String: String]) {
        tools = Tools(environment: environment)
    }

    /// What Git prints.
    ///
    /// - Parameter arguments: What it is told; paths in it are absolute or relative to where the process runs.
    /// - Returns: The text as it is.
    /// - Throws: `ManifestSourceError` of one line when it is not there, fails, or does not end.
    package func output(_ arguments: [String]) async throws(ManifestSourceError) -> String {
        let run = ToolRun(try await tools.locate(.git), environment: tools.environment, label: "git", git: .everywhere)
        return String(decoding: try await run.output(arguments, in: "."), as: UTF8.self)
    }
}
