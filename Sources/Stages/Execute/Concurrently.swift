/// Runs an operation on every element, a bounded number at once.
///
/// Nothing that has started is ever interrupted by another element's result: `goesOn` only decides, from each result,
/// whether elements that have not started still start. Cancelling the caller cancels what is running.
///
/// - Returns: One result for each element, in the order of `elements`; `nil` for one that never started.
func concurrently<Element: Sendable, Output: Sendable>(
    _ elements: [Element],
    atOnce limit: Int,
    goesOn: (Output) -> Bool = { _ in true },
    _ operation: @escaping @Sendable (Element) async -> Output
) async -> [Output?] {
    await withTaskGroup(of: (Int, Output).self) { group in
        var outputs = [Output?](repeating: nil, count: elements.count)
        var waiting = Array(elements.enumerated())[...]
        func startNext() {
            guard let (index, element) = waiting.popFirst() else { return }
            group.addTask { (index, await operation(element)) }
        }
        for _ in 0..<max(1, limit) { startNext() }
        while let (index, output) = await group.next() {
            outputs[index] = output
            if !goesOn(output) || Task.isCancelled { waiting = [] }
            startNext()
        }
        return outputs
    }
}

extension Result where Failure == any Error {
    /// What an operation returns or throws.
    init(_ operation: () async throws -> Success) async {
        do {
            self = .success(try await operation())
        } catch {
            self = .failure(error)
        }
    }
}
