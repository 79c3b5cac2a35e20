import Manifests

/// A field that two versions of an object do not have in common.
struct FieldChange {
    /// The names of the fields on the way, and the positions in lists.
    let path: [String]
    /// The value before, `nil` when there was none.
    let before: Value?
    /// The value after, `nil` when there is none.
    let after: Value?

    /// What differs between two nodes, list elements compared by position.
    ///
    /// A node on one side only is one change. Numbers are equal by value, quantities by amount, and nodes that are both
    /// empty (`null`, `""`, `0`, `false`, `[]`, `{}`) are equal whatever their types.
    static func changes(from before: Value?, to after: Value?) -> [FieldChange] {
        var changes: [FieldChange] = []
        collect(before, after, at: [], into: &changes)
        return changes
    }

    private static func collect(_ before: Value?, _ after: Value?, at path: [String], into changes: inout [FieldChange])
    {
        guard before != after else { return }
        switch (before, after) {
        case (.mapping(let old)?, .mapping(let new)?):
            for key in old.keys + new.keys.filter({ old[$0] == nil }) {
                collect(old[key], new[key], at: path + [key], into: &changes)
            }
        case (.array(let old)?, .array(let new)?):
            for index in 0..<max(old.count, new.count) {
                let (left, right) = (old.dropFirst(index).first, new.dropFirst(index).first)
                collect(left, right, at: path + ["\(index)"], into: &changes)
            }
        case (let old?, let new?) where old.isSame(as: new, isQuantity: Self.isQuantity(path)):
            return
        default:
            changes.append(FieldChange(path: path, before: before, after: after))
        }
    }

    /// Whether Kubernetes reads the field at the end of a path as a quantity: in the specification of pods it does so.
    private static func isQuantity(_ path: [String]) -> Bool {
        guard path.first == "spec", path.count > 2 else { return false }
        let parent = path.dropLast().last ?? ""
        return ["limits", "requests", "overhead"].contains(parent)
            || [["emptyDir", "sizeLimit"], ["resourceFieldRef", "divisor"]].contains(Array(path.suffix(2)))
    }
}

extension Value {
    /// Whether two scalars, or two empty nodes, mean the same.
    fileprivate func isSame(as other: Value, isQuantity: Bool) -> Bool {
        if isEmpty, other.isEmpty { return true }
        switch (self, other) {
        case (.int(let left), .double(let right)), (.double(let right), .int(let left)): return Double(left) == right
        default: break
        }
        guard isQuantity, let left = Quantity(self), let right = Quantity(other) else { return false }
        return left == right
    }

    private var isEmpty: Bool {
        switch self {
        case .null: true
        case .bool(let flag): !flag
        case .int(let number): number == 0
        case .double(let number): number == 0
        case .string(let text): text.isEmpty
        case .array(let elements): elements.isEmpty
        case .mapping(let fields): fields.isEmpty
        }
    }
}
