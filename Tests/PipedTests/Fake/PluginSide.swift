import FakePiped
import GRPCCore
import GRPCNIOTransportHTTP2
import PipedAPI

typealias PipedService = PipedPluginService.Client<HTTP2ClientTransport.Posix>

/// Runs a body that calls piped's service as a plugin does.
func withPipedService<Result: Sendable>(
    of piped: FakePiped,
    _ body: (PipedService) async throws -> Result
) async throws -> Result {
    let port = piped.address.split(separator: ":").last.flatMap { Int($0) } ?? 0
    let transport = try HTTP2ClientTransport.Posix(
        target: .ipv4(address: "127.0.0.1", port: port),
        transportSecurity: .plaintext
    )
    return try await withGRPCClient(transport: transport) { client in
        try await body(PipedService(wrapping: client))
    }
}

/// The status that a call gets, `nil` for success.
func refusal(_ call: () async throws -> Void) async -> RPCError.Code? {
    do {
        try await call()
        return nil
    } catch let error as RPCError {
        return error.code
    } catch {
        return .internalError
    }
}

/// The blocks with these indexes; the text of each says its index.
func blocks(_ indexes: [Int64]) -> [PipedLogBlock] {
    indexes.map { index in
        var block = PipedLogBlock()
        (block.index, block.log, block.createdAt) = (index, "line \(index)", 1_700_000_000)
        return block
    }
}

func report(_ blocks: [PipedLogBlock]) -> PipedReportStageLogsRequest {
    var request = PipedReportStageLogsRequest()
    (request.deploymentID, request.stageID, request.blocks) = ("d1", "s1", blocks)
    return request
}

func checkpoint(
    _ blocks: [PipedLogBlock],
    completed: Bool = false
) -> PipedReportStageLogsFromLastCheckpointRequest {
    var request = PipedReportStageLogsFromLastCheckpointRequest()
    (request.deploymentID, request.stageID, request.blocks) = ("d1", "s1", blocks)
    request.completed = completed
    return request
}
