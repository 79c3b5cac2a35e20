import Manifests

/// What a field may hold, and how its parts are merged and owned.
///
/// One description serves validation, server-side apply, strategic merge patch and the OpenAPI documents. Built-in types
/// take it from `BuiltInSchemas`, custom ones from their CustomResourceDefinition.
indirect enum Schema: Sendable {
    /// What a leaf holds.
    enum Scalar: String, Sendable {
        case string, integer, number, boolean
        /// A whole number or a text, such as a port.
        case intOrString
        /// An amount with a unit: a number or a text.
        case quantity
    }

    /// What makes two entries of a list the same.
    enum ListKind: Sendable, Hashable {
        case atomic
        case set
        case map(keys: [String])
    }

    /// Anything: mappings are merged key by key, lists are replaced whole.
    case any
    case scalar(Scalar)
    case list(of: Schema, ListKind, patchKey: PatchKey)
    /// Keys of the user's choice, all of one schema.
    case map(of: Schema, isAtomic: Bool)
    case structure(Structure)
    /// A structure of the built-in table.
    case named(String)

    /// How strategic merge patch treats a list.
    enum PatchKey: Sendable, Hashable {
        case replace
        case mergeValues
        case merge(key: String)
    }
}

extension Schema {
    /// One field of a structure.
    struct Field: Sendable {
        var schema: Schema
        /// Typed objects always carry this field, empty when nobody set it.
        var isAlwaysPresent = false
        /// Strategic merge drops the fields beside the ones that are patched.
        var retainsKeys = false
        /// What the server fills in, for custom types.
        var defaultValue: Value?
        var isRequired = false
    }

    /// A mapping with known fields.
    struct Structure: Sendable {
        var name = ""
        var fields: [String: Field] = [:]
        var isAtomic = false
        /// Fields that are not listed are kept as they are.
        var keepsUnknownFields = false
        /// Fields that are not listed have this schema.
        var others: Schema?
    }

    /// The schema with its reference followed.
    var resolved: Schema {
        guard case .named(let name) = self else { return self }
        return BuiltInSchemas.schemas[name] ?? .any
    }

    /// The schema of a field of a mapping of this schema; `nil` when there is no such field.
    func field(_ key: String) -> Field? {
        switch resolved {
        case .any: Field(schema: .any)
        case .map(let element, _): Field(schema: element)
        case .structure(let structure):
            structure.fields[key]
                ?? structure.others.map { Field(schema: $0) }
                ?? (structure.keepsUnknownFields ? Field(schema: .any) : nil)
        default: nil
        }
    }

    /// Whether a key is one of the fields that the schema itself names.
    func declares(_ key: String) -> Bool {
        guard case .structure(let structure) = resolved else { return false }
        return structure.fields[key] != nil
    }

    /// Whether the whole node has one owner.
    var isAtomic: Bool {
        switch resolved {
        case .map(_, let isAtomic): isAtomic
        case .structure(let structure): structure.isAtomic
        case .list(_, let kind, _): kind == .atomic
        default: false
        }
    }
}
