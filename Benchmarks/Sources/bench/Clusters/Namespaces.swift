/// The namespaces that the benchmark works in: one for each tool and number of clusters, new in every round.
struct Namespaces {
    /// The label of every namespace that the benchmark made, the only ones it ever deletes.
    private static let label = "flotilla-bench"

    let kubectl: Kubectl
    let clusters: [Cluster]
    /// The directory for the file with the namespaces.
    let folder: String

    /// Makes the namespaces that `trials` need, in each cluster those that are used there.
    func create(for trials: [Trial]) throws {
        let commands = try clusters.enumerated().map { index, cluster in
            let names = trials.filter { index < $0.reach.rawValue }.map(\.namespace)
            return [try creation(of: names, in: cluster, file: "\(folder)/namespaces-\(index).yaml")]
        }
        try kubectl.lanes.run(commands)
    }

    /// Makes namespaces in one cluster.
    func create(_ names: [String], in cluster: Cluster) throws {
        try kubectl.lanes.run([[try creation(of: names, in: cluster, file: "\(folder)/namespaces.yaml")]])
    }

    private func creation(of names: [String], in cluster: Cluster, file: String) throws -> Command {
        try TextFile.write(names.map { Self.manifest($0).yaml }.joined(separator: "---\n"), to: file)
        return kubectl.command(cluster, ["create", "-f", file])
    }

    /// Deletes every namespace with the label, in all clusters at once, and waits until they are gone.
    func deleteAll() throws {
        let delete = ["delete", "namespaces", "--selector", Self.label, "--wait", "--timeout=300s"]
        do {
            try kubectl.lanes.run(clusters.map { [kubectl.command($0, delete)] })
        } catch BenchError.failed(_, _, let words) {
            throw BenchError.setting(
                "namespaces with the label \(Self.label) do not go; does the cluster run a controller manager?\n\(words)"
            )
        }
    }

    private static func manifest(_ name: String) -> Tree {
        [
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": ["name": .text(name), "labels": [label: "true"]],
        ]
    }
}
