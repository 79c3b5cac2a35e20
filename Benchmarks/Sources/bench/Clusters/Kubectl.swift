/// The `kubectl` that is measured, and that prepares and checks the clusters.
struct Kubectl {
    let program: String
    /// Its discovery cache: private, so that it holds exactly what the warm-up put there.
    let cache: String
    let lanes: Lanes

    /// Finds kubectl.
    ///
    /// Some distributions install a dispatcher under this name, which asks the server for its version on every run before it
    /// works; the plain kubectl of the same version lies beside it as `kubectl.MAJOR.MINOR` and is taken in its place.
    static func find(_ name: String, cache: String, lanes: Lanes) throws -> Kubectl {
        let program = try Executable.find(name)
        let version = try lanes.output(of: Command(program, ["version", "--client"]))
        guard version.contains("dispatcher"), let start = version.firstIndex(of: "v") else {
            return Kubectl(program: program, cache: cache, lanes: lanes)
        }
        let numbers = version[start...].dropFirst().split(separator: ".").prefix(2).joined(separator: ".")
        let plain = (try? Executable.find("\(program).\(numbers)")) ?? program
        return Kubectl(program: plain, cache: cache, lanes: lanes)
    }

    /// A kubectl command against one cluster.
    func command(_ cluster: Cluster, _ arguments: [String]) -> Command {
        Command(program, ["--kubeconfig", cluster.kubeconfig, "--cache-dir", cache] + arguments)
    }

    /// The versions of client and server, such as `v1.32.5`.
    func versions(_ cluster: Cluster) throws -> (client: String, server: String) {
        let text = try lanes.output(of: command(cluster, ["version", "-o", "yaml"]))
        let found = text.split(separator: "\n")
            .filter { $0.contains("gitVersion:") }
            .compactMap { $0.split(separator: " ").last.map(String.init) }
        return (found.first ?? "unknown", found.dropFirst().first ?? "unknown")
    }
}
