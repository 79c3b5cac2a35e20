/// What the user with few rights may do, as a rule of a role says it.
package struct AccessRule: Sendable, Hashable {
    /// The verbs; empty means all.
    package var verbs: Set<Fault.Verb>
    /// The groups, the core group being empty text; empty means all.
    package var groups: Set<String>
    /// The plural names, such as `deployments` or `deployments/scale`; empty means all.
    package var resources: Set<String>
    /// The namespaces; empty means all, and objects without one.
    package var namespaces: Set<String>

    package init(
        verbs: Set<Fault.Verb> = [],
        groups: Set<String> = [],
        resources: Set<String> = [],
        namespaces: Set<String> = []
    ) {
        self.verbs = verbs
        self.groups = groups
        self.resources = resources
        self.namespaces = namespaces
    }

    func allows(_ request: RequestShape) -> Bool {
        (verbs.isEmpty || verbs.contains(request.verb)) && (groups.isEmpty || groups.contains(request.group))
            && (resources.isEmpty || resources.contains(request.resource))
            && (namespaces.isEmpty || namespaces.contains(request.namespace))
    }
}
