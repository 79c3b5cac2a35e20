import Manifests

extension Readiness {
    static func namespace(_ namespace: LiveResource) -> Readiness {
        switch namespace.object[path: "status", "phase"]?.string {
        case "Active": .current
        case "Terminating": .terminating
        default: .inProgress("the namespace is not active yet")
        }
    }

    /// A definition is current when its kind is served.
    ///
    /// [Custom resource definitions](https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/)
    static func definition(_ definition: LiveResource) -> Readiness {
        if let names = definition.condition("NamesAccepted"), names.isFalse {
            return .failed("its names are not accepted: \(names.text)")
        }
        let isEstablished = definition.condition("Established")?.isTrue ?? false
        return isEstablished ? .current : .inProgress("the definition is not established yet")
    }

    static func apiService(_ service: LiveResource) -> Readiness {
        guard let available = service.condition("Available") else { return .inProgress("not available yet") }
        return available.isTrue ? .current : .inProgress("not available: \(available.text)")
    }

    /// Any object whose kind is not part of Kubernetes, by what most controllers agree on.
    ///
    /// An object that says nothing usable is current: waiting for it would never end. One that says in plain words that it
    /// has failed is not. The conditions are those of
    /// [kstatus](https://github.com/kubernetes-sigs/cli-utils/blob/master/pkg/kstatus/README.md).
    static func custom(_ resource: LiveResource) -> Readiness {
        if let observed = resource.observedGeneration, let generation = resource.generation, observed < generation {
            return .inProgress("its controller has not seen the change yet")
        }
        if let stalled = resource.condition("Stalled"), stalled.isTrue { return .failed("stalled: \(stalled.text)") }
        if let reconciling = resource.condition("Reconciling"), reconciling.isTrue {
            return .inProgress(reconciling.text)
        }
        guard let ready = resource.condition("Ready") ?? resource.condition("Available") else {
            return settled(resource)
        }
        if let observed = ready.observedGeneration, let generation = resource.generation, observed < generation {
            return .inProgress("its controller has not seen the change yet")
        }
        return ready.isTrue ? settled(resource) : .inProgress("not ready: \(ready.text)")
    }

    private static func settled(_ resource: LiveResource) -> Readiness {
        Health.finalFailure(of: resource).map { .failed($0) } ?? .current
    }
}
