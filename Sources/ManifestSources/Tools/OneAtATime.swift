/// Lets one body run after the other, in the order in which they come.
///
/// Who waits does so until it is its turn, even if cancelled: every body must end by itself.
actor OneAtATime {
    private var isBusy = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// Runs a body when it is its turn.
    func run<Value: Sendable>(
        _ body: @Sendable () async throws(ManifestSourceError) -> Value
    ) async throws(ManifestSourceError) -> Value {
        if isBusy { await withCheckedContinuation { waiting.append($0) } }
        isBusy = true
        defer {
            if waiting.isEmpty { isBusy = false } else { waiting.removeFirst().resume() }
        }
        return try await body()
    }
}
