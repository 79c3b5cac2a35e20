import KubernetesAPI
import Manifests
import Rollouts

/// CANARY_CLEAN and BASELINE_CLEAN: everything of one variant goes, what receives traffic first.
package struct CleanStage: StagePlanner {
    let variant: Variant

    package var source: StageSource { .nothing }

    package func plan(_ input: PlanInput, in view: any ClusterView) async throws -> ClusterPlan {
        let label = input.spec.variantLabel
        let found = try await view.objects(
            label: label.key,
            value: label.value(of: variant),
            application: input.ownership.application
        )
        let ownership = input.ownership
        let ours = found.objects.filter {
            $0.belongs(to: ownership.application, on: ownership.deployTarget) || view.isPredicted($0.key)
        }
        let services = ours.filter { $0.key.groupKind == GroupKind(kind: "Service") }.map(\.key.name)
        let notes = try await refuseTraffic(besides: services, input: input, view: view)
        let groups = CleanOrder.groups(
            ours,
            groupKind: { $0.key.groupKind },
            isNamespaced: { !found.clusterScoped.contains($0.key) }
        )
        let phases = groups.map { group in
            group.map { Step.delete(view.isPredicted($0.key) ? .predicted($0.key) : .found($0)) }
        }
        return ClusterPlan(target: view.target, phases: phases, notes: found.notes + notes)
    }

    /// Refuses to go on while an object that is no copy of the variant itself directs traffic to it, where a traffic stage
    /// may take it away.
    ///
    /// Objects of other methods than the application's are looked at, too, as far as the cluster shows them.
    ///
    /// - Returns: Where Git itself sends traffic to the variant, and what could not be looked at, one line each.
    private func refuseTraffic(
        besides services: [String],
        input: PlanInput,
        view: any ClusterView
    ) async throws -> [String] {
        let (spec, label) = (input.spec, input.spec.variantLabel)
        let pipeline = input.configuration.pipeline
        let receiver = TrafficReceiver(variant, services: services, spec: spec, pipeline: pipeline)
        var notes: [String] = []
        for kind in TrafficRouting.kinds {
            var routes: [LiveResource] = []
            do {
                routes = try await view.routes([kind], application: input.ownership.application)
            } catch let error as APIError where error.hidesType && !TrafficRouting.kinds(of: spec).contains(kind) {
                notes.append("\(kind.kind)s were not searched for traffic: \(error)")
            }
            let copies = label.value(of: variant)
            for route in routes where route.labels[label.key] != copies {
                switch TrafficRouting.way(through: route.object, ofKind: kind, to: receiver, spec: spec) {
                case .routed:
                    throw StageError(target: view.target, .variantReceivesTraffic(variant: copies, from: route.key))
                case .fixed:
                    let name = route.key.shortDescription
                    notes.append(
                        "\(name) leads to variant \"\(copies)\" where no traffic stage changes it, and so to nothing from now on"
                    )
                case nil: continue
                }
            }
        }
        return notes
    }
}
