import FoundationEssentials
import Glibc
import Subprocess

@testable import FakeKubernetes

/// A program of the machine that tests run when it is there.
struct Tool: Sendable {
    private let name: String

    /// Finds a program as a shell would; `nil` when it is not there.
    init?(_ name: String) {
        let folders = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
        let isThere = folders.contains { folder in
            let path = "\(folder)/\(name)"
            return access(path, X_OK) == 0
        }
        guard isThere else { return nil }
        self.name = name
    }

    static let kubectl = Tool("kubectl")
    static let curl = Tool("curl")

    /// What a program said, and whether it ended well.
    struct Outcome: Sendable {
        let succeeded: Bool
        let output: String
        let errors: String
    }

    func run(_ arguments: [String], environment: [Environment.Key: String?] = [:], input: String = "") async throws
        -> Outcome
    {
        let result = try await Subprocess.run(
            .name(name),
            arguments: Arguments(arguments),
            environment: .inherit.updating(environment),
            input: .string(input),
            output: .string(limit: 4 << 20),
            error: .string(limit: 1 << 20)
        )
        return Outcome(
            succeeded: result.terminationStatus.isSuccess,
            output: result.standardOutput,
            errors: result.standardError
        )
    }
}

/// kubectl with a cluster of its own, and with files that nobody else sees.
struct KubectlSession {
    let cluster: FakeCluster
    private let tool: Tool
    private let folder: String

    /// Runs kubectl with arguments, and gives what it wrote.
    func run(_ arguments: String..., input: String = "") async throws -> Tool.Outcome {
        let all = ["--cache-dir", "\(folder)/cache", "--request-timeout", "20s"] + arguments
        return try await tool.run(all, environment: ["KUBECONFIG": "\(folder)/config"], input: input)
    }

    static func with(
        _ options: FakeClusterOptions = .init(),
        credential: FakeCluster.Credential = .clientCertificate,
        _ body: (KubectlSession) async throws -> Void
    ) async throws {
        guard let tool = Tool.kubectl else { return }
        try await withFakeCluster("lab", options: options) { cluster in
            let folder = FileManager.default.temporaryDirectory.path + "/fake-kubernetes-\(UUID().uuidString)"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let text = cluster.kubeconfigText(credential: credential)
            try text.write(toFile: "\(folder)/config", atomically: true, encoding: .utf8)
            try await body(KubectlSession(cluster: cluster, tool: tool, folder: folder))
        }
    }
}
