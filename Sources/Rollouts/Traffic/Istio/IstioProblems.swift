extension RolloutError.Reason {
    /// A reference for a VirtualService has another kind.
    static func notAVirtualService(kind: String) -> Self {
        .traffic("the reference for a VirtualService has kind \"\(kind)\"; write \"VirtualService\" or nothing")
    }

    /// No VirtualService is there, or none with that name.
    static func noVirtualService(_ name: String?) -> Self {
        .traffic(
            name.map {
                "no VirtualService named \"\($0)\" found; add it, or set trafficRouting.istio.virtualService.name"
            } ?? "no VirtualService found; add one"
        )
    }

    /// The destination host is not configured.
    static let noHost = Self.traffic("the destination host is unknown; set service.name or trafficRouting.istio.host")

    /// Weights of an HTTP route cannot be computed; the route and why.
    static func badRoute(_ route: RouteEdit.Route, _ text: String) -> Self {
        .traffic("http route \(route.title): \(text)")
    }

    /// No HTTP route leads to the host, or none of those that may be edited.
    static func noRoute(host: String, editable: [String]) -> Self {
        let names = editable.map { "\"\($0)\"" }.joined(separator: ", ")
        return .traffic(
            editable.isEmpty
                ? "no http route leads to host \"\(host)\"; correct service.name or trafficRouting.istio.host"
                : "none of the editable routes \(names) leads to host \"\(host)\"; "
                    + "correct trafficRouting.istio.editableRoutes"
        )
    }

    /// A subset that is to receive traffic is not defined.
    static func noSubset(_ subset: String, host: String, isInGit: Bool) -> Self {
        let subset = "subset \"\(subset)\" of host \"\(host)\" is to receive traffic"
        return .traffic(
            isInGit
                ? "\(subset), but in the cluster no DestinationRule defines it yet; apply the one in Git first"
                : "\(subset), but no DestinationRule defines it; add it"
        )
    }
}
