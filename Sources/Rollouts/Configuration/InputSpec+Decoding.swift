import Manifests

extension InputSpec {
    init(_ fields: ConfigurationFields) {
        self.init()
        manifests = fields.strings("manifests")
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
        check(fields)
        fields.finish()
    }

    private func check(_ fields: ConfigurationFields) {
        if let namespace, !NameSyntax.isDNSLabel(namespace) {
            fields.problem("namespace", "\"\(namespace)\" is no name of a namespace")
        }
        if helmChart != nil, !kustomizeOptions.isEmpty {
            fields.problems.problem(
                fields.path,
                "helmChart and kustomizeOptions are mutually exclusive",
                at: fields.path(of: "kustomizeOptions")
            )
        }
        var seen: Set<String> = []
        for (index, name) in multiTargets.map(\.name).enumerated() {
            guard let name, !seen.insert(name).inserted else { continue }
            fields.problem("multiTargets[\(index)].target.name", "\"\(name)\" is there twice; remove one")
        }
    }
}

extension TargetOverride {
    init(_ fields: ConfigurationFields, index: Int, input: ConfigurationFields) {
        let target = fields.fields("target")
        self.init(name: target.string("name"), labels: target.stringMap("labels"))
        if name == nil, labels.isEmpty {
            let text = "multiTargets[\(index)].target.name must not be empty"
            fields.problems.problem(input.path, text, at: target.path(of: "name"))
        }
        manifests = fields.strings("manifests")
        kubectlVersion = fields.string("kubectlVersion")
        kustomizeDirectory = fields.string("kustomizeDir")
        kustomizeVersion = fields.string("kustomizeVersion")
        kustomizeOptions = fields.stringMap("kustomizeOptions")
        target.finish()
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
        valueFiles = fields.strings("valueFiles")
        setFiles = fields.stringMap("setFiles")
        apiVersions = fields.strings("apiVersions")
        kubeVersion = fields.string("kubeVersion")
        fields.finish()
    }
}
