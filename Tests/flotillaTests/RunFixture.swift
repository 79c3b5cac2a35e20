import FakeKubernetes
import Manifests
import Subprocess
import TestSupport
import Testing

/// The sample application in its first version on embedded clusters, and its second version to be run.
struct RunFixture: Sendable {
    let clusters: [FakeCluster]
    private let directory: String

    static let commit = "c0ffee2"
    private static let deployments = "/apis/apps/v1/namespaces/shop/deployments"

    /// Runs a body with clusters of these names.
    static func with(_ names: [String], _ body: (RunFixture) async throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            var clusters: [FakeCluster] = []
            for name in names { clusters.append(try await FakeCluster.start(name: name)) }
            do {
                let fixture = RunFixture(clusters: clusters, directory: directory)
                try await fixture.prepare()
                try await body(fixture)
                for cluster in clusters { try await cluster.shutdown() }
            } catch {
                for cluster in clusters { try await cluster.shutdown() }
                throw error
            }
        }
    }

    private func prepare() async throws {
        for cluster in clusters { try TestFiles.write(cluster.kubeconfigText(), to: "\(directory)/\(cluster.name)") }
        for name in ["app.pipecd.yaml", "web.yaml", "cart.yaml", "routing.yaml"] {
            let text = try TestFiles.text(PackageRoot.path("manifests/shop/\(name)"))
            for version in ["app", "running"] { try TestFiles.write(text, to: "\(directory)/\(version)/\(name)") }
        }
        let first = try await Binary.run(
            ["stage", "K8S_PRIMARY_ROLLOUT", "\(directory)/app", "--application-id", "shop", "--commit", "c0ffee1"]
                + options(clusters.map(\.name))
        )
        #expect(first.code == 0, "\(first)")
        for cluster in clusters { cluster.clearRequests() }
        try change("web.yaml", ":1.0.0", ":2.0.0")
    }

    subscript(name: String) -> FakeCluster {
        clusters.first { $0.name == name } ?? clusters[0]
    }

    /// Puts other text into a file of the application.
    func change(_ file: String, _ old: String, _ new: String) throws {
        let path = "\(directory)/app/\(file)"
        let text = try TestFiles.text(path)
        #expect(text.contains(old))
        try TestFiles.write(text.replacing(old, with: new), to: path)
    }

    /// Adds a file to the application.
    func write(_ file: String, _ text: String) throws {
        try TestFiles.write(text, to: "\(directory)/app/\(file)")
    }

    /// Takes a file from the application.
    func remove(_ file: String) {
        TestFiles.remove("\(directory)/app/\(file)")
    }

    /// Makes the name of a cluster lead to another one.
    func redirect(_ name: String, to other: String) throws {
        let text = self[name].kubeconfigText().replacing(self[name].server, with: self[other].server)
        try TestFiles.write(text, to: "\(directory)/\(name)")
    }

    /// The arguments that name clusters.
    func options(_ names: [String]) -> [String] {
        names.flatMap { ["--kubeconfig", "\(directory)/\($0)"] }
    }

    /// The arguments of a run; what the caller says again counts.
    func arguments(_ more: [String], on names: [String]) -> [String] {
        var arguments = ["run", "\(directory)/app"] + more + options(names)
        let defaults = [("--commit", Self.commit), ("--application-id", "shop"), ("-o", "json")]
        for (key, value) in defaults where !more.contains(key) {
            arguments += [key, value]
        }
        return arguments
    }

    /// The arguments of a single stage.
    func stage(_ name: String, id: String = "shop", commit: String = Self.commit, on names: [String]) -> [String] {
        ["stage", name, "\(directory)/app", "--application-id", id, "--commit", commit] + options(names)
    }

    /// Where the second version is.
    var applicationDirectory: String { "\(directory)/app" }

    /// The arguments that name the first version.
    var running: [String] { ["--running", "\(directory)/running"] }

    /// The arguments of another command about the application.
    func command(_ name: String, _ more: [String] = [], on names: [String]) -> [String] {
        [name, "\(directory)/app", "--application-id", "shop", "--commit", Self.commit] + more + options(names)
    }

    /// A path in a directory that goes with the fixture.
    func path(_ name: String) -> String { "\(directory)/\(name)" }

    /// Where the state of the user is.
    var stateDirectory: String { "\(directory)/state" }

    func run(_ more: String..., on names: [String]) async throws -> Binary.Outcome {
        try await run(more, on: names)
    }

    func run(_ more: [String], on names: [String]) async throws -> Binary.Outcome {
        try await Binary.run(arguments(more, on: names), state: stateDirectory)
    }

    func run(
        _ more: [String] = [],
        on names: [String],
        while body: (Execution<NoInput, StringOutput<UTF8>, StringOutput<UTF8>>) async throws -> Void
    ) async throws -> Binary.Outcome {
        try await Binary.run(arguments(more, on: names), state: stateDirectory, while: body)
    }

    /// Runs on `eu` and `us` until `us` keeps silent in a stage that `eu` has ended, and kills the process then.
    func kill(at point: ResumeTests.Point, _ more: [String] = []) async throws -> Binary.Outcome {
        self["us"].inject(Fault(.stall, verbs: [point.verb], resource: point.resource, name: point.name))
        let outcome = try await run(more, on: ["eu", "us"]) { process in
            try await waitForEnd(of: "eu", stage: point.stage)
            let method = point.verb.rawValue.uppercased()
            let path = "\(point.resource)/\(point.name)"
            await self["us"].wait { seen in
                seen.requests.contains { $0.method == method && $0.path.hasSuffix(path) }
            }
            try process.send(signal: .kill)
        }
        self["us"].clearFaults()
        return outcome
    }

    /// Returns when a cluster has been sent the first workload of the canary.
    func waitForCanary(on name: String) async {
        await self[name].wait { seen in
            seen.requests.contains { $0.method == "PATCH" && $0.path.hasSuffix("deployments/web-canary") }
        }
    }

    /// Returns when the latest journal says that a stage has ended on a cluster.
    func waitForEnd(of target: String, stage: Int) async throws {
        try await Polling.wait {
            try journals().last.map { try records($0) }?.contains { record in
                record["event"] == "targetFinished" && record["stage"]?.int == stage
                    && record["target"]?.string == target
            } ?? false
        }
    }

    /// The paths of the journals, the latest one last.
    func journals() throws -> [String] {
        let folder = "\(stateDirectory)/flotilla/shop"
        let names = (try? TestFiles.names(in: folder)) ?? []
        return names.map { "\(folder)/\($0)" }
    }

    /// The events of the latest journal.
    func lastEvents() throws -> [String] {
        try journals().last.map { try records($0).compactMap { $0["event"]?.string } } ?? []
    }

    private func records(_ path: String) throws -> [Value] {
        try TestFiles.text(path).split(separator: "\n").compactMap { try? Value(json: Array($0.utf8)) }
    }

    /// Whether each cluster has a lease of the application.
    var leases: [Bool] {
        clusters.map { $0.object("/apis/coordination.k8s.io/v1/namespaces/shop/leases/flotilla-shop") != nil }
    }

    /// Lets the time pass that holders of leases may be silent.
    func expireLeases() {
        for cluster in clusters {
            for lease in cluster.objects("/apis/coordination.k8s.io/v1/leases") {
                let name = lease[path: "metadata", "name"]?.string ?? ""
                let namespace = lease[path: "metadata", "namespace"]?.string ?? ""
                let answer = cluster.perform(
                    "PATCH",
                    "/apis/coordination.k8s.io/v1/namespaces/\(namespace)/leases/\(name)",
                    ["spec": ["renewTime": "2020-01-01T00:00:00.000000Z"]],
                    contentType: "application/merge-patch+json"
                )
                #expect(answer.code == 200)
            }
        }
    }

    /// The writes that a cluster got, those of leases apart, sorted.
    func writes(_ name: String) -> [String] {
        self[name].requests.filter { $0.method != "GET" && !$0.path.contains("/leases") }
            .map { "\($0.method) \($0.path)" }.sorted()
    }

    /// The names of the application's objects in a cluster.
    func names(_ name: String) -> [String] {
        state(name).compactMap { $0["name"]?.string }
    }

    /// What the application's objects are in a cluster, without what every cluster gives names and times of its own.
    func state(_ name: String) -> [Value] {
        let paths = [
            Self.deployments, "/api/v1/namespaces/shop/configmaps",
            "/apis/networking.istio.io/v1/namespaces/shop/virtualservices",
        ]
        return paths.flatMap { self[name].objects($0) }.map { object in
            [
                "kind": object["kind"] ?? .null, "name": object[path: "metadata", "name"] ?? .null,
                "labels": object[path: "metadata", "labels"] ?? .null, "spec": object["spec"] ?? .null,
                "data": object["data"] ?? .null, "ready": object[path: "status", "readyReplicas"] ?? .null,
            ]
        }
    }
}
