import FoundationEssentials
import PipedAPI
import SwiftProtobuf
import Testing

/// Bytes that PipeCD's own message definitions make of known values.
@Suite("Golden encodings")
struct GoldenEncodingTests {
    @Test("A message is written and read as PipeCD does", arguments: GoldenEncoding.all)
    func golden(_ encoding: GoldenEncoding) throws {
        var options = BinaryEncodingOptions()
        options.useDeterministicOrdering = true
        let bytes: [UInt8] = try encoding.message.serializedBytes(options: options)
        #expect(bytes.hexadecimal == encoding.bytes)
        #expect(try encoding.message.isEqual(toBytes: encoding.bytes))
    }
}

struct GoldenEncoding: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let message: any Message
    let bytes: String

    init<M: Message>(_ name: String, _ bytes: String, _ populate: (inout M) -> Void) {
        testDescription = name
        message = M.with(populate)
        self.bytes = bytes
    }

    static let all = planning + execution + views + piped

    private static let begin: Int64 = 1_700_000_000

    private static let planning = [
        GoldenEncoding("FetchDefinedStagesResponse", "0a06415f53594e430a0a415f524f4c4c4241434b") {
            (it: inout PipedFetchDefinedStagesResponse) in
            it.stages = ["A_SYNC", "A_ROLLBACK"]
        },
        GoldenEncoding("BuildQuickSyncStagesRequest", "0801") { (it: inout PipedBuildQuickSyncStagesRequest) in
            it.rollback = true
        },
        GoldenEncoding("PipelineStage", "1206415f53594e431a02676f7080e2cfaa067880e2cfaa06800103") {
            (it: inout PipedPipelineStage) in
            it.name = "A_SYNC"
            it.desc = "go"
            it.createdAt = begin
            it.updatedAt = begin
            it.availableOperation = .none
        },
        GoldenEncoding(
            "PipelineStage, rollback",
            "120a415f524f4c4c4241434b200252060a016b12017660017080e2cfaa067880e2cfaa068001028a01027531"
        ) { (it: inout PipedPipelineStage) in
            it.name = "A_ROLLBACK"
            it.index = 2
            it.rollback = true
            it.metadata = ["k": "v"]
            it.createdAt = begin
            it.updatedAt = begin
            it.availableOperation = .approve
            it.authorizedOperators = ["u1"]
        },
        GoldenEncoding("BuildPipelineSyncStagesRequest", "0801120e1206415f53594e43280132027b7d") {
            (it: inout PipedBuildPipelineSyncStagesRequest) in
            it.rollback = true
            it.stages = [
                .with {
                    $0.name = "A_SYNC"
                    $0.index = 1
                    $0.config = Data("{}".utf8)
                }
            ]
        },
        GoldenEncoding("DetermineStrategyResponse", "0802120170") { (it: inout PipedDetermineStrategyResponse) in
            it.syncStrategy = .pipeline
            it.summary = "p"
        },
        GoldenEncoding("DetermineStrategyResponse, unsupported", "1801") {
            (it: inout PipedDetermineStrategyResponse) in
            it.unsupported = true
        },
        GoldenEncoding("DetermineVersionsResponse", "0a0c120276311a03617070220175") {
            (it: inout PipedDetermineVersionsResponse) in
            it.versions = [
                .with {
                    $0.version = "v1"
                    $0.name = "app"
                    $0.url = "u"
                }
            ]
        },
    ]

    private static let execution = [
        GoldenEncoding("ExecuteStageResponse", "0802") { (it: inout PipedExecuteStageResponse) in
            it.status = .stageSuccess
        },
        GoldenEncoding("ExecuteStageResponse, exited", "080612096e6f206368616e6765") {
            (it: inout PipedExecuteStageResponse) in
            it.status = .stageExited
            it.message = "no change"
        },
        GoldenEncoding("DeploymentSource", "0a022f61120263301a01782201662a022f73") {
            (it: inout PipedDeploymentSource) in
            it.applicationDirectory = "/a"
            it.commitHash = "c0"
            it.applicationConfig = Data("x".utf8)
            it.applicationConfigFilename = "f"
            it.sharedConfigDirectory = "/s"
        },
        GoldenEncoding("Deployment", "620d0a017012080a0264310a02643292020a0a080a060a016b120176") {
            (it: inout PipedDeployment) in
            it.deployTargetsByPlugin = ["p": .with { $0.deployTargets = ["d1", "d2"] }]
            it.metadataV2.shared.keyValues = ["k": "v"]
        },
    ]

    private static let views = [
        GoldenEncoding(
            "GetLivestateResponse",
            "0a210a1d0a01721a016e22017430014201644a01705080e2cfaa065880e2cfaa061001120808012880e2cfaa06"
        ) { (it: inout PipedGetLivestateResponse) in
            it.applicationLiveState.healthStatus = .healthy
            it.applicationLiveState.resources = [
                .with {
                    $0.id = "r"
                    $0.name = "n"
                    $0.resourceType = "t"
                    $0.healthStatus = .healthy
                    $0.deployTarget = "d"
                    $0.pluginName = "p"
                    $0.createdAt = begin
                    $0.updatedAt = begin
                }
            ]
            it.syncState.status = .synced
            it.syncState.timestamp = begin
        },
        GoldenEncoding("GetPlanPreviewResponse", "0a110a016412017318012201782a0464696666") {
            (it: inout PipedGetPlanPreviewResponse) in
            it.results = [
                .with {
                    $0.deployTarget = "d"
                    $0.summary = "s"
                    $0.noChange = true
                    $0.details = Data("x".utf8)
                    $0.diffLanguage = "diff"
                }
            ]
        },
    ]

    private static let piped = [
        GoldenEncoding("LogBlock", "0881e2cfaa061202686918027080e2cfaa06") { (it: inout PipedLogBlock) in
            it.index = begin + 1
            it.log = "hi"
            it.severity = .error
            it.createdAt = begin
        },
        GoldenEncoding(
            "ReportStageLogsFromLastCheckpointRequest",
            "0a0164120173220c0801120268697080e2cfaa062801"
        ) { (it: inout PipedReportStageLogsFromLastCheckpointRequest) in
            it.deploymentID = "d"
            it.stageID = "s"
            it.completed = true
            it.blocks = [
                .with {
                    $0.index = 1
                    $0.log = "hi"
                    $0.createdAt = begin
                }
            ]
        },
        GoldenEncoding("GetStageMetadataResponse", "0a01761001") { (it: inout PipedGetStageMetadataResponse) in
            it.value = "v"
            it.found = true
        },
        GoldenEncoding("PutStageMetadataMultiRequest", "0a01641201731a060a016b120176") {
            (it: inout PipedPutStageMetadataMultiRequest) in
            it.deploymentID = "d"
            it.stageID = "s"
            it.metadata = ["k": "v"]
        },
        GoldenEncoding(
            "ListStageCommandsResponse",
            "0a290a01631201702201642a0173320175f001039202060a0164120173a00680e2cfaa06a80680e2cfaa06"
        ) { (it: inout PipedListStageCommandsResponse) in
            it.commands = [
                .with {
                    $0.id = "c"
                    $0.pipedID = "p"
                    $0.deploymentID = "d"
                    $0.stageID = "s"
                    $0.commander = "u"
                    $0.type = .approveStage
                    $0.approveStage.deploymentID = "d"
                    $0.approveStage.stageID = "s"
                    $0.createdAt = begin
                    $0.updatedAt = begin
                }
            ]
        },
    ]
}

extension Message {
    /// Whether the bytes, in hexadecimal, mean the same message.
    fileprivate func isEqual(toBytes text: String) throws -> Bool {
        let digits = Array(text)
        let bytes = stride(from: 0, to: digits.count, by: 2).compactMap {
            UInt8(String(digits[$0...$0 + 1]), radix: 16)
        }
        return isEqualTo(message: try Self(serializedBytes: bytes))
    }
}

extension [UInt8] {
    fileprivate var hexadecimal: String {
        map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}
