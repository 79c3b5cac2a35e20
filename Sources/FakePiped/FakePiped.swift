import GRPCCore
import GRPCNIOTransportHTTP2
import Glibc
import NIOConcurrencyHelpers

/// PipeCD's agent as a plugin sees it: the service that plugins call, and the controller that calls plugins.
///
/// Behind the service is the part of the control plane that shows through. The fake never knows more than the real one: it
/// keeps to what is known of piped, refuses what it does not model, and records what piped would die of as a crash. To
/// find the way go on with `Service/PluginServiceOfPiped.swift` and `Controller/Controller.swift`.
package final class FakePiped: Sendable {
    let tools: ToolRegistry
    let server = ServerSwitch()
    private let box = NIOLockedValueBox(PipedState())
    private let waiters = NIOLockedValueBox(StateWaiters())

    private init(toolsDirectory: String) {
        tools = ToolRegistry(directory: toolsDirectory)
    }

    /// Runs a body with a piped that serves plugins, on a free port of loopback, until the body is done.
    ///
    /// - Parameters:
    ///   - toolsDirectory: The folder with installed tools; by default nothing can be installed.
    ///   - body: What happens meanwhile.
    /// - Returns: What the body gave.
    /// - Throws: What the body throws.
    package static func with<Result: Sendable>(
        toolsDirectory: String = "/nonexistent",
        _ body: @Sendable (FakePiped) async throws -> Result
    ) async throws -> Result {
        let piped = FakePiped(toolsDirectory: toolsDirectory)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await piped.server.run(piped) }
            do {
                try await piped.start()
                let result = try await body(piped)
                await piped.server.finish()
                return result
            } catch {
                await piped.server.finish()
                throw error
            }
        }
    }

    /// The address of the service, as plugins get it: `localhost:PORT`; it stays the same while the service is stopped.
    package var address: String { "localhost:\(server.port)" }

    /// Everything that is known now.
    package var state: PipedState { box.withLockedValue { $0 } }

    /// How often install scripts were run, by `name-version`.
    package var installations: [String] {
        get async { await tools.runs }
    }

    /// Serves plugins, again after `stop()` on the same port.
    package func start() async throws {
        try await server.start()
    }

    /// Stops serving plugins; connections break, calls in progress too.
    package func stop() async {
        await server.stop()
    }

    /// Changes what is known, and lets everybody go on who waited for that.
    @discardableResult
    package func update<Result, Failure: Error>(
        _ body: (inout PipedState) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        // The box throws untyped; what comes out is what went in.
        let outcome: Swift.Result<Result, Failure> = box.withLockedValue { state in
            do throws(Failure) { return .success(try body(&state)) } catch { return .failure(error) }
        }
        look()
        return try outcome.get()
    }

    /// Waits until a condition holds, which is looked at now and whenever something changes; cancelling ends the wait.
    package func wait(until condition: @escaping @Sendable (PipedState) -> Bool) async {
        let id = waiters.withLockedValue { $0.nextID() }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                waiters.withLockedValue { $0.add(id, condition, continuation) }
                if Task.isCancelled { end(id) } else { look() }
            }
        } onCancel: {
            end(id)
        }
    }

    /// Lets calls of plugins go wrong from now on.
    package func inject(_ fault: PipedFault) {
        update { $0.faults.append(fault) }
    }

    /// Lets everything go right again.
    package func clearFaults() {
        update { $0.faults = [] }
    }

    private func look() {
        let state = state
        for continuation in waiters.withLockedValue({ $0.take(state) }) { continuation.resume() }
    }

    private func end(_ id: Int) {
        waiters.withLockedValue { $0.take(id) }?.resume()
    }
}
