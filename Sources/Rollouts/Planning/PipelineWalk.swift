/// Goes through the stages of one deploy target and keeps track of what they would have left there.
struct PipelineWalk {
    /// What is wrong with a stage.
    struct Problem: Hashable {
        enum What: Hashable {
            /// Nothing has rolled the variant out that is to be removed.
            case nothingToClean(Variant)
            /// A variant is to receive traffic that is not there; the stage that removed it, if one did.
            case trafficToNothing(Variant, share: Int, removedBy: PipelineStage?)
            /// A variant is to be removed that receives traffic, by this stage.
            case cleanUnderTraffic(Variant, share: Int, routedBy: PipelineStage)
            /// No later stage makes the canary the primary version.
            case neverPromoted
            /// The user wrote the stage that only a failure calls for.
            case rollback
        }

        let stage: PipelineStage
        let name: StageName
        let what: What
    }

    private let stages: [PipelineStage]
    private var found: [Problem] = []
    private var running: Set<Variant> = []
    private var removedBy: [Variant: PipelineStage] = [:]
    private var traffic: (shares: TrafficPercentages, stage: PipelineStage)?
    private var canary: (stage: PipelineStage, name: StageName)?

    init(_ stages: [PipelineStage]) {
        self.stages = stages
    }

    /// What is wrong, stage by stage.
    func problems() -> [Problem] {
        var walk = self
        for stage in stages {
            guard case .ours(let name, let options) = stage.action else { continue }
            walk.visit(stage, name, options)
        }
        if let (stage, name) = walk.canary { walk.note(.neverPromoted, stage, name) }
        return walk.found
    }

    private mutating func visit(_ stage: PipelineStage, _ name: StageName, _ options: StageOptions) {
        switch options.details {
        case .canaryRollout:
            running.insert(.canary)
            canary = (stage, name)
        case .baselineRollout: running.insert(.baseline)
        case .canaryClean: clean(.canary, stage, name)
        case .baselineClean: clean(.baseline, stage, name)
        case .trafficRouting(let options): route(options.shares, stage, name)
        case .primaryRollout: canary = nil
        case .sync(let options):
            // It applies what Git says about traffic, too.
            (canary, traffic) = (nil, nil)
            if options.prune { remove(Variant.allCases, by: stage) }
        case .rollback:
            note(.rollback, stage, name)
            traffic = nil
            remove(Variant.allCases, by: stage)
        }
    }

    private mutating func clean(_ variant: Variant, _ stage: PipelineStage, _ name: StageName) {
        if !running.contains(variant), removedBy[variant] == nil { note(.nothingToClean(variant), stage, name) }
        if let (shares, router) = traffic, shares[variant] > 0 {
            note(.cleanUnderTraffic(variant, share: shares[variant], routedBy: router), stage, name)
        }
        remove([variant], by: stage)
    }

    private mutating func route(_ shares: TrafficPercentages, _ stage: PipelineStage, _ name: StageName) {
        for variant in [Variant.canary, .baseline] where shares[variant] > 0 && !running.contains(variant) {
            note(
                .trafficToNothing(variant, share: shares[variant], removedBy: removedBy[variant]),
                stage,
                name
            )
        }
        traffic = (shares, stage)
    }

    private mutating func remove(_ variants: [Variant], by stage: PipelineStage) {
        for variant in variants where running.remove(variant) != nil { removedBy[variant] = stage }
    }

    private mutating func note(_ what: Problem.What, _ stage: PipelineStage, _ name: StageName) {
        found.append(Problem(stage: stage, name: name, what: what))
    }
}

extension PipelineWalk.Problem {
    var severity: PipelineCheck.Finding.Severity {
        switch what {
        case .nothingToClean, .trafficToNothing, .cleanUnderTraffic: .error
        case .neverPromoted, .rollback: .warning
        }
    }

    /// What is wrong and what to do, in one line.
    var text: String {
        switch what {
        case .nothingToClean(let variant):
            "nothing to clean: no earlier stage rolls the \(variant.rawValue) out; "
                + "add \(named(variant.rollout)) before it, or remove it"
        case .trafficToNothing(let variant, let share, nil):
            "sends \(share)% of the traffic to variant \"\(variant.rawValue)\", which no earlier stage rolls out; "
                + "add \(named(variant.rollout)) before it"
        case .trafficToNothing(let variant, let share, let remover?):
            "sends \(share)% of the traffic to variant \"\(variant.rawValue)\", which \(remover.place) has removed; "
                + "move that stage behind this one"
        case .cleanUnderTraffic(let variant, let share, let router):
            "\(router.place) still sends traffic to variant \"\(variant.rawValue)\", \(share)% of it; "
                + "add \(named(.trafficRouting)) with all: primary before the clean"
        case .neverPromoted:
            "no later stage brings the new version to the primary pods; add \(named(.primaryRollout))"
        case .rollback:
            "PipeCD runs this stage whether or not something failed, and undoes what was deployed; "
                + "remove it: planner.autoRollback adds it where it belongs"
        }
    }

    /// A stage in the spelling of the one that is to blame.
    private func named(_ kind: StageKind) -> String { StageName(kind, in: name.family).text }
}

extension Variant {
    /// The stage that makes pods of the variant.
    fileprivate var rollout: StageKind {
        switch self {
        case .primary: .primaryRollout
        case .canary: .canaryRollout
        case .baseline: .baselineRollout
        }
    }
}

extension PipelineStage {
    /// What a message calls the stage: `stages[3] (K8S_TRAFFIC_ROUTING)`.
    fileprivate var place: String { "stages[\(index)] (\(text))" }
}
