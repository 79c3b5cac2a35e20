import GRPCCore
import PipedAPI

/// What became of a call with lines of a log.
enum LogAnswer: Sendable, Equatable {
    /// Piped has them.
    case stored
    /// The log was closed before; it takes nothing more.
    case closed
    /// The lines, or the stage, are wrong; to send them again is of no use.
    case refused(String)
    /// Piped is there and cannot do it now, such as without its control plane; it may have the lines all the same.
    case unable(String)
    /// There was no answer: it is not known whether piped has them, nor whether it is still there.
    case lost(String)
}

extension PipedClient {
    /// Sends lines of the log of a stage, once.
    ///
    /// A call that closes the log does not wait until piped can be reached: whether to close it may be another question then.
    func report(_ call: LogCall, of stage: StageAddress, within limit: Duration) async -> LogAnswer {
        var options = CallOptions.forPiped(within: limit)
        options.waitForReady = !call.isLast
        do {
            switch call.kind {
            case .cache: try await cache(call, stage, options)
            case .checkpoint(let completed): try await checkpoint(call, stage, completed, options)
            }
            return .stored
        } catch let error as RPCError where error.code == .failedPrecondition {
            return .closed
        } catch let error as RPCError where error.code == .invalidArgument {
            return .refused(error.message)
        } catch {
            let reason = "\(PipedError(call.name, error))"
            return (error as? RPCError)?.isAnswer == true ? .unable(reason) : .lost(reason)
        }
    }

    private func cache(_ call: LogCall, _ stage: StageAddress, _ options: CallOptions) async throws {
        var request = PipedReportStageLogsRequest()
        request.deploymentID = stage.deployment
        request.stageID = stage.stage
        request.blocks = call.blocks.map(\.message)
        _ = try await service.reportStageLogs(request, options: options)
    }

    private func checkpoint(
        _ call: LogCall,
        _ stage: StageAddress,
        _ completed: Bool,
        _ options: CallOptions
    ) async throws {
        var request = PipedReportStageLogsFromLastCheckpointRequest()
        request.deploymentID = stage.deployment
        request.stageID = stage.stage
        request.blocks = call.blocks.map(\.message)
        request.completed = completed
        _ = try await service.reportStageLogsFromLastCheckpoint(request, options: options)
    }
}

extension LogCall {
    /// The call as the protocol names it.
    fileprivate var name: String {
        switch kind {
        case .cache: "ReportStageLogs"
        case .checkpoint: "ReportStageLogsFromLastCheckpoint"
        }
    }
}

extension LogBlock {
    fileprivate var message: PipedLogBlock {
        var message = PipedLogBlock()
        message.index = index
        message.log = text
        message.severity =
            switch severity {
            case .info: .info
            case .success: .success
            case .error: .error
            }
        message.createdAt = createdAt
        return message
    }
}
