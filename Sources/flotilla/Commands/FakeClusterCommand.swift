import ArgumentParser
import FakeKubernetes

/// `flotilla fake-cluster`: embedded clusters for trying things with kubectl and Flotilla.
struct FakeClusterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fake-cluster",
        abstract: "Runs embedded clusters until Ctrl-C and writes their kubeconfigs.",
        discussion: """
            They listen on loopback only and forget everything when they end. Pods become ready at once; an image with \
            "bad" in its name never does.

            Example: flotilla fake-cluster --count 3 --dir /tmp/clusters
            kubectl --kubeconfig /tmp/clusters/cluster-1.kubeconfig get all -A
            """
    )

    @Option(help: "How many clusters, 1 to 1000.")
    var count = 1

    @Option(help: "What the names of the clusters begin with.")
    var name = "cluster"

    @Option(help: "The directory for cluster-1.kubeconfig and so on; made when it is not there.")
    var dir: String

    @Option(help: ArgumentHelp("A seed for faults that some requests meet by chance.", visibility: .hidden))
    var faults: UInt64?

    func validate() throws {
        guard (1...1000).contains(count) else { throw ValidationError("--count must be 1 to 1000, found \(count)") }
    }

    func run() async throws {
        var options = FakeClusterOptions()
        options.randomFaults = faults.map { RandomFaults(seed: $0) }
        let clusters = try await FakeFleet.start(names: (1...count).map { "\(name)-\($0)" }, options: options)
        do {
            let paths = try KubeconfigFiles.write(clusters, into: dir)
            for (cluster, path) in zip(clusters, paths) { Console.output("\(cluster.name) \(cluster.server) \(path)") }
            Console.error("running until Ctrl-C")
            await waitForInterrupt()
        } catch {
            try await FakeFleet.shutdown(clusters)
            throw error
        }
        KubeconfigFiles.remove(clusters, from: dir)
        try await FakeFleet.shutdown(clusters)
    }
}
