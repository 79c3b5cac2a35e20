import Manifests

/// A named entry of a kubeconfig, and the file that defines it.
struct KubeconfigEntry: Sendable {
    let name: String
    let fields: Value
    let file: String
}

/// The entries of one kind: clusters, users or contexts.
struct KubeconfigList: Sendable {
    /// The names in order.
    private(set) var names: [String] = []
    private var entries: [String: KubeconfigEntry] = [:]

    /// Reads a list of one file; the entry itself is in `field`.
    init(_ root: Value, list: String, field: String, file: String, _ problems: inout [KubeconfigError.Problem]) {
        if let value = root[list], !value.isNull, value.array == nil {
            problems.append(.field(entry: "the file", field: list, why: "must be a list"))
        }
        for entry in root[list]?.array ?? [] {
            guard let name = entry["name"]?.string else {
                problems.append(.field(entry: "an entry of \(list)", field: "name", why: "is missing or no string"))
                continue
            }
            let isNew = add(KubeconfigEntry(name: name, fields: entry[field] ?? .null, file: file))
            if !isNew { problems.append(.duplicate(list: list, name: name)) }
        }
    }

    /// The lists of several files; of entries with the same name the first counts.
    init(merging lists: [KubeconfigList]) {
        for list in lists {
            for name in list.names {
                guard let entry = list[name] else { continue }
                add(entry)
            }
        }
    }

    subscript(name: String) -> KubeconfigEntry? { entries[name] }

    /// Adds an entry unless there is one of its name.
    ///
    /// - Returns: Whether it was added.
    @discardableResult
    private mutating func add(_ entry: KubeconfigEntry) -> Bool {
        guard entries[entry.name] == nil else { return false }
        entries[entry.name] = entry
        names.append(entry.name)
        return true
    }
}
