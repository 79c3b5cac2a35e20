import Manifests

/// Whom helm asks for a chart or for what it depends on.
struct ChartOrigin: Hashable {
    /// Whether that is a chart repository, of which helm keeps lists.
    var hasRepositories = false
    /// The only repository, when it is just one that helm knows by a name.
    var repository: String?
    /// Whether that is a registry.
    var hasRegistries = false

    /// Whether that is anybody at all.
    var isRemote: Bool { hasRepositories || hasRegistries }

    /// Takes in where a dependency is; an empty text or a `file://` is on disk.
    mutating func add(_ address: String) {
        if address.utf8.starts(with: "oci://".utf8) {
            hasRegistries = true
        } else if !address.isEmpty, !address.utf8.starts(with: "file://".utf8) {
            hasRepositories = true
        }
    }
}

/// The charts that a chart depends on, as far as they are not inside it.
struct ChartDependencies {
    /// The paths of those with a `file://` repository, as they are written: relative to the chart.
    private(set) var paths: [String] = []
    /// Whom helm asks for the others.
    private(set) var origin = ChartOrigin()

    private static let files = ["Chart.yaml", "requirements.yaml"]
    private static let scheme = "file://"

    /// Reads what a chart says that it depends on.
    ///
    /// helm reads keys in any case, so every text with a `file://` counts, wherever it stands.
    ///
    /// - Parameters:
    ///   - chart: The directory of the chart, or its archive, which has its dependencies inside.
    ///   - name: What errors call the chart.
    /// - Throws: `ManifestSourceError` for an absolute path, which helm would read where it is, and for a file that is no
    ///   YAML for us: helm might see dependencies in it.
    init(of chart: String, name: String) throws(ManifestSourceError) {
        for file in Self.files where ConfinedDirectory.exists("\(chart)/\(file)") {
            let bytes = try PlainFile("\(chart)/\(file)", name: "\(name)/\(file)").read(limit: 1 << 20)
            for document in try Self.documents(in: bytes, name: "\(name)/\(file)") {
                for address in document.texts where address.utf8.starts(with: Self.scheme.utf8) {
                    paths.append(try Self.path(in: address, name: "\(name)/\(file)"))
                }
                for address in document.repositories { origin.add(address) }
            }
        }
    }

    private static func documents(in bytes: [UInt8], name: String) throws(ManifestSourceError) -> [Value] {
        do {
            // As helm does, a key that stands twice is no reason to refuse a chart.
            return try YAML.documents(in: bytes, file: name, limits: .machineWritten).map(\.value)
        } catch {
            throw ManifestSourceError("\(error)")
        }
    }

    private static func path(in address: String, name: String) throws(ManifestSourceError) -> String {
        let path = String(decoding: address.utf8.dropFirst(scheme.utf8.count), as: UTF8.self)
        guard path.utf8.first != UInt8(ascii: "/") else {
            throw ManifestSourceError("\(name): \(address) must be relative to the chart, such as file://../lib")
        }
        return path
    }
}

extension Value {
    /// All texts below, the keys of mappings left out.
    fileprivate var texts: [String] {
        switch self {
        case .string(let text): [text]
        case .array(let elements): elements.flatMap(\.texts)
        case .mapping(let fields): fields.members.flatMap { $0.value.texts }
        case .null, .bool, .int, .double: []
        }
    }

    /// Where the dependencies of a chart are.
    fileprivate var repositories: [String] {
        (self["dependencies"]?.array ?? []).compactMap { $0["repository"]?.string }
    }
}
