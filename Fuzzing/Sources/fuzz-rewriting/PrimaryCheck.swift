import FuzzSupport
import Manifests
import Rollouts

/// The primary objects are those of the application with the label of the variant and the config hash.
struct PrimaryCheck {
    let loaded: [Manifest]
    let spec: PluginSpec

    func check(_ details: StageOptions.Details?) {
        checkSync()
        guard case .primaryRollout(let options)? = details else { return }
        let manifests = attempt { try PrimaryRollout.manifests(from: loaded, spec: spec, options: options) }
        guard let manifests else { return }
        require(manifests.count >= loaded.count, "an object is missing")
        check(Array(manifests.prefix(loaded.count)))
        let keys = Set(loaded.map(\.key.normalized))
        for service in manifests.dropFirst(loaded.count) {
            require(service.isService && !keys.contains(service.key.normalized), "\(service.key) is no new Service")
        }
        guard !options.createService else { return }
        let again = attempt { try PrimaryRollout.manifests(from: manifests, spec: spec, options: options) }
        requireSame(again, manifests, "a second primary rollout changes more")
    }

    private func checkSync() {
        let manifests = attempt { try SyncRollout.manifests(from: loaded, spec: spec, labelling: .selected) }
        guard let manifests else { return }
        check(manifests)
        let again = attempt { try SyncRollout.manifests(from: manifests, spec: spec, labelling: .selected) }
        requireSame(again, manifests, "a second sync changes more")
    }

    private func check(_ manifests: [Manifest]) {
        require(manifests.map(\.key) == loaded.map(\.key), "the objects are other ones")
        for (old, new) in zip(loaded, manifests) {
            require((try? Manifest(new.object)) != nil, "\(new.key) is no valid manifest")
            requireOnly({ isAllowed($0) }, from: old, to: new, "the primary")
        }
    }

    private func isAllowed(_ difference: Difference) -> Bool {
        let label = [
            ["metadata", "labels"], ["metadata", "annotations"], ["spec", "selector", "matchLabels"],
            ["spec", "template", "metadata", "labels"],
        ]
        return difference.path == HashCheck.path || label.contains { difference.path == $0 + [spec.variantLabel.key] }
    }
}
