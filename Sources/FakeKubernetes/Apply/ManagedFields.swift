import Manifests

/// Who owns which field of an object: `metadata.managedFields`.
struct ManagedFields: Sendable {
    /// How a manager came to its fields.
    enum Operation: String, Sendable {
        case apply = "Apply"
        case update = "Update"
    }

    /// Who wrote, how, and through which version and part; one entry for each.
    struct Writer: Sendable, Hashable {
        let manager: String
        let operation: Operation
        let apiVersion: String
        var subresource = ""

        /// Whether both are the same entry: an applier keeps its entry when it changes the version.
        func isSame(as other: Writer) -> Bool {
            manager == other.manager && operation == other.operation && subresource == other.subresource
                && (operation == .apply || apiVersion == other.apiVersion)
        }

        /// The form of conflict messages.
        var shown: String {
            var text = "\"\(manager)\""
            if !subresource.isEmpty { text += " with subresource \"\(subresource)\"" }
            return operation == .update ? "\(text) using \(apiVersion)" : text
        }
    }

    struct Entry: Sendable {
        var writer: Writer
        /// `nil` until it is known whether the write changed anything.
        var time: String?
        var fields: FieldSet
    }

    private(set) var entries: [Entry] = []

    init() {}

    /// Reads the list; `nil` when an entry cannot be read.
    init?(_ value: Value?) {
        for item in value?.array ?? [] {
            guard let manager = item["manager"]?.string,
                let operation = item["operation"]?.string.flatMap(Operation.init),
                let apiVersion = item["apiVersion"]?.string,
                item["fieldsType"]?.string ?? "FieldsV1" == "FieldsV1",
                let fields = FieldSet(item["fieldsV1"] ?? [:])
            else { return nil }
            let subresource = item["subresource"]?.string ?? ""
            let writer = Writer(
                manager: manager,
                operation: operation,
                apiVersion: apiVersion,
                subresource: subresource
            )
            entries.append(Entry(writer: writer, time: item["time"]?.string, fields: fields))
        }
    }

    /// Whether a client asks for all ownership to be forgotten, with a list of one empty entry.
    static func isReset(_ value: Value?) -> Bool {
        value?.array?.count == 1 && value?.array?.first?.mapping?.isEmpty == true
    }

    var isEmpty: Bool { entries.isEmpty }

    subscript(writer: Writer) -> FieldSet? {
        get { entries.first { $0.writer.isSame(as: writer) }?.fields }
        set {
            let time = entries.first { $0.writer.isSame(as: writer) }?.time
            let fields = newValue ?? FieldSet()
            entries.removeAll { $0.writer.isSame(as: writer) }
            if !fields.isEmpty { entries.append(Entry(writer: writer, time: time, fields: fields)) }
        }
    }

    /// Marks an entry as written now; `stamp(over:)` says later whether it was.
    mutating func touch(_ writer: Writer) {
        for index in entries.indices where entries[index].writer.isSame(as: writer) { entries[index].time = nil }
    }

    /// Takes fields from everybody but one writer.
    mutating func take(_ fields: FieldSet, exceptFrom writer: Writer?) {
        guard !fields.isEmpty else { return }
        for index in entries.indices {
            if let writer, entries[index].writer.isSame(as: writer) { continue }
            entries[index].fields = entries[index].fields.subtracting(fields)
        }
        entries.removeAll { $0.fields.isEmpty }
    }

    /// Sets the times of written entries; one that is as before keeps its time.
    mutating func stamp(over old: ManagedFields?) {
        for index in entries.indices where entries[index].time == nil {
            let former = old?.entries.first { $0.writer == entries[index].writer }
            let isAsBefore = former?.fields == entries[index].fields
            entries[index].time = isAsBefore ? former?.time ?? Timestamp.now.text : Timestamp.now.text
        }
    }

    /// The list as it is stored: appliers first, then by time and name.
    var value: Value? {
        guard !entries.isEmpty else { return nil }
        let sorted = entries.sorted { left, right in
            (left.writer.operation.rawValue, left.time ?? "", left.writer.manager, left.writer.subresource)
                < (right.writer.operation.rawValue, right.time ?? "", right.writer.manager, right.writer.subresource)
        }
        return .array(
            sorted.map { entry in
                var item: Mapping = [
                    "manager": .string(entry.writer.manager), "operation": .string(entry.writer.operation.rawValue),
                    "apiVersion": .string(entry.writer.apiVersion),
                ]
                item["time"] = entry.time.map(Value.string)
                item["fieldsType"] = "FieldsV1"
                item["fieldsV1"] = entry.fields.value
                if !entry.writer.subresource.isEmpty { item["subresource"] = .string(entry.writer.subresource) }
                return .mapping(item)
            }
        )
    }
}
