/// What an operation returns; `nil` when that takes longer than a limit, which cancels the operation.
func within<Output: Sendable>(
    _ limit: Duration,
    by clock: some Clock<Duration>,
    _ operation: @escaping @Sendable () async -> Output
) async -> Output? {
    await withTaskGroup(of: Output?.self) { group in
        group.addTask { await operation() }
        group.addTask {
            try? await clock.sleep(for: limit)
            return nil
        }
        defer { group.cancelAll() }
        return await group.next() ?? nil
    }
}
