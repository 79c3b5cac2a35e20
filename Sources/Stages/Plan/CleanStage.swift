import KubernetesAPI
import Manifests
import Rollouts

/// CANARY_CLEAN and BASELINE_CLEAN: everything of one variant goes, what receives traffic first.
package struct CleanStage: StagePlanner {
    let variant: Variant

    package var source: StageSource { .nothing }

    package func plan(_ input: PlanInput, in view: any ClusterView) async throws -> ClusterPlan {
        let label = input.spec.variantLabel
        let routes = try await view.routes(application: input.ownership.application)
        if let route = routes.first(where: { sendsTraffic($0, label: label) }) {
            let value = label.value(of: variant)
            throw StageError(target: view.target, .variantReceivesTraffic(variant: value, from: route.key))
        }
        let found = try await view.objects(
            label: label.key,
            value: label.value(of: variant),
            application: input.ownership.application
        )
        let ownership = input.ownership
        let ours = found.objects.filter {
            $0.belongs(to: ownership.application, on: ownership.deployTarget) || view.isPredicted($0.key)
        }
        let groups = CleanOrder.groups(
            ours,
            groupKind: { $0.key.groupKind },
            isNamespaced: { !found.clusterScoped.contains($0.key) }
        )
        let phases = groups.map { group in
            group.map { Step.delete(view.isPredicted($0.key) ? .predicted($0.key) : .found($0)) }
        }
        return ClusterPlan(target: view.target, phases: phases, notes: found.notes)
    }

    /// Whether an object that is no copy of the variant itself directs traffic to it.
    private func sendsTraffic(_ route: LiveResource, label: VariantLabel) -> Bool {
        let value = label.value(of: variant)
        guard route.labels[label.key] != value else { return false }
        guard route.key.kind == "VirtualService" else {
            return route.object[path: "spec", "selector"]?[label.key]?.string == value
        }
        let entries = route.object[path: "spec", "http"]?.array ?? []
        return entries.contains { entry in
            let destinations = entry["route"]?.array ?? []
            return destinations.contains { destination in
                let weight = destination["weight"]?.int ?? (destinations.count == 1 ? 100 : 0)
                return weight > 0 && destination[path: "destination", "subset"]?.string == value
            }
        }
    }
}
