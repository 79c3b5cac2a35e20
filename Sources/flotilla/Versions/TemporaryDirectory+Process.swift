import FoundationEssentials
import ManifestSources

extension TemporaryDirectory {
    /// Runs a body with a new directory where the process keeps temporary files, and removes it afterwards.
    ///
    /// - Throws: `ManifestSourceError` when no directory can be made, and what the body throws.
    static func with<Result>(_ body: (String) async throws -> Result) async throws -> Result {
        try await with(environment: ProcessInfo.processInfo.environment) { directory in
            do {
                return Swift.Result<Result, any Error>.success(try await body(directory))
            } catch {
                return .failure(error)
            }
        }.get()
    }
}
