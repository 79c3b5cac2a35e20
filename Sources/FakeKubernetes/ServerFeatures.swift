/// What servers of some versions can do and others cannot.
struct ServerFeatures: Sendable, Hashable {
    private let minor: Int

    /// - Parameter version: The version of the server, such as `v1.32.0`; an unknown one counts as new.
    init(_ version: String) {
        let parts = version.split(separator: ".")
        minor = parts.count > 1 ? Int(parts[1].prefix { $0.isNumber }) ?? .max : .max
    }

    /// Whether `managedFields` name the part through which a field was written, and know writes of `/scale` at all.
    var recordsSubresources: Bool { minor >= 22 }

    /// Whether the parameter `fieldValidation` is known; without it unknown fields are dropped silently.
    var validatesFields: Bool { minor >= 25 }

    /// Whether the refusal of a configuration that does not fit the schema names the object.
    var namesUntypedObjects: Bool { minor >= 22 }
}
