import Manifests
import Testing

@testable import KubernetesAPI
@testable import Stages

/// Takes rights away, each from an account of its own or together with others that other work needs, and looks whether the
/// work that needs them is refused.
struct AccessLosses: Sendable {
    let rights: [Right]

    init(of rights: [Right]) {
        self.rights = rights
    }

    /// The known resources that no right names.
    var untold: [String] { Set(AccessObjects.resources).subtracting(rights.map(\.qualifiedResource)).sorted() }

    /// What went another way than it should, one line each; nothing when all rights are needed.
    func table(_ accounts: Accounts) async throws -> [String] {
        let twice = Dictionary(grouping: rights, by: \.place).values.filter { $0.count > 1 }
        var members: [(Account, [Right])] = []
        for (index, loss) in losses.enumerated() {
            // Who may list everything would not miss the other lists.
            let isPrune = loss.contains { $0.role == "prune" }
            let rest = rights.filter { !loss.contains($0) && ($0.role != "prune" || isPrune) }
            members.append((try await accounts.account("without-\(index)", with: rest), loss))
        }
        try await accounts.settle()
        let rows = try await withThrowingTaskGroup(of: [String].self) { group in
            for (account, loss) in members {
                group.addTask { try await check(AccessWork(as: account), loss, in: accounts.admin) }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        return twice.map { "\($0[0]): is there twice" } + rows.sorted()
    }

    /// What is missing together: nothing; one verb on everything; each list alone, since a clean stage needs all of them.
    private var losses: [[Right]] {
        let needed = rights.filter { !$0.isForReasons }
        let alone = needed.filter { $0.verb == "list" || $0.role == "prune" }
        let together = Dictionary(grouping: needed.filter { !alone.contains($0) }, by: \.verb)
        return [[]] + together.sorted { $0.key < $1.key }.map(\.value) + alone.map { [$0] }
    }

    private func check(_ work: AccessWork, _ loss: [Right], in admin: TestNamespace) async throws -> [String] {
        guard !loss.isEmpty else { return try await checkWithoutLoss(work, in: admin) }
        var rows: [String] = []
        for right in loss {
            guard let complaints = try await work.needing(right, in: admin) else {
                if !right.mayBeAbsent { rows.append("\(right): no work of this test needs it") }
                continue
            }
            if !complaints.contains(where: right.isMeant) {
                let others = complaints.filter { !$0.contains("was not searched") }
                rows.append("\(right): can be left out" + (others.isEmpty ? "" : "; another complaint: \(others)"))
            }
        }
        return rows
    }

    /// Nothing may be refused as long as nothing is missing, or a refusal would say nothing of what is.
    private func checkWithoutLoss(_ work: AccessWork, in admin: TestNamespace) async throws -> [String] {
        var rows: [String] = []
        var known: Set<String> = []
        let objects = Set(AccessObjects.resources)
        for right in rights where right.role != "prune" && known.insert(right.qualifiedResource).inserted {
            let complaints = try await work.needing(right, in: admin) ?? []
            // Without the right to list all, a clean says which types it could not search; those of the file it must.
            let own = complaints.filter { text in
                !text.contains("was not searched") || objects.contains { text.contains("not allowed: \($0) ") }
            }
            rows += own.map { "\(right.qualifiedResource), with all rights: \($0)" }
        }
        return rows
    }
}

extension Right {
    /// Whether it only helps to say why pods do not come up.
    var isForReasons: Bool { verb == "list" && ["pods", "replicasets"].contains(resource) }

    /// Whether clusters may do without the resource: other projects define it.
    fileprivate var mayBeAbsent: Bool { group.hasSuffix("istio.io") || group == "gateway.networking.k8s.io" }

    /// What must not be there twice.
    fileprivate var place: [String] { [group, resource, verb] }
}
