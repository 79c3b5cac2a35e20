import KubernetesAPI

/// The calls of piped that are not answered yet, and the stages that they run.
package final class RunningCalls: Sendable {
    private let calls = Lock<(methods: [Int: String], count: Int)>(([:], 0))

    package init() {}

    /// Whether there are any.
    var areSome: Bool { !calls.withLock { $0.methods.isEmpty } }

    /// Runs a body as a call, or as a stage with a name of its own.
    func during<Result>(_ method: String, _ body: () async throws -> Result) async rethrows -> Result {
        let number = calls.withLock { calls in
            calls.count += 1
            calls.methods[calls.count] = method
            return calls.count
        }
        defer { calls.withLock { _ = $0.methods.removeValue(forKey: number) } }
        return try await body()
    }
}

extension RunningCalls: CustomStringConvertible {
    /// What runs and how often, such as `2 x ExecuteStage, GetLivestate, K8S_SYNC of pay, K8S_SYNC of shop`.
    package var description: String {
        let methods = calls.withLock { Array($0.methods.values) }
        let counts = methods.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        let texts = counts.sorted { $0.key < $1.key }.map { $0.value == 1 ? $0.key : "\($0.value) x \($0.key)" }
        return texts.isEmpty ? "nothing" : texts.joined(separator: ", ")
    }
}
