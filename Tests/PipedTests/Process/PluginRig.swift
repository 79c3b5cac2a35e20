import FakeKubernetes
import FakePiped
import Manifests
import PipedAPI
import TestSupport
import Testing

/// Embedded clusters, a repository with two versions of an application, and a piped that can start the built plugin.
struct PluginRig: Sendable {
    /// What tests choose.
    struct Options: Sendable {
        /// The name of the plugin, chosen by the operator.
        var plugin = "kubernetes_multicluster"
        /// Lines under `spec` of the application file.
        var spec = ""
        /// Lines under `spec.plugins.<name>`.
        var settings = "readiness: {deadline: 5m}"
        var message = "change"
        /// How the pods of the second version behave, as the annotation of the embedded clusters says it.
        var pods: String?
        /// Whether the first version runs already.
        var isDeployed = true
        var clusters = ["eu", "us"]

        init(_ change: (inout Options) -> Void = { _ in }) {
            change(&self)
        }

        static let pipeline = """
            pipeline:
                stages:
                  - {name: K8S_MULTI_CANARY_ROLLOUT, desc: some, with: {replicas: 20%}}
                  - {name: K8S_MULTI_PRIMARY_ROLLOUT}
                  - {name: K8S_MULTI_CANARY_CLEAN}
            """
    }

    let piped: FakePiped
    let clusters: [FakeCluster]
    let options: Options
    let application: RegisteredApplication
    let first: SourceCommit
    let second: SourceCommit
    let entry: PluginEntry
    let directory: String

    /// Runs a body with everything but the plugin.
    static func with(_ options: Options = Options(), _ body: @Sendable (PluginRig) async throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            var clusters: [FakeCluster] = []
            for name in options.clusters { clusters.append(try await FakeCluster.start(name: name)) }
            let started = clusters
            let result: Result<Void, any Error>
            do {
                try await FakePiped.with(toolsDirectory: directory) { piped in
                    try await body(try PluginRig(piped, started, options, directory))
                }
                result = .success(())
            } catch {
                result = .failure(error)
            }
            for cluster in clusters { try await cluster.shutdown() }
            try result.get()
        }
    }

    private init(_ piped: FakePiped, _ clusters: [FakeCluster], _ options: Options, _ directory: String) throws {
        (self.piped, self.clusters, self.options, self.directory) = (piped, clusters, options, directory)
        for cluster in clusters { try TestFiles.write(cluster.kubeconfigText(), to: "\(directory)/\(cluster.name)") }
        entry = PluginEntry(
            options.plugin,
            port: try FreePort.find(),
            deployTargets: clusters.map { cluster in
                .init(cluster.name, config: ["kubeConfigPath": .string("\(directory)/\(cluster.name)")])
            }
        )
        application = RegisteredApplication(
            id: "app-1",
            name: "shop",
            path: "apps/shop",
            deployTargets: [options.plugin: clusters.map(\.name)]
        )
        first = SourceCommit("aaa", directory: "\(directory)/aaa")
        second = SourceCommit("bbb", directory: "\(directory)/bbb", message: options.message)
        try write(first)
        try write(second)
        try change("web.yaml", ":1.0.0", ":2.0.0")
        if let pods = options.pods {
            try change(
                "web.yaml",
                "template:\n    metadata:\n",
                "template:\n    metadata:\n      annotations: {fake.flotilla.dev/pods: \(pods)}\n"
            )
        }
    }

    private func write(_ commit: SourceCommit) throws {
        let folder = "\(commit.directory)/apps/shop"
        for name in ["web.yaml", "cart.yaml"] {
            try TestFiles.write(try TestFiles.text(PackageRoot.path("manifests/shop/\(name)")), to: "\(folder)/\(name)")
        }
        try TestFiles.write(
            """
            apiVersion: pipecd.dev/v1beta1
            kind: Application
            spec:
              name: shop
              \(options.spec)
              plugins:
                \(options.plugin):
                  input: {namespace: shop, autoCreateNamespace: true}
                  service: {name: web}
                  \(options.settings)

            """,
            to: "\(folder)/app.pipecd.yaml"
        )
    }

    /// Puts other text into a file of the second version.
    func change(_ file: String, _ old: String, _ new: String) throws {
        let path = "\(second.directory)/apps/shop/\(file)"
        let text = try TestFiles.text(path)
        #expect(text.contains(old))
        try TestFiles.write(text.replacing(old, with: new), to: path)
    }

    /// Starts the built plugin as piped does, connects piped to it, and stops it in the end.
    @discardableResult
    func plugin<Result: Sendable>(
        beside others: [(name: String, port: Int)] = [],
        _ body: @Sendable (Controller, PluginProcess) async throws -> Result
    ) async throws -> (Result, PluginProcess.Exit) {
        let run = try await PluginProcess.with(
            entry,
            binary: BuiltCommand.path,
            pipedService: piped.address,
            environment: ["TMPDIR": directory, "HOME": directory]
        ) { process in
            try await piped.connected(to: [(entry.name, entry.port)] + others) { controller in
                if options.isDeployed, piped.state.succeeded.isEmpty { try await deployFirst(controller) }
                return try await body(controller, process)
            }
        }
        #expect(piped.state.crashes == [], "\(run.1.errors)")
        return run
    }

    private func deployFirst(_ controller: Controller) async throws {
        let planned = try await controller.plan(first, of: application, strategy: .quickSync)
        let done = try await controller.execute(planned.id)
        try #require(done.status == .deploymentSuccess, "\(log(done, 0))")
        piped.update { state in
            state.journal = []
            state.calls = []
        }
        for cluster in clusters { cluster.clearRequests() }
    }
}
