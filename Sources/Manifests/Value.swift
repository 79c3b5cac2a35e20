/// A YAML or JSON node, kept whole: order of fields, integers as integers, unknown fields.
///
/// Every object that Flotilla reads, edits and sends is a tree of these. Read `Manifest` next.
public enum Value: Sendable, Hashable {
    case null
    case bool(Bool)
    /// An integer in the signed 64-bit range; a larger one becomes `double`, as Kubernetes reads it.
    case int(Int)
    case double(Double)
    case string(String)
    case array([Value])
    case mapping(Mapping)
}

extension Value {
    /// The text, when this is a string.
    public var string: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// The number, when this is an integer.
    public var int: Int? {
        guard case .int(let number) = self else { return nil }
        return number
    }

    /// The truth value, when this is a Boolean.
    public var bool: Bool? {
        guard case .bool(let flag) = self else { return nil }
        return flag
    }

    /// The elements, when this is an array.
    public var array: [Value]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    /// The fields, when this is a mapping.
    public var mapping: Mapping? {
        guard case .mapping(let fields) = self else { return nil }
        return fields
    }

    /// Whether this is `null`.
    public var isNull: Bool {
        guard case .null = self else { return false }
        return true
    }

    /// The word a message uses for this kind of node, such as `mapping`.
    public var typeName: String {
        switch self {
        case .null: "null"
        case .bool: "boolean"
        case .int: "integer"
        case .double: "number"
        case .string: "string"
        case .array: "list"
        case .mapping: "mapping"
        }
    }

    /// The same with its article, as the object of a sentence: `an integer`; safe for objects that hold secrets.
    package var typeNameWithArticle: String {
        switch self {
        case .null: "null"
        case .int: "an integer"
        default: "a \(typeName)"
        }
    }
}

extension Value {
    /// The field of a mapping.
    ///
    /// Reading gives `nil` when this is no mapping or has no such field. Writing changes the field in place, adds it at
    /// the end, or with `nil` removes it; a `null` becomes a mapping; any other node stays as it is.
    public subscript(key: String) -> Value? {
        get { mapping?[key] }
        set {
            switch self {
            case .mapping(var fields):
                self = .null
                fields[key] = newValue
                self = .mapping(fields)
            case .null:
                guard let newValue else { return }
                self = .mapping([key: newValue])
            default:
                return
            }
        }
    }

    /// The node at the end of a path of field names, `nil` when a step is missing or is no mapping.
    public subscript(path path: String...) -> Value? {
        at(path)
    }

    /// The node at the end of a path of field names, `nil` when a step is missing or is no mapping.
    public func at(_ path: some Collection<String>) -> Value? {
        var node = self
        for key in path {
            guard let next = node[key] else { return nil }
            node = next
        }
        return node
    }

    /// Puts a node at the end of a path of field names, making the mappings on the way.
    ///
    /// A missing step or a `null` becomes a mapping. Nothing changes when it throws.
    ///
    /// - Throws: `ManifestError` with `.notAMapping` when a step holds something else.
    public mutating func set(_ value: Value, at path: [String]) throws(ManifestError) {
        self = try setting(value, at: path[...], parents: [])
    }

    private func setting(
        _ value: Value,
        at path: ArraySlice<String>,
        parents: [String]
    ) throws(ManifestError) -> Value {
        guard let key = path.first else { return value }
        guard isNull || mapping != nil else {
            throw ManifestError(.notAMapping(path: parents.joined(separator: "."), found: typeNameWithArticle))
        }
        var copy = self
        copy[key] = try (self[key] ?? .null).setting(value, at: path.dropFirst(), parents: parents + [key])
        return copy
    }

    /// Removes the node at the end of a path of field names, if it is there.
    ///
    /// - Returns: What was removed.
    @discardableResult
    public mutating func remove(at path: [String]) -> Value? {
        guard let key = path.first, var child = self[key] else { return nil }
        guard path.count > 1 else {
            self[key] = nil
            return child
        }
        let removed = child.remove(at: Array(path.dropFirst()))
        if removed != nil { self[key] = child }
        return removed
    }
}

extension Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByFloatLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// A string node.
    public init(stringLiteral value: String) { self = .string(value) }

    /// An integer node.
    public init(integerLiteral value: Int) { self = .int(value) }

    /// A Boolean node.
    public init(booleanLiteral value: Bool) { self = .bool(value) }

    /// A node for a number with a fraction.
    public init(floatLiteral value: Double) { self = .double(value) }

    /// A list node.
    public init(arrayLiteral elements: Value...) { self = .array(elements) }

    /// A mapping node, in the order written; of equal keys the last one wins.
    public init(dictionaryLiteral elements: (String, Value)...) { self = .mapping(Mapping(elements)) }
}
