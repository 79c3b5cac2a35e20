import Manifests

/// The plain form: the group versions in two answers, then one answer for each.
enum PlainDiscovery {
    /// The versions of the core group, from `/api`.
    static func coreVersions(_ answer: Value) -> [GroupVersion] {
        (answer["versions"]?.array ?? []).compactMap(\.string).map { GroupVersion(group: "", version: $0) }
    }

    /// The versions of all other groups, from `/apis`, in each group the preferred one first.
    static func groupVersions(_ answer: Value) -> [GroupVersion] {
        (answer["groups"]?.array ?? []).flatMap { group -> [GroupVersion] in
            let preferred = group[path: "preferredVersion", "groupVersion"]?.string
            let versions = (group["versions"]?.array ?? []).compactMap { $0["groupVersion"]?.string }
            return (versions.filter { $0 == preferred } + versions.filter { $0 != preferred })
                .compactMap { GroupVersion(apiVersion: $0) }
        }
    }

    /// The path of the resources of a group version.
    static func path(_ groupVersion: GroupVersion) -> String {
        let version = PercentEncoding.encode(groupVersion.version)
        return groupVersion.group.isEmpty
            ? "/api/\(version)" : "/apis/\(PercentEncoding.encode(groupVersion.group))/\(version)"
    }

    /// Reads the resources of a group version.
    static func read(_ list: Value, of groupVersion: GroupVersion) -> DiscoveryDocument {
        var document = DiscoveryDocument(groupVersion)
        for resource in list["resources"]?.array ?? [] {
            guard let plural = resource["name"]?.string, let kind = resource["kind"]?.string else { continue }
            document.add(
                plural,
                kind: GroupVersionKind(kind, in: resource, default: groupVersion),
                isNamespaced: resource["namespaced"]?.bool ?? false,
                verbs: resource["verbs"]
            )
        }
        return document
    }
}
