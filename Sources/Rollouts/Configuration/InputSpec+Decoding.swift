import Manifests

extension InputSpec {
    init(_ fields: ConfigurationFields) {
        self.init()
        manifests = fields.paths("manifests")
        kubectlVersion = fields.string("kubectlVersion")
        kustomizeVersion = fields.string("kustomizeVersion")
        kustomizeOptions = fields.stringMap("kustomizeOptions")
        helmVersion = fields.string("helmVersion")
        helmChart = fields.node("helmChart").map { _ in HelmChart(fields.fields("helmChart")) }
        helmOptions = fields.node("helmOptions").map { _ in HelmOptions(fields.fields("helmOptions")) }
        namespace = fields.string("namespace")
        autoCreateNamespace = fields.bool("autoCreateNamespace") ?? false
        multiTargets = fields.elements("multiTargets").enumerated().map { index, element in
            TargetOverride(element, index: index, input: fields)
        }
        if fields.problems.strictness == .restoring { dropRepetitions(fields) }
        check(fields)
        fields.finish()
    }

    /// Leaves out entries that say the same as an earlier one.
    private mutating func dropRepetitions(_ fields: ConfigurationFields) {
        var seen: Set<TargetOverride> = []
        let repeated = multiTargets.indices.filter { !seen.insert(multiTargets[$0]).inserted }
        for index in repeated { fields.warn("multiTargets[\(index)]", "is there twice; remove one") }
        for index in repeated.reversed() { multiTargets.remove(at: index) }
    }

    private func check(_ fields: ConfigurationFields) {
        if let namespace, !NameSyntax.isDNSLabel(namespace) {
            fields.problem("namespace", "\"\(namespace)\" is no name of a namespace")
        }
        checkTemplating(fields)
        var seen: Set<String> = []
        for (index, name) in multiTargets.map(\.target.name).enumerated() {
            guard let name, !seen.insert(name).inserted else { continue }
            fields.problem("multiTargets[\(index)].target.name", "\"\(name)\" is there twice; remove one")
        }
    }

    /// A chart excludes kustomize and plain files; PipeCD only refuses the options of kustomize, and ignores the rest.
    private func checkTemplating(_ fields: ConfigurationFields) {
        guard helmChart != nil else {
            if helmOptions != nil { fields.warn("helmOptions", "have no effect without helmChart") }
            return
        }
        if !kustomizeOptions.isEmpty {
            fields.problems.problem(
                fields.path,
                "helmChart and kustomizeOptions are mutually exclusive",
                at: fields.path(of: "kustomizeOptions")
            )
        }
        var ignored = manifests.isEmpty ? [] : ["manifests"]
        for (index, target) in multiTargets.enumerated() {
            let entry = "multiTargets[\(index)]"
            if !target.manifests.isEmpty { ignored.append("\(entry).manifests") }
            if target.kustomizeDirectory != nil { ignored.append("\(entry).kustomizeDir") }
            if !target.kustomizeOptions.isEmpty { ignored.append("\(entry).kustomizeOptions") }
        }
        for key in ignored { fields.warn(key, "has no effect beside helmChart, which makes all manifests; remove it") }
    }
}

extension TargetOverride {
    init(_ fields: ConfigurationFields, index: Int, input: ConfigurationFields) {
        let target = fields.targetSelector()
        self.init(target ?? .labels([:]))
        if target == nil {
            let text = "multiTargets[\(index)].target.name must not be empty"
            fields.problems.problem(input.path, text, at: fields.path(of: "target.name"))
        }
        manifests = fields.paths("manifests")
        kubectlVersion = fields.string("kubectlVersion")
        kustomizeDirectory = fields.string("kustomizeDir")
        kustomizeVersion = fields.string("kustomizeVersion")
        kustomizeOptions = fields.stringMap("kustomizeOptions")
        fields.finish()
    }
}

extension HelmChart {
    init(_ fields: ConfigurationFields) {
        self.init()
        path = fields.string("path")
        gitRemote = fields.string("gitRemote")
        ref = fields.string("ref")
        repository = fields.string("repository")
        name = fields.string("name")
        version = fields.string("version")
        fields.finish()
    }
}

extension HelmOptions {
    init(_ fields: ConfigurationFields) {
        self.init()
        releaseName = fields.string("releaseName")
        setValues = fields.stringMap("setValues")
        valueFiles = fields.paths("valueFiles")
        setFiles = fields.stringMap("setFiles")
        apiVersions = fields.strings("apiVersions")
        kubeVersion = fields.string("kubeVersion")
        fields.finish()
    }
}
