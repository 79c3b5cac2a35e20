import Manifests
import TestSupport
import Testing

@testable import KubernetesAPI

/// One verb on one resource that a role of the file allows.
struct Right: Sendable, Hashable {
    /// The name of the role in the file, without `flotilla-`.
    let role: String
    let group: String
    let resource: String
    let verb: String

    /// The rule that allows this and nothing else.
    var rule: Value {
        [
            "apiGroups": [.string(group)], "resources": [.string(resource)],
            "verbs": [.string(verb)],
        ]
    }

    /// Whether a complaint is about the resource: with its name, or about any for a right to all of them.
    ///
    /// The verb is not asked for: old servers do not name it when an apply may not create.
    func isMeant(by complaint: String) -> Bool {
        complaint.contains("not allowed: \(resource == "*" ? "" : "\(qualifiedResource) ")")
    }

    /// The resource as errors name it: `deployments.apps`.
    var qualifiedResource: String { group.isEmpty ? resource : "\(resource).\(group)" }
}

extension Right: CustomStringConvertible {
    var description: String { "\(role): \(verb) \(qualifiedResource)" }
}

/// The objects of `manifests/rbac/flotilla.yaml` under a name of one test's own, so that a Flotilla that is installed in the
/// cluster keeps its rights.
struct RoleFile: Sendable {
    /// What the file's `flotilla` is called here: the namespace, the account, and what the names of roles begin with.
    let name: String
    let manifests: [Manifest]

    init(as name: String) throws {
        let file = PackageRoot.path("manifests/rbac/flotilla.yaml")
        let text = try TestFiles.text(file).replacing(": flotilla", with: ": \(name)")
        let parsed = ManifestParser.parse(Array(text.utf8), file: file)
        try #require(parsed.problems.isEmpty, "\(parsed.problems)")
        try #require(parsed.manifests.allSatisfy { $0.name.hasPrefix(name) })
        self.name = name
        manifests = parsed.manifests
    }

    /// All that the roles allow, in the order of the file.
    var rights: [Right] {
        manifests.filter { $0.kind == "ClusterRole" }.flatMap { role in
            (role.object["rules"]?.array ?? []).flatMap { rule in
                strings(rule["apiGroups"]).flatMap { group in
                    strings(rule["resources"]).flatMap { resource in
                        strings(rule["verbs"]).map { verb in
                            let short = String(role.name.dropFirst(name.count + 1))
                            return Right(role: short, group: group, resource: resource, verb: verb)
                        }
                    }
                }
            }
        }
    }

    private func strings(_ value: Value?) -> [String] { value?.array?.compactMap(\.string) ?? [] }
}
