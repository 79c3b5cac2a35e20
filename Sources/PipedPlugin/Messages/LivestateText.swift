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
    func response(_ states: [LiveState], _ sync: SyncState) -> PipedGetLivestateResponse {
        var response = PipedGetLivestateResponse()
        response.applicationLiveState.resources = resources(states)
        let statuses = Set(states.map(\.pipeCDStatus))
        // Piped looks at the resources only; other plugins say it in this order.
        response.applicationLiveState.healthStatus =
            statuses.contains(.unknown) ? .unknown : statuses.contains(.unhealthy) ? .other : .healthy
        response.syncState.status = PipedApplicationSyncStatus(sync.status)
        response.syncState.shortReason = cut(sync.shortReason, to: Self.reasonLimit / 16)
        response.syncState.reason = cut(sync.reason, to: Self.reasonLimit)
        response.syncState.timestamp = seconds
        return response
    }

    /// One message for each object, target after target; when they are too many, what controllers have made is left out,
    /// and the objects that it belongs to say so.
    func resources(_ states: [LiveState]) -> [PipedResourceState] {
        var left = resourcesLimit
        var taken: Set<String> = []
        let all = states.flatMap { state in state.objects.map { (state, $0) } }
        for (state, object) in all.filter(\.1.isManaged) + all.filter({ !$0.1.isManaged }) {
            left -= Self.size(resource(object, in: state))
            guard left > 0 else { break }
            taken.insert(Self.name(object, in: state))
        }
        return all.filter { taken.contains(Self.name($0.1, in: $0.0)) }.map { state, object in
            var message = resource(object, in: state)
            let omitted = state.children(of: object).count { !taken.contains(Self.name($0, in: state)) }
            if omitted > 0 {
                let note = "\(omitted) objects that it owns are left out: the answer would be too large"
                message.healthDescription = [message.healthDescription, note].filter { !$0.isEmpty }.joined(
                    separator: "; "
                )
            }
            return message
        }
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

    private static func name(_ object: LiveObject, in state: LiveState) -> String {
        "\(state.target)/\(object.uid)"
    }

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
