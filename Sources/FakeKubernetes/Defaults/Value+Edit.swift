import Manifests

/// Editing nested fields in place.
extension Value {
    /// Gives a field a value when it has none.
    mutating func fallback(_ key: String, _ value: Value) {
        if self[key] == nil { self[key] = value }
    }

    /// Edits a mapping in a field; a field that is not there stays so.
    mutating func edit(_ key: String, _ change: (inout Value) -> Void) {
        guard var child = self[key], child.mapping != nil else { return }
        change(&child)
        self[key] = child
    }

    /// Edits every mapping of a list in a field.
    mutating func editEach(_ key: String, _ change: (inout Value) -> Void) {
        guard let list = self[key]?.array else { return }
        self[key] = .array(
            list.map { entry in
                guard entry.mapping != nil else { return entry }
                var entry = entry
                change(&entry)
                return entry
            }
        )
    }
}
