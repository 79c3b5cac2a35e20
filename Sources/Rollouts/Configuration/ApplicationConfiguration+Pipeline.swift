import Manifests

extension ApplicationConfiguration {
    /// Reads the stages, and looks for options that cannot work together.
    mutating func readPipeline(_ fields: ConfigurationFields) {
        let elements = fields.elements("stages")
        fields.finishLeniently(vital: ["stages"])
        // Whether shares, targets and order of the stages are known.
        var isReadable = true
        for (index, element) in elements.enumerated() {
            let before = fields.problems.problems.count
            guard let stage = PipelineStage(element, index: index, spec: plugin) else {
                isReadable = false
                continue
            }
            pipeline.append(stage)
            checkTargets(stage.options?.targets ?? [], at: element.path(of: "with"), fields.problems)
            // What could not be read must not be judged.
            if fields.problems.problems.count == before {
                checkTraffic(stage, at: element.path(of: "with"), fields.problems)
            }
            let found = fields.problems.problems.dropFirst(before)
            let isRouting = stage.name?.kind == .trafficRouting
            if found.contains(where: { isRouting || $0.path.contains(".multiTarget") }) { isReadable = false }
        }
        checkSuffixes(elements.map { $0.path(of: "with.suffix") }, fields.problems)
        if isReadable { checkOrder(elements, fields.problems) }
    }

    /// Looks for stages that cannot work after the ones before them.
    ///
    /// In a file that is refused anyway these are mistakes like all others.
    private mutating func checkOrder(_ stages: [ConfigurationFields], _ problems: ConfigurationProblems) {
        let names = plugin.input.multiTargets.compactMap(\.target.name)
        let areComplete = names.count == plugin.input.multiTargets.count
        for finding in PipelineCheck(pipeline, targets: areComplete ? names : []).findings() {
            let path = stages[finding.index].path(of: "name")
            switch finding.severity {
            case .error where problems.problems.isEmpty: pipelineProblems.append(problems.located(path, finding.text))
            case .error: problems.problem(path, finding.text)
            case .warning: problems.warning(path, finding.text)
            }
        }
    }

    /// A name that no entry of `input.multiTargets` has is a mistake, or a target that is left out: which one, only those
    /// can say who know all targets.
    func checkTargets(_ selectors: [TargetSelector], at place: String, _ problems: ConfigurationProblems) {
        let names = plugin.input.multiTargets.compactMap(\.target.name)
        guard !names.isEmpty, names.count == plugin.input.multiTargets.count else { return }
        for (index, selector) in selectors.enumerated() {
            guard let name = selector.name, !names.contains(name) else { continue }
            let path = "\(place).multiTargets[\(index)]"
            let hint = ClosestName.hint(name, among: names)
            problems.warning(path, "\"\(name)\" is not in input.multiTargets, so the stage does not run on it\(hint)")
        }
    }

    private func checkTraffic(_ stage: PipelineStage, at place: String, _ problems: ConfigurationProblems) {
        guard case .trafficRouting(let options) = stage.options?.details else { return }
        do {
            try TrafficRouting.check(options, spec: plugin)
        } catch {
            problems.problem(place, "\(error)")
        }
    }

    /// Two variants with one suffix would overwrite each other's objects.
    private func checkSuffixes(_ places: [String], _ problems: ConfigurationProblems) {
        var owners: [(variant: Variant, suffix: String, options: StageOptions)] = []
        for stage in pipeline {
            guard let options = stage.options, let (variant, suffix) = options.variantSuffix else { continue }
            let other = owners.last { $0.suffix == suffix && $0.variant != variant && $0.options.meets(options) }
            if let other {
                let text = RolloutError.Reason.sharedSuffix(suffix, other.variant, variant)
                problems.problem(places[stage.index], "\(RolloutError(text))")
            }
            owners.append((variant, suffix, options))
        }
    }
}

extension StageOptions {
    /// The variant that the stage makes copies for, and the suffix of their names.
    fileprivate var variantSuffix: (Variant, String)? {
        switch details {
        case .canaryRollout(let options): (.canary, options.suffix)
        case .baselineRollout(let options): (.baseline, options.suffix)
        case .primaryRollout(let options) where options.createService: (.primary, options.suffix)
        default: nil
        }
    }

    /// Whether the stage may run on a target that another stage runs on, too.
    fileprivate func meets(_ other: StageOptions) -> Bool {
        let (names, others) = (targets.compactMap(\.name), other.targets.compactMap(\.name))
        let areKnown = names.count == targets.count && others.count == other.targets.count
        return !areKnown || names.isEmpty || others.isEmpty || !Set(names).isDisjoint(with: others)
    }
}

extension PipelineStage {
    /// Reads one stage; `nil` when it has no name that anyone could run.
    fileprivate init?(_ fields: ConfigurationFields, index: Int, spec: PluginSpec) {
        let name = fields.string("name")
        let description = fields.string("desc") ?? ""
        let timeout = fields.limit("timeout") ?? .seconds(6 * 3600)
        let with = fields.raw("with")
        let skipOn = fields.node("skipOn") == nil ? nil : SkipOptions(fields.fields("skipOn"))
        _ = fields.raw("id")
        fields.finishLeniently(vital: ["name", "with"])
        guard let name else {
            if fields.node("name") == nil || fields.node("name")?.string == "" {
                fields.problem("name", "must not be empty")
            }
            return nil
        }
        let action: Action
        if let ours = StageName(name) {
            let place = (fields.path(of: "with"), fields.problems)
            action = .ours(ours, StageOptions.decode(with ?? [:], for: ours.kind, spec: spec, at: place))
        } else if StageName.isMeantForUs(name) || ClosestName.find(name, among: StageName.texts, limit: 1) != nil {
            fields.problem("name", "\(UnsupportedStage(name))")
            return nil
        } else {
            action = .foreign(name)
        }
        self.init(index: index, action: action, description: description, timeout: timeout, skipOn: skipOn)
    }
}

extension SkipOptions {
    fileprivate init(_ fields: ConfigurationFields) {
        self.init(
            commitMessagePrefixes: fields.strings("commitMessagePrefixes"),
            paths: fields.strings("paths")
        )
        fields.finishLeniently()
    }
}
