import FakeKubernetes
import PipedAPI
import TestSupport
import Testing

/// The files of an application at one commit.
struct SourceFixture: Sendable {
    /// What stands under `spec`, beside the name, in flow style.
    var spec: [String] = []
    /// The files, by name.
    var files: [String: String] = [:]
    var commit = "bbbbbbb"

    /// The application file.
    var applicationFile: String {
        "apiVersion: pipecd.dev/v1beta1\nkind: Application\nspec:\n"
            + (["name: orders"] + spec).map { "  \($0)\n" }.joined()
    }

    /// The source as piped sends it, in a new folder of a directory.
    func source(in directory: String) throws -> PipedDeploymentSource {
        let folder = "\(directory)/\(commit)-\(UInt32.random(in: 0 ... .max))/orders"
        try TestFiles.write(applicationFile, to: "\(folder)/app.pipecd.yaml")
        for (name, text) in files { try TestFiles.write(text, to: "\(folder)/\(name)") }
        var source = PipedDeploymentSource()
        source.applicationDirectory = folder
        source.commitHash = commit
        source.applicationConfig = .init(Array(applicationFile.utf8))
        source.applicationConfigFilename = "app.pipecd.yaml"
        return source
    }

    /// A Deployment of two pods.
    static func deployment(image: String = "registry.test/shop/orders:1.4.0", replicas: Int = 2) -> String {
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: orders, labels: {app: orders}}
        spec:
          replicas: \(replicas)
          selector: {matchLabels: {app: orders, pipecd.dev/variant: primary}}
          template:
            metadata: {labels: {app: orders, pipecd.dev/variant: primary}}
            spec: {containers: [{name: web, image: "\(image)"}]}

        """
    }

    /// A ConfigMap with one key.
    static func configMap(_ name: String = "orders-settings", level: String = "info") -> String {
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: \(name)}\ndata: {LOG_LEVEL: \(level)}\n"
    }
}

extension PluginFixture {
    /// A request to run a stage of an application on all targets, each with a fresh copy of the sources.
    func request(
        _ stage: String,
        _ options: String = "",
        of target: SourceFixture,
        running: SourceFixture? = nil,
        id: String = "stage-1",
        on targets: [String]? = nil,
        application: String = "app-orders"
    ) throws -> PipedExecuteStageRequest {
        var request = PipedExecuteStageRequest()
        request.input.deployment = deployment(on: targets ?? clusters.map(\.name), application)
        request.input.stage.id = id
        request.input.stage.name = stage
        request.input.stageConfig = .init(Array(options.utf8))
        request.input.targetDeploymentSource = try target.source(in: directory)
        if let running { request.input.runningDeploymentSource = try running.source(in: directory) }
        return request
    }

    private func deployment(on targets: [String], _ application: String) -> PipedDeployment {
        var deployment = PipedDeployment()
        deployment.id = "deployment-1"
        deployment.pipedID = "agent-7"
        deployment.applicationID = application
        deployment.applicationName = "orders"
        deployment.deployTargetsByPlugin["fleet", default: PipedDeployTargets()].deployTargets = targets
        return deployment
    }

    /// Runs a stage that must end in a certain way.
    func expect(
        _ status: PipedStageStatus,
        _ stage: String,
        _ options: String = "",
        of target: SourceFixture,
        running: SourceFixture? = nil,
        id: String = "stage-1"
    ) async throws {
        let answer = try await run(stage, options, of: target, running: running, id: id)
        #expect(answer == status, "\(stage): \(piped.log(of: id).lines)")
    }

    /// Runs a stage; the log has the stage's id.
    func run(
        _ stage: String,
        _ options: String = "",
        of target: SourceFixture,
        running: SourceFixture? = nil,
        id: String = "stage-1"
    ) async throws -> PipedStageStatus {
        try await service.executeStage(request(stage, options, of: target, running: running, id: id)).status
    }
}

/// The paths of types that the tests look at.
enum Path {
    static let configMaps = "/api/v1/namespaces/default/configmaps"
    static let deployments = "/apis/apps/v1/namespaces/default/deployments"
}
