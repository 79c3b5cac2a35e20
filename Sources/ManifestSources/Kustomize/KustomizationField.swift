import Manifests

/// A field of a kustomization that says what is read, written or run.
struct KustomizationField {
    /// What the texts in a field stand for.
    enum Use {
        /// A file.
        case file
        /// A file, alone or behind `key=`.
        case fileWithKey
        /// A file, or what would be in it.
        case fileOrText
        /// Another kustomization, or a file of objects.
        case resources
        /// The same, and the objects say what kustomize does.
        case plugins
        /// A file that helm reads, which runs where kustomize does.
        case fileOfHelm
        /// A directory, into which helm may write.
        case directory
        /// The same, as seen from where kustomize runs.
        case directoryOfHelm
        /// Part of the path of a chart.
        case chart
        /// What kustomize hands to helm as it is.
        case argument
        /// What decides which program runs.
        case program
    }

    /// The names of the fields that lead to it.
    let path: [String]
    let use: Use

    private init(_ path: String, _ use: Use) {
        self.path = path.split(separator: ".").map(String.init)
        self.use = use
    }

    /// What messages call it.
    var name: String { path.joined(separator: ".") }

    /// The fields of a kustomization.
    static let ofKustomization: [KustomizationField] =
        ["resources", "bases", "components"].map { KustomizationField($0, .resources) }
        + ["generators", "transformers", "validators"].map { KustomizationField($0, .plugins) }
        + ["configurations", "crds", "openapi.path", "patches.path", "patchesJson6902.path", "replacements.path"]
        .map { KustomizationField($0, .file) }
        + [KustomizationField("patchesStrategicMerge", .fileOrText)]
        + ["configMapGenerator", "secretGenerator"].flatMap { generator in
            ["files", "envs", "env"].map { KustomizationField("\(generator).\($0)", .fileWithKey) }
        }
        + helm.flatMap { field in
            ["helmGlobals", "helmCharts", "helmChartInflationGenerator"].map {
                KustomizationField("\($0).\(field.name)", field.use)
            }
        }

    /// The fields of an object that makes, changes or checks others.
    static let ofPlugin: [KustomizationField] =
        ["path", "replacements.path"].map { KustomizationField($0, .file) }
        + [KustomizationField("paths", .fileOrText)]
        + ["files", "envs", "env"].map { KustomizationField($0, .fileWithKey) } + helm

    /// The fields of all that is said about charts, now and in older versions of kustomize.
    private static let helm: [KustomizationField] =
        ["valuesFile", "values"].map { KustomizationField($0, .file) }
        + [KustomizationField("additionalValuesFiles", .fileOfHelm), KustomizationField("chartHome", .directory)]
        + ["configHome", "helmHome"].map { KustomizationField($0, .directoryOfHelm) }
        + ["name", "version", "chartName", "chartVersion"].map { KustomizationField($0, .chart) }
        + ["releaseName", "repo", "chartRepoUrl"].map { KustomizationField($0, .argument) }
        + ["helmBin", "extraArgs"].map { KustomizationField($0, .program) }

    /// The texts of the field in an object; of lists on the way those of all elements.
    func texts(in object: Value) -> [String] {
        object.nodes(at: path[...]).compactMap(\.string).filter { !$0.isEmpty }
    }
}

extension Value {
    /// The nodes at the end of a path of fields, named as kustomize does it: upper and lower case are the same.
    fileprivate func nodes(at path: ArraySlice<String>) -> [Value] {
        if let elements = array { return elements.flatMap { $0.nodes(at: path) } }
        guard let name = path.first else { return [self] }
        return (mapping?.members ?? []).filter { $0.key.isField(name) }.flatMap { $0.value.nodes(at: path.dropFirst()) }
    }
}

extension String {
    /// Whether a key is taken for a field: Go's reader of JSON sees an `s` in `ſ` and a `k` in the sign of kelvin, too.
    func isField(_ name: String) -> Bool {
        self == name || uppercased().lowercased() == name.lowercased()
    }
}
