import KubernetesAPI
import Manifests

/// One look at one cluster: what was not to be seen is noted.
struct LiveLook {
    let client: ClusterClient
    /// The only namespace to look at.
    let namespace: String?
    /// How many lists are asked for at once.
    let atOnce: Int
    private(set) var hidden: [LiveState.HiddenType]

    init(client: ClusterClient, namespace: String?, atOnce: Int, hidden: [LiveState.HiddenType] = []) {
        self.client = client
        self.namespace = namespace
        self.atOnce = atOnce
        self.hidden = hidden
    }

    /// The objects of an application, whole, in the versions that Git has them in.
    ///
    /// Of most types there are none, so that metadata is asked for first.
    mutating func managed(
        by application: String,
        on target: String,
        _ types: LiveTypes
    ) async throws -> [LiveResource] {
        let (client, namespace) = (client, namespace)
        let selector = try LabelSelector.application(application)
        var wanted: [(type: ResourceMapping, uids: Set<String>)] = []
        for (type, items) in try await search(types.mappings, selector) {
            for item in items where item.belongs(to: application, on: target) {
                let version = types.mapping(for: item, of: type)
                if let index = wanted.firstIndex(where: { $0.type == version }) {
                    wanted[index].uids.insert(item.uid)
                } else {
                    wanted.append((version, [item.uid]))
                }
            }
        }
        let bodies = try await lists(wanted.map(\.type)) { type in
            try await client.list(type, namespace: namespace, selector: selector).items
        }
        return zip(wanted, bodies).flatMap { wanted, items in
            items.filter { wanted.uids.contains($0.uid) && $0.belongs(to: application, on: target) }
        }
    }

    /// The metadata of what carries some labels, by type; types of which nothing does are left out.
    mutating func search(
        _ types: [ResourceMapping],
        _ selector: LabelSelector
    ) async throws -> [(type: ResourceMapping, items: [LiveResource])] {
        let (client, namespace) = (client, namespace)
        let found = try await lists(types) { type in
            try await client.listMetadata(type, namespace: namespace, selector: selector).items
        }
        return zip(types, found).filter { !$0.1.isEmpty }.map { (type: $0, items: $1) }
    }

    /// Objects of the kinds that controllers make for some objects, in the namespaces of these.
    mutating func descendants(of managed: [LiveResource]) async throws -> [LiveResource] {
        let client = client
        var places: [(type: ResourceMapping, namespace: String?)] = []
        for kind in Descendants.kinds(of: managed.map(\.key.groupKind)) {
            guard let type = try await served(kind) else { continue }
            let owners = managed.filter { Descendants.kinds(of: $0.key.groupKind).contains(kind) }
            let isEverywhere = owners.contains { $0.key.namespace == nil }
            let namespaces: [String?] = Set(owners.compactMap(\.key.namespace)).sorted()
            places += (isEverywhere ? [self.namespace] : namespaces).map { (type, $0) }
        }
        return try await lists(places, type: \.type) { place in
            let kind = place.type.groupVersionKind.groupKind
            return try await client.list(
                place.type,
                namespace: place.namespace,
                content: Descendants.content(of: kind)
            ) { Descendants.summary(of: $0, kind: kind) }.items
        }
        .flatMap(\.self)
    }

    private mutating func served(_ kind: GroupKind) async throws -> ResourceMapping? {
        do {
            return try await client.servedMapping(for: kind)
        } catch let error as APIError where !error.concernsWholeCluster {
            hide(kind, error)
            return nil
        }
    }

    private mutating func lists(
        _ types: [ResourceMapping],
        _ list: @escaping @Sendable (ResourceMapping) async throws -> [LiveResource]
    ) async throws -> [[LiveResource]] {
        try await lists(types, type: \.self, list)
    }

    /// What each list gives; one that may not be seen gives nothing, and is noted.
    private mutating func lists<Place: Sendable>(
        _ places: [Place],
        type: (Place) -> ResourceMapping,
        _ list: @escaping @Sendable (Place) async throws -> [LiveResource]
    ) async throws -> [[LiveResource]] {
        let answers = await concurrently(places, atOnce: atOnce) { place in await Result { try await list(place) } }
        let slow = zip(places, answers).compactMap { place, answer -> String? in
            guard case .failure(let error as APIError)? = answer, error.mayConcernOneGroup else { return nil }
            return type(place).groupVersionKind.group
        }
        return try zip(places, answers).map { place, answer in
            do {
                return try (answer ?? .failure(CancellationError())).get()
            } catch let error as APIError where !error.concernsWholeCluster(slow: Set(slow)) {
                if !error.isNoMatch { hide(type(place).groupVersionKind.groupKind, error) }
                return []
            }
        }
    }

    private mutating func hide(_ type: GroupKind, _ error: APIError) {
        guard !hidden.contains(where: { $0.type == type }) else { return }
        hidden.append(LiveState.HiddenType(type: type, reason: "\(error)"))
    }
}

extension APIError {
    /// Whether it says something of the whole cluster, and not of one type.
    var concernsWholeCluster: Bool {
        switch reason {
        case .unauthorized, .engineClosed: true
        default: hasNoAnswer
        }
    }

    /// Whether it may come from a server behind the API server, which speaks for the types of its group only.
    var mayConcernOneGroup: Bool {
        switch reason {
        case .timedOut, .connectionLost: true
        default: false
        }
    }

    /// Whether it says something of the whole cluster, when these groups were too slow.
    func concernsWholeCluster(slow groups: Set<String>) -> Bool {
        mayConcernOneGroup && groups.count == 1 ? false : concernsWholeCluster
    }
}
