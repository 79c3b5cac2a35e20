import GRPCCore
import GRPCNIOTransportHTTP2
import KubernetesAPI
import PipedAPI

/// Piped and its control plane as far as logs, metadata and tools go.
final class PipedStub: PipedPluginService.SimpleServiceProtocol {
    /// A call with lines of a log.
    struct LogCall: Equatable {
        let isCheckpoint: Bool
        let lines: [String]
        let isLast: Bool
    }

    /// What goes wrong with a call.
    enum Fault {
        /// It has no effect.
        case before(RPCError)
        /// It has its effect, and the answer is an error.
        case after(RPCError)
    }

    /// The log of one stage: what is seen soon, what is kept, and whether more may come.
    struct Log {
        var cache: [PipedLogBlock] = []
        var file: [PipedLogBlock] = []
        var isClosed = false
    }

    struct State {
        var logs: [String: Log] = [:]
        var calls: [LogCall] = []
        var faults: [Fault] = []
        var callsAtOnce = 0
        var mostCallsAtOnce = 0
        var metadata: [String: String] = [:]
        var scripts: [String] = []
        fileprivate var waiters: [(isTrue: @Sendable (State) -> Bool, continuation: CheckedContinuation<Void, Never>)] =
            []

        /// The lines that the web UI shows of a stage.
        func shown(_ stage: String = "s") -> [String] { logs[stage]?.cache.map(\.log) ?? [] }
        /// The lines that are kept of a stage.
        func kept(_ stage: String = "s") -> [String] { logs[stage]?.file.map(\.log) ?? [] }
    }

    private let state = Lock(State())

    var now: State { state.withLock { $0 } }

    /// Makes the next calls go wrong, one by one.
    func fail(_ faults: Fault...) {
        state.withLock { $0.faults += faults }
    }

    /// Returns when something is true, looked at after each call.
    func until(_ isTrue: @escaping @Sendable (State) -> Bool) async {
        await withCheckedContinuation { continuation in
            let isTrueNow = state.withLock { state in
                if isTrue(state) { return true }
                state.waiters.append((isTrue, continuation))
                return false
            }
            if isTrueNow { continuation.resume() }
        }
    }

    /// One call: the fault that was asked for, and the effect.
    private func perform<Result: Sendable>(_ effect: (inout State) throws -> Result) throws -> Result {
        let fault = state.withLock { $0.faults.isEmpty ? nil : $0.faults.removeFirst() }
        if case .before(let error) = fault { throw error }
        let result = try state.withLock { try effect(&$0) }
        let met = state.withLock { state in
            let met = state.waiters.filter { $0.isTrue(state) }
            state.waiters.removeAll { $0.isTrue(state) }
            return met
        }
        for waiter in met { waiter.continuation.resume() }
        if case .after(let error) = fault { throw error }
        return result
    }

    // MARK: Logs

    func reportStageLogs(
        request: PipedReportStageLogsRequest,
        context: ServerContext
    ) async throws -> PipedReportStageLogsResponse {
        try check(request.deploymentID, request.stageID, request.blocks)
        try await store(request.stageID, request.blocks, isCheckpoint: false, isLast: false)
        return PipedReportStageLogsResponse()
    }

    func reportStageLogsFromLastCheckpoint(
        request: PipedReportStageLogsFromLastCheckpointRequest,
        context: ServerContext
    ) async throws -> PipedReportStageLogsFromLastCheckpointResponse {
        try check(request.deploymentID, request.stageID, request.blocks)
        try await store(request.stageID, request.blocks, isCheckpoint: true, isLast: request.completed)
        return PipedReportStageLogsFromLastCheckpointResponse()
    }

    private func check(_ deployment: String, _ stage: String, _ blocks: [PipedLogBlock]) throws {
        let isValid = !deployment.isEmpty && !stage.isEmpty && blocks.allSatisfy { !$0.log.isEmpty && $0.createdAt > 0 }
        guard isValid else { throw RPCError(code: .invalidArgument, message: "invalid request: value is required") }
    }

    private func store(_ stage: String, _ blocks: [PipedLogBlock], isCheckpoint: Bool, isLast: Bool) async throws {
        state.withLock { state in
            state.callsAtOnce += 1
            state.mostCallsAtOnce = max(state.mostCallsAtOnce, state.callsAtOnce)
        }
        defer { state.withLock { $0.callsAtOnce -= 1 } }
        // Another call would get in here.
        for _ in 0..<100 { await Task.yield() }
        try perform { state in
            var log = state.logs[stage, default: Log()]
            guard !log.isClosed else { throw RPCError(code: .failedPrecondition, message: "the log is closed") }
            state.calls.append(LogCall(isCheckpoint: isCheckpoint, lines: blocks.map(\.log), isLast: isLast))
            if isCheckpoint {
                let known = Set(log.file.map(\.index))
                log.file += blocks.filter { !known.contains($0.index) }
                log.cache = log.file
                log.isClosed = isLast
            } else {
                let known = Set(log.cache.map(\.index))
                log.cache += blocks.filter { !known.contains($0.index) }
            }
            state.logs[stage] = log
        }
    }

    // MARK: Metadata and tools

    func putStageMetadataMulti(
        request: PipedPutStageMetadataMultiRequest,
        context: ServerContext
    ) async throws -> PipedPutStageMetadataMultiResponse {
        try perform { state in
            for (key, value) in request.metadata {
                state.metadata["\(request.deploymentID)/\(request.stageID)/\(key)"] = value
            }
        }
        return PipedPutStageMetadataMultiResponse()
    }

    func getStageMetadata(
        request: PipedGetStageMetadataRequest,
        context: ServerContext
    ) async throws -> PipedGetStageMetadataResponse {
        var response = PipedGetStageMetadataResponse()
        let value = try perform { $0.metadata["\(request.deploymentID)/\(request.stageID)/\(request.key)"] }
        response.found = value != nil
        response.value = value ?? ""
        return response
    }

    func putDeploymentPluginMetadataMulti(
        request: PipedPutDeploymentPluginMetadataMultiRequest,
        context: ServerContext
    ) async throws -> PipedPutDeploymentPluginMetadataMultiResponse {
        try perform { state in
            for (key, value) in request.metadata {
                state.metadata["\(request.deploymentID)//\(request.pluginName)/\(key)"] = value
            }
        }
        return PipedPutDeploymentPluginMetadataMultiResponse()
    }

    func getDeploymentPluginMetadata(
        request: PipedGetDeploymentPluginMetadataRequest,
        context: ServerContext
    ) async throws -> PipedGetDeploymentPluginMetadataResponse {
        var response = PipedGetDeploymentPluginMetadataResponse()
        let value = try perform { $0.metadata["\(request.deploymentID)//\(request.pluginName)/\(request.key)"] }
        response.found = value != nil
        response.value = value ?? ""
        return response
    }

    func installTool(request: PipedInstallToolRequest, context: ServerContext) async throws -> PipedInstallToolResponse
    {
        try perform { $0.scripts.append(request.installScript) }
        var response = PipedInstallToolResponse()
        response.installedPath = "/tools/\(request.name)-\(request.version)"
        return response
    }
}
