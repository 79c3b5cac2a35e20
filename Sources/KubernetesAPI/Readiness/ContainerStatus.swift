import Manifests

/// What a pod says of one of its containers.
struct ContainerStatus {
    let name: String
    let isReady: Bool
    /// Why it waits: the reason and the message.
    let waiting: (reason: String, message: String)?
    /// How it ended, when it does not run now.
    let ended: Ending?
    /// How it ended before it was started again.
    let endedBefore: Ending?

    /// The end of a container.
    struct Ending {
        let exitCode: Int?
        let reason: String
        /// What the container left behind in its termination message file.
        let message: String

        init?(_ object: Value?) {
            guard let object, object.mapping != nil else { return nil }
            exitCode = object["exitCode"]?.int
            reason = object["reason"]?.string ?? ""
            message = object["message"]?.string ?? ""
        }

        var isFailure: Bool { exitCode.map { $0 != 0 } ?? (reason != "Completed") }

        /// `exit code 137 (OOMKilled): message`, of a long message the end.
        var text: String {
            let code = exitCode.map { "exit code \($0)" + (reason.isEmpty ? "" : " (\(reason))") } ?? reason
            let line = message.onOneLine()
            let end = line.count > 200 ? "…" + line.suffix(200) : line
            return [code, end].filter { !$0.isEmpty }.joined(separator: ": ")
        }
    }

    init?(_ object: Value) {
        guard object.mapping != nil else { return nil }
        name = object["name"]?.string ?? ""
        isReady = object["ready"]?.bool ?? false
        waiting = object[path: "state", "waiting"].flatMap { waiting in
            waiting["reason"]?.string.map { ($0, waiting["message"]?.string ?? "") }
        }
        ended = Ending(object[path: "state", "terminated"])
        endedBefore = Ending(object[path: "lastState", "terminated"])
    }
}

extension LiveResource {
    /// The containers of a pod, those that run first of all before the others.
    var containerStatuses: [ContainerStatus] {
        let status = object["status"]
        let lists = ["initContainerStatuses", "containerStatuses"].map { status?[$0]?.array ?? [] }
        return lists.flatMap { $0 }.compactMap { ContainerStatus($0) }
    }
}
