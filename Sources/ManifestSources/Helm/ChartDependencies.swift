import Manifests

/// The charts that a chart depends on, as far as they are not inside it.
struct ChartDependencies {
    /// The paths of those with a `file://` repository, as they are written: relative to the chart.
    private(set) var paths: [String] = []
    /// Whether helm asks a chart repository for one of them.
    private(set) var areInRepositories = false

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
                areInRepositories = areInRepositories || document.hasRepositories
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

    /// Whether one of the dependencies of a chart is neither on disk nor in a registry.
    fileprivate var hasRepositories: Bool {
        (self["dependencies"]?.array ?? []).compactMap { $0["repository"]?.string }.contains { address in
            !address.isEmpty && !["file://", "oci://"].contains { address.utf8.starts(with: $0.utf8) }
        }
    }
}
