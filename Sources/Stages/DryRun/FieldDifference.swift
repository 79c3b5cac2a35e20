package import KubernetesAPI
package import Manifests

/// One field that two states of an object do not have in common.
package struct FieldDifference: Sendable, Hashable {
    /// The path of the field, such as `spec.template.spec.containers[name=web].image`.
    package let path: String
    /// The value before, `nil` when there was none.
    package let before: Value?
    /// The value after, `nil` when there is none.
    package let after: Value?
}

extension FieldDifference {
    /// What differs between two states of an object, without what the server keeps for itself.
    ///
    /// Lists whose elements have names are compared by name, others by position. The order is that of the fields before,
    /// then of those that are new. The values of a Secret are hidden.
    package static func between(_ before: LiveResource, _ after: LiveResource) -> [FieldDifference] {
        var comparison = Comparison()
        comparison.compare(before.object.withoutServerFields, after.object.withoutServerFields, at: "")
        guard before.key.groupKind == GroupKind(kind: "Secret") else { return comparison.differences }
        return comparison.differences.map { difference in
            FieldDifference(
                path: difference.path,
                before: difference.before.map { _ in "(hidden)" },
                after: difference.after.map { _ in "(hidden)" }
            )
        }
    }
}

private struct Comparison {
    private(set) var differences: [FieldDifference] = []

    mutating func compare(_ before: Value?, _ after: Value?, at path: String) {
        guard before != after else { return }
        switch (before, after) {
        case (.mapping(let old)?, .mapping(let new)?):
            for key in old.keys + new.keys.filter({ old[$0] == nil }) {
                compare(old[key], new[key], at: path.isEmpty ? key : "\(path).\(key)")
            }
        case (.array(let old)?, .array(let new)?):
            compare(old, new, at: path)
        default:
            differences.append(FieldDifference(path: path, before: before, after: after))
        }
    }

    private mutating func compare(_ old: [Value], _ new: [Value], at path: String) {
        if let oldNames = old.names, let newNames = new.names {
            for name in oldNames + newNames.filter({ !oldNames.contains($0) }) {
                let place = "\(path)[name=\(name)]"
                compare(old.first { $0["name"]?.string == name }, new.first { $0["name"]?.string == name }, at: place)
            }
        } else {
            for index in 0..<max(old.count, new.count) {
                let (left, right) = (old.dropFirst(index).first, new.dropFirst(index).first)
                compare(left, right, at: "\(path)[\(index)]")
            }
        }
    }
}

extension [Value] {
    /// The names of the elements, `nil` when one has none or two have the same.
    fileprivate var names: [String]? {
        let names = compactMap { $0["name"]?.string }
        return names.count == count && Set(names).count == count ? names : nil
    }
}

extension Value {
    /// The object without what only the server writes.
    fileprivate var withoutServerFields: Value {
        var value = self
        value["status"] = nil
        for field in ["managedFields", "resourceVersion", "generation", "uid", "creationTimestamp", "selfLink"] {
            value.remove(at: ["metadata", field])
        }
        return value
    }
}
