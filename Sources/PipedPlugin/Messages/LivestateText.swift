import KubernetesAPI
import Manifests
import PipedAPI
import Stages

/// Puts live states into the messages of piped.
struct LivestateText {
    /// The most bytes that the resources have together: gRPC takes 4 MiB for the whole answer.
    static let resourcesLimit = 2 << 20
    /// The most bytes of the reason, which is a diff.
    static let reasonLimit = 1 << 20

    /// The name of the plugin.
    let plugin: String
    /// The time that the states are of.
    let moment: Moment
    var resourcesLimit = Self.resourcesLimit

    /// The whole answer.
    ///
    /// - Parameters:
    ///   - answers: What came of looking at each target.
    ///   - types: The types of what Git has, by target.
    ///   - sync: Whether the targets are as Git says.
    /// - Returns: What piped makes its verdicts of.
    func response(
        _ answers: [LiveStateAnswer],
        naming types: [String: Set<GroupVersionKind>] = [:],
        _ sync: SyncState
    ) -> PipedGetLivestateResponse {
        var response = PipedGetLivestateResponse()
        let resources = self.resources(answers, naming: types)
        response.applicationLiveState.resources = resources
        let statuses = Set(resources.map(\.healthStatus))
        // Piped looks at the resources only; other plugins say it in this order.
        response.applicationLiveState.healthStatus =
            statuses.contains(.unknown) ? .unknown : statuses.contains(.unhealthy) ? .other : .healthy
        response.syncState.status = PipedApplicationSyncStatus(sync.status)
        response.syncState.shortReason = cut(sync.shortReason, to: Self.reasonLimit / 16)
        response.syncState.reason = cut(sync.reason, to: Self.reasonLimit)
        response.syncState.timestamp = seconds
        return response
    }

    /// One message for each object, target after target, and one for what is not known.
    ///
    /// Piped makes its verdict of these alone: without a message, what nobody can look at would pass for healthy.
    func resources(
        _ answers: [LiveStateAnswer],
        naming types: [String: Set<GroupVersionKind>] = [:]
    ) -> [PipedResourceState] {
        let notes = answers.flatMap { self.notes($0, Set((types[$0.target] ?? []).map(\.groupKind))) }
        let rows = answers.flatMap { answer -> [Row] in
            guard case .success(let state) = answer.result else { return [] }
            return state.objects.map { (resource($0, in: state), $0.isManaged) }
        }
        return notes + fitting(rows, in: resourcesLimit - notes.reduce(0) { $0 + Self.size($1) })
    }

    private typealias Row = (message: PipedResourceState, isManaged: Bool)

    /// What is not known of a target: everything, or the objects of some of the types that Git has.
    private func notes(_ answer: LiveStateAnswer, _ types: Set<GroupKind>) -> [PipedResourceState] {
        switch answer.result {
        case .failure(let error): [note("", on: answer.target, .unknown, "\(error)")]
        case .success(let state):
            state.hidden.flatMap { hidden in
                types.filter { $0.group == hidden.type.group && ["*", $0.kind].contains(hidden.type.kind) }
                    .sorted { $0.kind < $1.kind }
                    .map { note("/\($0.group)/\($0.kind)", on: answer.target, .unknown, hidden.reason) }
            }
        }
    }

    /// The messages as far as there is room: first the application's own objects, and of these those that are not
    /// healthy; of the others a message for each target says how many there are, and how the worst of them fares.
    private func fitting(_ rows: [Row], in limit: Int) -> [PipedResourceState] {
        let sizes = rows.map { Self.size($0.message) }
        guard sizes.reduce(0, +) >= limit else { return rows.map(\.message) }
        let targets = Set(rows.map(\.message.deployTarget)).sorted()
        let longest = targets.map { Self.size(note("/rest", on: $0, .unknown, Self.omission(of: rows.count))) }
        var left = limit - longest.reduce(0, +)
        var taken: Set<Int> = []
        for index in rows.indices.sorted(by: { (Self.rank(rows[$0]), $0) < (Self.rank(rows[$1]), $1) }) {
            left -= sizes[index]
            guard left > 0 else { break }
            taken.insert(index)
        }
        let rest = Dictionary(grouping: rows.indices.filter { !taken.contains($0) }.map { rows[$0].message }) {
            $0.deployTarget
        }
        let notes = targets.compactMap { target in
            rest[target].map { rest in
                let statuses = Set(rest.map(\.healthStatus))
                let worst = [.unhealthy, .unknown].first(where: statuses.contains) ?? .healthy
                return note("/rest", on: target, worst, Self.omission(of: rest.count))
            }
        }
        return notes + taken.sorted().map { rows[$0].message }
    }

    private static func omission(of count: Int) -> String {
        "\(count) objects are left out: the answer would be too large"
    }

    private static func rank(_ row: Row) -> Int {
        (row.isManaged ? 0 : 2) + (row.message.healthStatus == .healthy ? 1 : 0)
    }

    /// A message for what is no object.
    private func note(
        _ part: String,
        on target: String,
        _ status: PipedResourceState.HealthStatus,
        _ text: String
    ) -> PipedResourceState {
        var resource = PipedResourceState()
        resource.id = "flotilla:\(target)\(part)"
        resource.name = target
        resource.resourceType = "Cluster"
        resource.healthStatus = status
        resource.healthDescription = cut(text, to: 4096)
        resource.deployTarget = target
        resource.pluginName = plugin
        resource.createdAt = seconds
        resource.updatedAt = seconds
        return resource
    }

    /// The message for an object.
    func resource(_ object: LiveObject, in state: LiveState) -> PipedResourceState {
        var resource = PipedResourceState()
        resource.id = object.uid
        resource.name = object.key.name
        resource.parentIds = object.owners
        resource.resourceType = object.key.kind
        resource.resourceMetadata = [
            "Namespace": object.key.namespace ?? "", "API Version": "\(object.groupVersionKind.groupVersion)",
            "Kind": object.key.kind,
        ]
        resource.healthStatus =
            switch object.health.pipeCDStatus {
            case .healthy: .healthy
            case .unhealthy: .unhealthy
            case .unknown: .unknown
            }
        resource.healthDescription = cut(object.health.reason, to: 4096)
        resource.deployTarget = state.target
        resource.pluginName = plugin
        resource.createdAt = object.createdAt.flatMap { $0 > 0 ? $0 : nil } ?? seconds
        resource.updatedAt = seconds
        return resource
    }

    private var seconds: Int64 { max(1, moment.sinceEpoch.components.seconds) }

    /// How many bytes a message takes at most, its numbers, tags and lengths among them.
    private static func size(_ message: PipedResourceState) -> Int {
        let texts =
            message.parentIds + message.resourceMetadata.flatMap { [$0.key, $0.value] } + [
                message.id, message.name, message.resourceType, message.healthDescription, message.deployTarget,
                message.pluginName,
            ]
        return texts.reduce(64) { $0 + $1.utf8.count + 4 }
    }

    private func cut(_ text: String, to limit: Int) -> String {
        let bytes = text.utf8.prefix(limit)
        return bytes.count < text.utf8.count ? String(decoding: bytes, as: UTF8.self) + "…" : text
    }
}

extension PipedApplicationSyncStatus {
    /// The word on the wire.
    fileprivate init(_ status: SyncState.Status) {
        self =
            switch status {
            case .synced: .synced
            case .outOfSync: .outOfSync
            case .unknown: .unknown
            case .invalidConfiguration: .invalidConfig
            }
    }
}
