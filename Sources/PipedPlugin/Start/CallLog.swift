import GRPCCore
import Logging
import Stages

/// Writes a line to the process log for each call of piped: what was asked, how long it took and how it ended.
struct CallLog: ServerInterceptor {
    let log: Logger
    let running: RunningCalls

    func intercept<Input: Sendable, Output: Sendable>(
        request: StreamingServerRequest<Input>,
        context: ServerContext,
        next:
            @concurrent @Sendable (StreamingServerRequest<Input>, ServerContext) async throws ->
            StreamingServerResponse<Output>
    ) async throws -> StreamingServerResponse<Output> {
        let method = context.descriptor.method
        let start = ContinuousClock.now
        log.debug("\(method): called")
        do {
            let response = try await running.during(method) { try await next(request, context) }
            var failure: (any Error)?
            if case .failure(let error) = response.accepted { failure = error }
            write(method, since: start, failure, context)
            return response
        } catch {
            write(method, since: start, error, context)
            throw error
        }
    }

    private func write(
        _ method: String,
        since start: ContinuousClock.Instant,
        _ failure: (any Error)?,
        _ context: ServerContext
    ) {
        let milliseconds = (ContinuousClock.now - start) / .milliseconds(1)
        let status = failure.map { ($0 as? RPCError)?.code ?? .unknown }
        var metadata: Logger.Metadata = [
            "method": "\(method)", "duration": "\(Duration.milliseconds(Int(milliseconds)).text)",
            "status": "\(status.map { "\($0)" } ?? "OK")",
        ]
        if context.cancellation.isCancelled { metadata["cancelled"] = "true" }
        guard let failure else {
            // The live state of every application is asked for every minute.
            return log.log(level: method == "GetLivestate" ? .debug : .info, "\(method): answered", metadata: metadata)
        }
        let text = (failure as? RPCError)?.message ?? "\(failure)"
        log.warning("\(method): \(text)", metadata: metadata)
    }
}
