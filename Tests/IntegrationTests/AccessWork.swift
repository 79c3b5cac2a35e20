import Manifests
import Rollouts
import Testing

@testable import KubernetesAPI
@testable import Stages

/// What accounts do; each answers what was refused or failed, nothing when all went well.
struct AccessWork: Sendable {
    let account: Account
    private let quickly = "{readiness: {wait: false}}"

    init(as account: Account) {
        self.account = account
    }

    /// The work that a right is there for; `nil` when there is none, or the cluster does not serve the resource.
    func needing(_ right: Right, in admin: TestNamespace) async throws -> [String]? {
        switch (right.role, right.resource) {
        case ("run", _): return try await lease()
        case ("prune", _): return try await prune()
        case (_, "namespaces"): return try await namespace(in: admin.cluster)
        default:
            let types = try await admin.client.discovery().mappings.filter {
                $0.resource.group == right.group && $0.resource.resource == right.resource
            }
            guard let type = types.first else { return nil }
            return try await right.role == "watch" ? watch() : object(of: type)
        }
    }

    /// An application of one object: it is applied, replaced, made anew and searched for.
    func object(of type: ResourceMapping) async throws -> [String]? {
        let resource = "\(type.resource)"
        var application = TestApplication()
        application.suffix = "-\(type.resource.resource)"
        for mark in ["none", "sync-by-replace", "force-sync-by-replace"] {
            let name = "\(account.name)-\(type.resource.resource)"
            let manifest = AccessObjects.manifest(of: type.groupVersionKind, resource, name, mark)
            guard let manifest else { return nil }
            application.only = [manifest]
            let complaints = try await write(application)
            guard complaints.isEmpty else { return complaints }
        }
        return try await complaints("K8S_CANARY_CLEAN", of: application)
    }

    /// An application that makes its namespace.
    func namespace(in cluster: TestCluster) async throws -> [String] {
        var found: [String] = []
        try await TestFleet.with([cluster], namespace: .missing) { fleet in
            var application = TestApplication(createsNamespace: true)
            application.only = [Self.configMap("settings")]
            found = try await complaints("K8S_SYNC", quickly, of: application, in: account.fleet(in: fleet))
        }
        return found
    }

    /// An application of which an object leaves Git.
    func prune() async throws -> [String] {
        let stays = "\(account.name)-stays"
        let goes = "\(account.name)-goes"
        var application = TestApplication()
        application.suffix = "-prune"
        application.only = [Self.configMap(stays), Self.configMap(goes)]
        let first = try await write(application)
        application.only = [Self.configMap(stays)]
        let second = try await complaints("K8S_SYNC", "{prune: true, readiness: {wait: false}}", of: application)
        let left = try await account.fleet.objects("configmaps", goes).compactMap { $0 }
        return first + second + left.map { _ in "\(goes) was not pruned" }
    }

    private static func configMap(_ name: String) -> String {
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: \(name)}\n"
    }

    /// The live state of an application, kept by watching everything that the file names.
    func watch() async throws -> [String] {
        var application = TestApplication()
        application.suffix = "-watch"
        let written = try await write(application)
        let place = try #require(account.fleet.namespaces.first)
        let target = DeployTarget(name: place.cluster.name, access: .cluster(path: place.kubeconfig))
        let types = try await place.client.discovery().mappings.filter {
            AccessObjects.resources.contains("\($0.resource)")
        }
        let kinds = Set(types.map(\.groupVersionKind.groupKind)).union(
            Descendants.kinds(of: types.map(\.groupVersionKind.groupKind))
        )
        let store = LiveStateStore(connections: ClusterConnections(engine: TestNamespace.engine))
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await store.run() }
            defer { group.cancelAll() }
            let answers = try await store.states(
                of: "app-\(place.name)\(application.suffix)",
                on: [target],
                spec: PluginSpec(),
                naming: [target.name: Set(types.map(\.groupVersionKind))]
            )
            return written
                + answers.flatMap { answer in
                    switch answer.result {
                    case .failure(let error): ["\(error)"]
                    case .success(let state): state.hidden.filter { kinds.contains($0.type) }.map(\.reason)
                    }
                }
        }
    }

    /// The lease of a run, taken, renewed and given back.
    func lease() async throws -> [String] {
        let lease = ClusterLease(
            client: try account.client(),
            namespace: account.fleet.name,
            name: LeaseRecord.name(for: account.name),
            holder: LeaseHolder(run: RunID("access"), host: "here"),
            now: { .now }
        )
        for _ in 0..<2 {
            let claim = await lease.claim()
            guard case .held = claim else { return ["\(claim)"] }
        }
        do {
            try await lease.release()
            return []
        } catch {
            return ["\(error)"]
        }
    }

    /// Writes an application, and does not wait for pods.
    func write(_ application: TestApplication) async throws -> [String] {
        try await complaints("K8S_SYNC", quickly, of: application)
    }

    /// What a stage says of failures and refusals.
    func complaints(
        _ stage: String,
        _ options: String = "{}",
        of application: TestApplication,
        after running: TestApplication? = nil,
        in fleet: TestFleet? = nil
    ) async throws -> [String] {
        let notes = Lock<[String]>([])
        let report = try await (fleet ?? account.fleet).run(stage, options, of: application, after: running) { event in
            guard case .note(let text) = event.kind, text.contains("not allowed") else { return }
            notes.withLock { $0.append(text) }
        }
        let errors = report.problems + report.targets.compactMap(\.error) + notes.withLock { $0 }
        return errors.map { "\(stage): \($0)" }
    }
}

extension AccessWork {
    /// Every stage of an application whose traffic is routed in some way, in a namespace that it makes.
    func pipeline(_ routing: TestApplication.Routing, in cluster: TestCluster) async throws -> [String] {
        var found: [String] = []
        try await TestFleet.with([cluster], namespace: .missing) { fleet in
            found = try await pipeline(routing, createsNamespace: true, in: account.fleet(in: fleet))
        }
        return found
    }

    /// The same in the namespace of the account.
    func pipeline(_ routing: TestApplication.Routing) async throws -> [String] {
        try await pipeline(routing, createsNamespace: false, in: account.fleet)
    }

    private func pipeline(
        _ routing: TestApplication.Routing,
        createsNamespace: Bool,
        in fleet: TestFleet
    ) async throws -> [String] {
        var old = TestApplication(routing: routing, createsNamespace: createsNamespace)
        old.more = [Self.configMap("goes")]
        var new = old
        new.image = "registry.test/shop/orders:1.5.0"
        new.region = "us"
        new.more = []
        var found: [String] = []
        for (stage, options) in Self.stages(routing) {
            let application = stage == "K8S_SYNC" ? old : new
            found += try await complaints(stage, options, of: application, after: old, in: fleet)
        }
        return found.map { "\(routing): \($0)" }
    }

    private static func stages(_ routing: TestApplication.Routing) -> [(String, String)] {
        let shares =
            switch routing {
            case .podSelector: ("{all: canary}", "{all: primary}")
            case .istio, .gatewayAPI: ("{canary: 30}", "{primary: 100}")
            }
        let canary = routing == .gatewayAPI ? "{replicas: 1, createService: true}" : "{replicas: 1}"
        return [
            ("K8S_SYNC", "{}"), ("K8S_CANARY_ROLLOUT", canary), ("K8S_BASELINE_ROLLOUT", "{replicas: 1}"),
            ("K8S_TRAFFIC_ROUTING", shares.0), ("K8S_PRIMARY_ROLLOUT", "{prune: true}"),
            ("K8S_TRAFFIC_ROUTING", shares.1), ("K8S_BASELINE_CLEAN", "{}"), ("K8S_CANARY_CLEAN", "{}"),
            ("K8S_ROLLBACK", "{}"),
        ]
    }
}
