public import Manifests

extension PluginSpec {
    /// Reads the block of the plugin; missing, `null` and `{}` are the defaults.
    ///
    /// - Parameters:
    ///   - value: The block.
    ///   - document: The file that it stands in, for positions.
    ///   - path: Where it stands in it.
    /// - Returns: The settings, or every mistake.
    public static func decode(
        _ value: Value?,
        document: YAMLDocument? = nil,
        path: String = ""
    ) -> Decoded<PluginSpec> {
        let problems = ConfigurationProblems(document: document)
        return problems.decoded(PluginSpec(ConfigurationFields(value, path: path, problems: problems)))
    }

    init(_ fields: ConfigurationFields) {
        input = InputSpec(fields.fields("input"))
        workloads = fields.elements("workloads").map(ResourceReference.init(workload:))
        service = fields.node("service").map { _ in ResourceReference(service: fields.fields("service")) }
        variantLabel = VariantLabel(fields.fields("variantLabel"))
        trafficRouting = fields.node("trafficRouting").map { _ in TrafficRoutingSpec(fields.fields("trafficRouting")) }
        fields.problems.minor { readDeployment(fields) }
    }

    /// Reads how versions are deployed, after what they are made of.
    private mutating func readDeployment(_ fields: ConfigurationFields) {
        readiness = ReadinessPolicy.decode(fields, defaults: readiness) ?? readiness
        failurePolicy = FailurePolicy.decode(fields) ?? failurePolicy
        concurrency = Concurrency.decode(fields.fields("concurrency"))
        maxPrunePercent = fields.int("maxPrunePercent", in: 0...100) ?? maxPrunePercent
        allowPruning = fields.someOf("allowPruning", GuardedKind.allCases, named: \.rawValue)
        if let version = fields.int("configHashVersion", in: 1...2) {
            configHashVersion = version == 2 ? .complete : .compatible
        }
        let quickSync = fields.fields("quickSync")
        self.quickSync = StageOptions.decode(
            .mapping(quickSync.mapping),
            for: .sync,
            spec: self,
            at: (quickSync.path, quickSync.problems)
        )
        if fields.raw("pipeline") != nil {
            fields.problem("pipeline", "has no effect here; move it to spec.pipeline")
        }
        fields.finish()
    }
}

extension ResourceReference {
    init(_ fields: ConfigurationFields) {
        self.init(kind: fields.string("kind"), name: fields.string("name"))
        fields.finish()
    }
}

extension ResourceReference {
    /// The kinds that run pods, as Kubernetes names them.
    private static let workloadKinds = WorkloadKinds.names + ["ReplicaSet", "Job", "CronJob"]

    /// A reference to workloads; a slip in the kind would select nothing.
    fileprivate init(workload fields: ConfigurationFields) {
        self.init(fields)
        guard let kind, !Self.workloadKinds.contains(kind) else { return }
        if let near = ClosestName.find(kind, among: Self.workloadKinds) {
            fields.problem("kind", "unknown kind of workload \"\(kind)\", did you mean \"\(near)\"")
        } else {
            let known = Self.workloadKinds.joined(separator: ", ")
            fields.warn("kind", "\"\(kind)\" is no kind of workload that Kubernetes has; it has \(known)")
        }
    }

    /// A reference to a Service, which is found by its name alone.
    fileprivate init(service fields: ConfigurationFields) {
        self.init(fields)
        guard let kind, kind != "Service" else { return }
        fields.warn("kind", "\"\(kind)\" has no effect, Services are found by name; remove it")
    }
}

extension VariantLabel {
    init(_ fields: ConfigurationFields) {
        self.init()
        key = fields.string("key") ?? key
        primary = fields.string("primaryValue") ?? primary
        canary = fields.string("canaryValue") ?? canary
        baseline = fields.string("baselineValue") ?? baseline
        fields.finish()
        if !NameSyntax.isLabelKey(key) { fields.problem("key", "\"\(key)\" is no label key of Kubernetes") }
        for variant in Variant.allCases where !NameSyntax.isLabelValue(value(of: variant)) {
            let text = "\"\(value(of: variant))\" is no label value of Kubernetes"
            fields.problem("\(variant.rawValue)Value", text)
        }
        if Set(Variant.allCases.map(value)).count < Variant.allCases.count {
            fields.problems.problem(fields.path, "primaryValue, canaryValue and baselineValue must differ")
        }
    }
}
