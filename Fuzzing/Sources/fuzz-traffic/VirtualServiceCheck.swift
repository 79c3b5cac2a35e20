import FuzzSupport
import Manifests
import Rollouts

/// What holds for every route of a VirtualService.
struct VirtualServiceCheck {
    let spec: PluginSpec

    func check(_ original: Manifest, _ changed: Manifest) {
        let old = original[path: "spec", "http"]?.array ?? []
        let new = changed[path: "spec", "http"]?.array ?? []
        require(old.count == new.count, "a route is gone, or one more is there")
        for (old, new) in zip(old, new) where old.jsonBytes() != new.jsonBytes() { checkRoute(old, new) }
    }

    private func checkRoute(_ old: Value, _ new: Value) {
        let editable = spec.trafficRouting?.istio?.editableRoutes ?? []
        let name = old["name"]?.string
        require(editable.isEmpty || name.map(editable.contains) == true, "route \(name ?? "") may not be edited")
        let destinations = new["route"]?.array ?? []
        let weights = destinations.map { $0["weight"]?.isNull == false ? $0["weight"]?.int ?? -1 : 0 }
        require(weights.allSatisfy { 0...100 ~= $0 }, "a weight out of range: \(weights)")
        require(weights.reduce(0, +) == 100, "weights add up to \(weights.reduce(0, +)): \(new.jsonText())")
        let others = (old["route"]?.array ?? []).filter(isForeign).map { $0.jsonBytes() }
        require(destinations.filter(isForeign).map { $0.jsonBytes() } == others, "another destination is changed")
    }

    /// Whether a destination certainly leads to another host: its name begins with another word.
    private func isForeign(_ destination: Value) -> Bool {
        guard let host = destination[path: "destination", "host"]?.string else { return false }
        let own = spec.trafficRouting?.istio?.host ?? spec.service?.name ?? ""
        return host.split(separator: ".").first != own.split(separator: ".").first
    }
}
