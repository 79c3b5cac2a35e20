import Manifests
import TestSupport
import Testing

@testable import KubernetesAPI
@testable import Stages

/// A ServiceAccount that a test acts as.
struct Account: Sendable {
    let name: String
    /// The namespace that it lives and works in, under its own kubeconfig.
    let fleet: TestFleet

    /// Another namespace under the kubeconfig of the account.
    func fleet(in other: TestFleet) -> TestFleet {
        let own = fleet.namespaces.first?.kubeconfig ?? ""
        return TestFleet(
            namespaces: other.namespaces.map {
                TestNamespace(name: $0.name, cluster: $0.cluster, kubeconfig: own, client: $0.client)
            }
        )
    }

    /// A client of the account.
    func client() throws -> ClusterClient {
        let place = try #require(fleet.namespaces.first)
        return ClusterClient(
            target: place.cluster.name,
            configuration: try Kubeconfig.load(path: place.kubeconfig),
            engine: TestNamespace.engine
        )
    }
}

/// Makes accounts in a namespace, and roles for them.
struct Accounts: Sendable {
    let file: RoleFile
    /// Who may do everything, in the namespace of the accounts.
    let admin: TestNamespace
    /// Where the kubeconfigs are.
    private let directory: String

    private static let roles = "/apis/rbac.authorization.k8s.io/v1"

    /// Runs a body with a namespace for accounts; roles and bindings go afterwards, too.
    static func with(_ body: (Accounts) async throws -> Void) async throws {
        let cluster = try #require(TestCluster.firstReal)
        try await cluster.withNamespace { place in
            try await withTemporaryDirectory { directory in
                let file = try RoleFile(as: place.name)
                let accounts = Accounts(file: file, admin: place, directory: directory)
                let result = await Result { try await body(accounts) }
                for plural in ["clusterrolebindings", "clusterroles"] {
                    let selector = PercentEncoding.encode("\(TestNamespace.label)=\(TestNamespace.run)")
                    try await place.send("DELETE", "\(roles)/\(plural)?labelSelector=\(selector)")
                }
                try result.get()
            }
        }
    }

    /// Where the bindings of the file hold.
    enum Scope {
        case everywhere
        /// In the namespace of the accounts, but for prune, which searches.
        case inNamespace
    }

    /// The account of the file, with its roles.
    func ofFile(bound scope: Scope) async throws -> Account {
        for var manifest in file.manifests where manifest.kind != "Namespace" {
            if manifest.kind == "ClusterRoleBinding", scope == .inNamespace, !manifest.name.hasSuffix("-prune") {
                var binding = manifest.object
                binding["kind"] = "RoleBinding"
                try binding.set(.string(admin.name), at: ["metadata", "namespace"])
                manifest = try Manifest(binding)
            }
            try manifest.set(.string(TestNamespace.run), at: ["metadata", "labels", TestNamespace.label])
            _ = try await admin.client.apply(manifest)
        }
        try await settle()
        return try await account(file.name)
    }

    /// An account with these rights and no others.
    @discardableResult
    func account(_ name: String, with rights: [Right], bound scope: Scope = .everywhere) async throws -> Account {
        try await post(admin.path("serviceaccounts"), ["metadata": ["name": .string(name)]])
        let role = Value.string("\(admin.name)-\(name)")
        let metadata: Value = ["name": role, "labels": [TestNamespace.label: .string(TestNamespace.run)]]
        try await post("\(Self.roles)/clusterroles", ["metadata": metadata, "rules": .array(rights.map(\.rule))])
        let subject: Value = ["kind": "ServiceAccount", "name": .string(name), "namespace": .string(admin.name)]
        let binding: Value = [
            "metadata": metadata, "subjects": [subject],
            "roleRef": ["apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role],
        ]
        switch scope {
        case .everywhere: try await post("\(Self.roles)/clusterrolebindings", binding)
        case .inNamespace:
            try await post(admin.path("rolebindings", in: "rbac.authorization.k8s.io/v1"), binding)
        }
        return try await account(name)
    }

    private func account(_ name: String) async throws -> Account {
        let path = admin.path("serviceaccounts", name) + "/token"
        let token = try await post(path, ["spec": [:]])[path: "status", "token"]
        var kubeconfig = try Value(yaml: TestFiles.text(admin.kubeconfig))
        let users = kubeconfig["users"]?.array ?? []
        kubeconfig["users"] = .array(users.map { ["name": $0["name"] ?? .null, "user": ["token": token ?? .null]] })
        let own = "\(directory)/\(name)"
        try TestFiles.write(kubeconfig.yamlText(), to: own)
        let place = TestNamespace(name: admin.name, cluster: admin.cluster, kubeconfig: own, client: admin.client)
        return Account(name: name, fleet: TestFleet(namespaces: [place]))
    }

    /// Waits until the server goes by all roles and bindings that were made so far.
    ///
    /// It learns of each kind of them in their order, so that one more account that may do what it could not before shows it.
    func settle() async throws {
        let right = Right(role: "", group: "flotilla.test", resource: "marks", verb: "get")
        for scope in [Scope.everywhere, .inNamespace] {
            let name = RandomName.make(8)
            try #require(try await !allows(name, right), "this server lets everybody do everything; it needs RBAC")
            try await account(name, with: [right], bound: scope)
            try await admin.wait { try await allows(name, right) }
        }
    }

    /// Whether the server lets an account do something.
    private func allows(_ account: String, _ right: Right) async throws -> Bool {
        let attributes: Value = [
            "verb": .string(right.verb), "resource": .string(right.resource), "group": .string(right.group),
            "namespace": .string(admin.name),
        ]
        let user = Value.string("system:serviceaccount:\(admin.name):\(account)")
        let review: Value = ["spec": ["user": user, "resourceAttributes": attributes]]
        let answer = try await post("/apis/authorization.k8s.io/v1/subjectaccessreviews", review)
        return answer[path: "status", "allowed"] == true
    }

    @discardableResult
    private func post(_ path: String, _ body: Value) async throws -> Value {
        let answer = try await admin.send("POST", path, body)
        try #require(answer.code == 201, "\(answer.message)")
        return answer.object
    }
}

extension TestCluster {
    /// The first running cluster, whose server knows roles; embedded ones do not.
    static let firstReal = all.first { cluster in
        guard case .real = cluster.kind else { return false }
        return true
    }
}
