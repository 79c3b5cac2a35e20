import Manifests

/// The charts on disk that a chart depends on.
enum ChartDependencies {
    private static let files = ["Chart.yaml", "requirements.yaml"]

    /// The paths in the dependencies of a chart that have a `file://` repository, relative to the chart.
    ///
    /// A file that is no YAML has none: helm says what is wrong with it.
    ///
    /// - Parameters:
    ///   - chart: The directory of the chart, or its archive, which has its dependencies inside.
    ///   - name: What errors call the chart.
    /// - Returns: The paths as they are written, in the order of the files.
    /// - Throws: `ManifestSourceError` for an absolute path, which would be read where it is.
    static func paths(of chart: String, name: String) throws(ManifestSourceError) -> [String] {
        var paths: [String] = []
        for file in files where ConfinedDirectory.exists("\(chart)/\(file)") {
            let bytes = try PlainFile("\(chart)/\(file)", name: "\(name)/\(file)").read(limit: 1 << 20)
            let document = (try? YAML.documents(in: bytes, file: file))?.first
            for dependency in document?.value["dependencies"]?.array ?? [] {
                guard let address = dependency["repository"]?.string, address.hasPrefix("file://") else { continue }
                let path = String(address.dropFirst("file://".count))
                guard !path.hasPrefix("/") else {
                    throw ManifestSourceError(
                        "\(name)/\(file): \(address) must be relative to the chart, such as file://../lib"
                    )
                }
                paths.append(path)
            }
        }
        return paths
    }
}
