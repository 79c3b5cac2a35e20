package import Manifests

/// One place in which two trees differ.
package struct Difference {
    /// Field names and indexes from the root; an index is a number.
    package let path: [String]
    /// The node of the first tree, `nil` when it has none there.
    package let old: Value?
    /// The node of the second tree, `nil` when it has none there.
    package let new: Value?

    /// The path without indexes, for comparing it with paths of field names.
    package var fields: [String] { path.filter { Int($0) == nil } }
}

extension Difference: CustomStringConvertible {
    /// The path, and what was and is there.
    package var description: String {
        "\(path.joined(separator: ".")): \(old?.jsonText() ?? "nothing"), now \(new?.jsonText() ?? "nothing")"
    }
}

extension Value {
    /// The places in which another tree differs: the deepest ones, lists compared element by element.
    ///
    /// A mapping that was missing or `null` counts as one without fields. Fields that both mappings have must be in the
    /// same order; if not, the whole mapping differs.
    package func differences(to other: Value, at path: [String] = []) -> [Difference] {
        let all = Difference(path: path, old: self, new: other)
        switch (self, other) {
        case (.mapping(let old), .mapping(let new)):
            guard old.keys.filter({ new[$0] != nil }) == new.keys.filter({ old[$0] != nil }) else { return [all] }
            return Self.differences(old, new, at: path)
        case (.null, .mapping(let new)):
            return Self.differences([:], new, at: path)
        case (.array(let old), .array(let new)) where old.count == new.count:
            return zip(old, new).enumerated().flatMap { $1.0.differences(to: $1.1, at: path + ["\($0)"]) }
        default:
            return jsonBytes() == other.jsonBytes() ? [] : [all]
        }
    }

    private static func differences(_ old: Mapping, _ new: Mapping, at path: [String]) -> [Difference] {
        let changed = old.flatMap { field in
            new[field.key].map { field.value.differences(to: $0, at: path + [field.key]) }
                ?? [Difference(path: path + [field.key], old: field.value, new: nil)]
        }
        let added = new.filter { old[$0.key] == nil }.flatMap { field in
            field.value.mapping == nil
                ? [Difference(path: path + [field.key], old: nil, new: field.value)]
                : Value.null.differences(to: field.value, at: path + [field.key])
        }
        return changed + added
    }
}
