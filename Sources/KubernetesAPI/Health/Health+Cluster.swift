import Manifests

extension Health {
    /// The same as its readiness, for kinds where being ready and being well are one thing.
    private init(_ readiness: Readiness) {
        switch readiness {
        case .current: self.init(.healthy)
        case .inProgress(let reason): self.init(.progressing, reason)
        case .failed(let reason): self.init(.degraded, reason)
        case .terminating: self.init(.progressing)
        case .notFound: self.init(.missing)
        case .unknown(let reason): self.init(.unknown, reason)
        }
    }

    static func definition(_ definition: LiveResource) -> Health { Health(Readiness.definition(definition)) }

    static func apiService(_ service: LiveResource) -> Health { Health(Readiness.apiService(service)) }

    static func namespace(_ namespace: LiveResource) -> Health {
        let readiness = Readiness.namespace(namespace)
        if readiness == .terminating {
            return Health(.progressing, "NameSpace is gracefully terminated", pipeCD: .unhealthy)
        }
        let failure = namespace.conditions.first { $0.isTrue && $0.type.hasPrefix("NamespaceDeletion") }
        return failure.map { Health(.degraded, $0.text) } ?? Health(readiness)
    }
}
