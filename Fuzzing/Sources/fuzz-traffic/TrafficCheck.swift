import FuzzSupport
import Manifests
import Rollouts

/// The properties of one change of traffic.
struct TrafficCheck {
    let manifests: [Manifest]
    let spec: PluginSpec

    func check(_ options: TrafficRoutingOptions) {
        guard let change = change(manifests, options) else { return }
        for note in change.notes { requireOneLine(note, "a note") }
        require(change.weights.allSatisfy { 0...100 ~= $0.1 }, "weights: \(change.weights)")
        require(change.weights.reduce(0) { $0 + $1.1 } <= 100, "more than everything: \(change.weights)")
        guard let original = manifests.first(where: { $0.key == change.manifest.key }) else {
            fatalError("\(change.manifest.key) is not in Git")
        }
        require((try? Manifest(change.manifest.object)) != nil, "the result is no valid manifest")
        for difference in original.object.differences(to: change.manifest.object) {
            require(isAllowed(difference), "\(original.key) changes at \(difference)")
        }
        if original.kind == "VirtualService" {
            VirtualServiceCheck(spec: spec).check(original, change.manifest)
        }
        checkAgain(change.manifest, options)
    }

    private func change(_ manifests: [Manifest], _ options: TrafficRoutingOptions) -> TrafficChange? {
        let request = TrafficRequest(manifests, spec: spec, options: options)
        do {
            _ = try TrafficRouting.lookups(for: request)
            return try TrafficRouting.change(request)
        } catch {
            requireOneLine("\(error)", "an error")
            return nil
        }
    }

    /// The same change of the result changes nothing, and what was moved can be moved back.
    ///
    /// That is so for a VirtualService: a Service must select the primary to be changed, and in an HTTPRoute the weights of
    /// others are made larger.
    private func checkAgain(_ changed: Manifest, _ options: TrafficRoutingOptions) {
        guard changed.kind == "VirtualService" else { return }
        let edited = manifests.map { $0.key == changed.key ? changed : $0 }
        let second = change(edited, options)?.manifest
        require(second?.object.jsonBytes() == changed.object.jsonBytes(), "a second edit changes \(changed.key)")
        let all = TrafficRoutingOptions(primary: 100)
        guard let reset = change(manifests, all)?.manifest else { return }
        let back = change(edited, all)?.manifest
        require(
            back?.object.jsonBytes() == reset.object.jsonBytes(),
            "not moved back: \(back?.object.jsonText() ?? "nothing"), but \(reset.object.jsonText())"
        )
    }

    private func isAllowed(_ difference: Difference) -> Bool {
        let key = spec.variantLabel.key
        let labelled = [["metadata", "labels", key], ["metadata", "annotations", key], ["spec", "selector", key]]
        if labelled.contains(difference.path) { return true }
        let routes = [["spec", "http", "route"], ["spec", "rules", "backendRefs"]]
        return routes.contains { difference.fields.starts(with: $0) }
    }
}
