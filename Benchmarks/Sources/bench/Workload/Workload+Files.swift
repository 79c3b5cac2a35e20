extension Workload {
    /// Writes one YAML file for each object into `folder`.
    func writeManifests(into folder: String) throws {
        try TextFile.makeDirectory(folder)
        for (file, object) in zip(files(in: folder), objects) { try TextFile.write(object.tree.yaml, to: file) }
    }

    /// The paths of the files that `writeManifests` writes, in order.
    func files(in folder: String) -> [String] {
        objects.enumerated().map { index, object in
            "\(folder)/\(decimal: index, width: 3)-\(object.kind.lowercased())-\(object.name).yaml"
        }
    }
}
