import FakeKubernetes
import Glibc
import ManifestSources
import Stages

/// Several embedded clusters.
enum FakeFleet {
    /// Starts one cluster for each name; when one does not start, those that did are ended.
    static func start(names: [String], options: FakeClusterOptions = FakeClusterOptions()) async throws -> [FakeCluster]
    {
        var clusters: [FakeCluster] = []
        do {
            for name in names { clusters.append(try await FakeCluster.start(name: name, options: options)) }
            return clusters
        } catch {
            try await shutdown(clusters)
            throw error
        }
    }

    /// Ends the clusters.
    static func shutdown(_ clusters: [FakeCluster]) async throws {
        for cluster in clusters { try await cluster.shutdown() }
    }
}

/// The kubeconfig files of embedded clusters, readable by their owner only.
enum KubeconfigFiles {
    /// Writes `NAME.kubeconfig` for each cluster, making the directory if it is not there.
    ///
    /// - Returns: The paths, in the order of the clusters.
    /// - Throws: `ApplicationError` when a file cannot be written.
    static func write(_ clusters: [FakeCluster], into directory: String) throws -> [String] {
        mkdir(directory, 0o700)
        return try clusters.map { cluster in
            let path = path(of: cluster, in: directory)
            try PrivateFile.write(cluster.kubeconfigText(credential: .clientCertificate), to: path)
            return path
        }
    }

    /// Removes the files that `write` made, and none that others have written since.
    static func remove(_ clusters: [FakeCluster], from directory: String) {
        for cluster in clusters {
            let path = path(of: cluster, in: directory)
            let own = Array(cluster.kubeconfigText(credential: .clientCertificate).utf8)
            if (try? PlainFiles.read(path)) == own { unlink(path) }
        }
    }

    private static func path(of cluster: FakeCluster, in directory: String) -> String {
        "\(directory)/\(cluster.name).kubeconfig"
    }
}

/// Files that only their owner may read.
enum PrivateFile {
    /// Writes a file with mode 600, replacing one that is there.
    ///
    /// - Throws: `ApplicationError` naming the path and the system's reason.
    static func write(_ text: String, to path: String) throws {
        unlink(path)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { throw failure(path) }
            bytes = bytes.dropFirst(count)
        }
    }

    private static func failure(_ path: String) -> ApplicationError {
        ApplicationError(problems: ["cannot write \(path): \(String(cString: strerror(errno)))"])
    }
}
