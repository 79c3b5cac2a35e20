/// The user's `git`, asked about repositories that are on this machine.
package struct Git: Sendable {
    private let tools: Tools

    /// A Git that is looked for when it is needed.
    ///
    /// - Parameter environment: The variables of the process, of which Git gets those that every tool gets: none that makes
    ///   it work on another repository than that of the directory, as hooks run with.
    package init(environment: [String: String]) {
        // Nobody is there to answer a question.
        tools = Tools(environment: environment.merging(["GIT_TERMINAL_PROMPT": "0"]) { $1 })
    }

    /// What Git prints.
    ///
    /// - Parameter arguments: What it is told; paths in it are absolute or relative to where the process runs.
    /// - Throws: `ManifestSourceError` of one line when it is not there, fails, or does not end.
    package func output(_ arguments: [String]) async throws(ManifestSourceError) -> String {
        let run = ToolRun(try await tools.locate(.git), environment: tools.environment, label: "git")
        return String(decoding: try await run.output(arguments, in: "."), as: UTF8.self)
    }
}
