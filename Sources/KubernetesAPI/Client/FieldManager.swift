/// The name under which we own fields.
///
/// [Field management](https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management). It must not
/// be `kubectl`: the server lets only that one overwrite values of kubectl's client-side apply without a conflict.
public struct FieldManager: Sendable, Hashable, CustomStringConvertible {
    /// The name as it stands in `managedFields`.
    public let name: String

    /// A manager by its name, of at most 128 printable characters.
    public init(name: String) {
        self.name = name
    }

    /// Ours.
    public static let flotilla = FieldManager(name: "flotilla")

    /// The name.
    public var description: String { name }
}
