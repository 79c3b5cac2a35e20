import GRPCCore
import Stages

/// A service of the plugin, whose calls end early when they are cancelled or the process is to stop.
protocol PluginService: Sendable {
    var plugin: Plugin { get }
}

extension DeploymentService: PluginService {}

extension PluginService {
    /// Runs a body with a signal that asks for a stop when the call is cancelled, or the process is to stop.
    ///
    /// It is to be called in the task of the call.
    func stopping<Result: Sendable, Failure: Error>(
        _ body: @Sendable (StopSignal) async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        let stop = StopSignal()
        let shutdown = plugin.shutdown
        return try await withRPCCancellationHandler { () async throws(Failure) -> Result in
            try await shutdown.followed(by: stop) { () async throws(Failure) -> Result in try await body(stop) }
        } onCancelRPC: {
            stop.request()
        }
    }

    /// What a planning call answers; an error becomes a status with one line for each reason.
    func answering<Answer: Sendable>(_ body: @Sendable (StopSignal) async throws -> Answer) async throws -> Answer {
        do {
            return try await stopping(body)
        } catch let error as RPCError {
            throw error
        } catch is CancellationError {
            throw RPCError(code: .cancelled, message: "the call was cancelled")
        } catch {
            throw RPCError.refusal(.internalError, "\(error)")
        }
    }
}

extension RPCError {
    /// A request that lacks what is needed to answer it.
    static func invalidRequest(_ text: String) -> RPCError {
        refusal(.invalidArgument, "invalid request: \(text)")
    }

    /// A status whose text is cut to what any client takes.
    ///
    /// The text travels in a header, where a byte may become three; some clients take 16 KiB of headers and no more.
    static func refusal(_ code: RPCError.Code, _ text: String) -> RPCError {
        let bytes = text.utf8.prefix(4096)
        let message = bytes.count < text.utf8.count ? String(decoding: bytes, as: UTF8.self) + "…" : text
        return RPCError(code: code, message: message)
    }
}
