import Manifests
import Testing

@testable import KubernetesAPI
@testable import Stages

extension AllTypesTests {
    @Suite(
        "The roles in manifests/rbac",
        .enabled(if: TestCluster.firstReal != nil, "embedded clusters know no roles"),
        .timeLimit(.minutes(5))
    )
    struct AccessTests {
        @Test("are enough for every stage, and for the lease of a run")
        func enough() async throws {
            try await Accounts.with { accounts in
                let work = AccessWork(as: try await accounts.ofFile(bound: .everywhere))
                let gateways = GroupKind(group: "gateway.networking.k8s.io", kind: "HTTPRoute")
                let hasGateways = try await accounts.admin.client.servedMapping(for: gateways) != nil
                let complaints = try await withThrowingTaskGroup(of: [String].self) { group in
                    for routing in TestApplication.Routing.allCases where routing != .gatewayAPI || hasGateways {
                        group.addTask { try await work.pipeline(routing, in: accounts.admin.cluster) }
                    }
                    return try await group.reduce(into: []) { $0 += $1 }
                }
                #expect(complaints == [])
                #expect(try await work.prune() == [])
                #expect(try await work.lease() == [])
            }
        }

        @Test("are enough for every stage in one namespace, when only searching is allowed in all")
        func local() async throws {
            try await Accounts.with { accounts in
                let work = AccessWork(as: try await accounts.ofFile(bound: .inNamespace))
                #expect(try await work.pipeline(.podSelector) == [])
                #expect(try await work.prune() == [])
                #expect(try await work.lease() == [])
            }
        }

        @Test("hold no verb and no resource that can be left out")
        func needed() async throws {
            try await Accounts.with { accounts in
                let losses = AccessLosses(of: accounts.file.rights)
                #expect(losses.untold == [], "resources that the file should name")
                let table = try await losses.table(accounts)
                #expect(table.isEmpty, "\(table.joined(separator: "\n"))")
            }
        }

        /// Pods and ReplicaSets are the exception: stages work without, and only cannot say why pods do not come up.
        @Test("show why a workload does not come up, with pods and ReplicaSets together")
        func reasons() async throws {
            try await Accounts.with { accounts in
                let rights = accounts.file.rights.filter { $0.role == "deploy" }
                let reasons = rights.filter(\.isForReasons)
                try #require(reasons.map(\.resource) == ["pods", "replicasets"])
                let all = try await accounts.account("all", with: rights)
                var others: [Account] = []
                for right in reasons {
                    others.append(try await accounts.account(right.resource, with: rights.filter { $0 != right }))
                }
                try await accounts.settle()
                let application = TestApplication(image: "registry.test/shop/orders:bad")
                #expect(try await AccessWork(as: all).write(application) == [])
                let target = try await deployment(in: accounts.admin)
                try await accounts.admin.wait {
                    guard case .failed(let reason) = try await look(at: target, as: all) else { return false }
                    return reason.contains("ImagePullBackOff")
                }
                for account in others {
                    let readiness = try await look(at: target, as: account)
                    guard case .inProgress = readiness else {
                        Issue.record("without \(account.name): \(String(describing: readiness))")
                        continue
                    }
                }
            }
        }
    }
}

extension AllTypesTests.AccessTests {
    private func deployment(in place: TestNamespace) async throws -> ReadinessTarget {
        let type = GroupKind(group: "apps", kind: "Deployment")
        let mapping = try #require(try await place.client.servedMapping(for: type))
        let live = try await place.client.get(mapping, namespace: place.name, name: "orders")
        return ReadinessTarget(try #require(live), mapping: mapping)
    }

    private func look(at target: ReadinessTarget, as account: Account) async throws -> Readiness? {
        var look = ReadinessLook(client: try account.client())
        look.seesPods = true
        return try await look.readiness(of: [target])[target.key]
    }
}
