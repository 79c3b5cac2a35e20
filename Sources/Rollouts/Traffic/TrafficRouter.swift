import Manifests

/// One way to move traffic between variants.
protocol TrafficRouter: Sendable {
    /// Refuses shares that the way cannot bring about, before any manifest is read.
    func check(_ options: TrafficRoutingOptions, spec: PluginSpec) throws(RolloutError)

    /// The objects that could be changed, the one to change first.
    func candidates(in manifests: [Manifest], spec: PluginSpec) throws(RolloutError) -> [Manifest]

    /// The change that brings the shares about, starting from what Git says.
    func change(from loaded: [Manifest], spec: PluginSpec, options: TrafficRoutingOptions) throws(RolloutError)
        -> TrafficChange
}
