package import KubernetesAPI
package import Manifests

/// What one cluster has of one application.
package struct LiveState: Sendable, Hashable {
    /// A type of objects that could not be looked at, and why.
    package struct HiddenType: Sendable, Hashable {
        package let type: GroupKind
        package let reason: String

        package init(type: GroupKind, reason: String) {
            self.type = type
            self.reason = reason
        }
    }

    /// The name of the deploy target.
    package let target: String
    /// The objects: those in namespaces first, then the others; each part in the order of their keys.
    package let objects: [LiveObject]
    /// What could not be looked at.
    package let hidden: [HiddenType]

    package init(target: String, objects: [LiveObject], hidden: [HiddenType] = []) {
        self.target = target
        self.objects = objects
        self.hidden = hidden
    }
}

extension LiveState {
    /// The application's own objects.
    package var managed: [LiveObject] { objects.filter(\.isManaged) }

    /// PipeCD's word for all together: the worst one, `unhealthy` being worse than `unknown`.
    package var pipeCDStatus: Health.PipeCDStatus {
        let statuses = Set(objects.map(\.health.pipeCDStatus))
        return [.unhealthy, .unknown].first(where: statuses.contains) ?? .healthy
    }
}

/// What came of looking at one cluster: what it has, or in one line why nobody knows.
package struct LiveStateAnswer: Sendable {
    /// The name of the deploy target.
    package let target: String
    /// What it has, or why nobody knows.
    package let result: Result<LiveState, LiveStateError>

    package init(target: String, result: Result<LiveState, LiveStateError>) {
        self.target = target
        self.result = result
    }
}

/// Why nobody knows what a cluster has.
package struct LiveStateError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Where, what and what to do, in one line.
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
