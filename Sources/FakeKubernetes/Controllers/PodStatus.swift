import Manifests

/// The status of a pod, as a kubelet writes it.
struct PodStatus: Sendable {
    private let pod: Value
    private let containers: [Value]
    private(set) var value: Value

    init(_ pod: Value, address: String) {
        self.pod = pod
        containers = pod["spec"]?["containers"]?.array ?? []
        let start = pod["status"]?["startTime"] ?? .string(Timestamp.now.text)
        value = [
            "phase": "Pending", "hostIP": "192.0.2.1", "hostIPs": [["ip": "192.0.2.1"]], "podIP": .string(address),
            "podIPs": [["ip": .string(address)]], "startTime": start, "qosClass": .string(Self.quality(pod)),
        ]
    }

    /// All containers run.
    mutating func run(isReady: Bool) {
        let running: Value = ["running": ["startedAt": .string(Timestamp.now.text)]]
        set(phase: "Running", isReady: isReady, state: running, last: [:], restarts: 0)
    }

    /// All containers have ended well.
    mutating func succeed() {
        set(phase: "Succeeded", isReady: false, state: terminated(exitCode: 0, "Completed"), last: [:], restarts: 0)
    }

    /// No container has started yet.
    mutating func wait(_ reason: String, _ message: String? = nil) {
        var waiting: Mapping = ["reason": .string(reason)]
        waiting["message"] = message.map(Value.string)
        set(phase: "Pending", isReady: false, state: ["waiting": .mapping(waiting)], last: [:], restarts: 0)
    }

    /// The pod does not come up.
    mutating func fail(_ behaviour: PodBehaviour) {
        switch behaviour {
        case .imagePullBackOff(let image): wait("ImagePullBackOff", "Back-off pulling image \"\(image)\"")
        case .configurationError: wait("CreateContainerConfigError", "configmap \"missing\" not found")
        case .neverReady: run(isReady: false)
        case .crash where pod["spec"]?["restartPolicy"]?.string == "Never":
            set(phase: "Failed", isReady: false, state: terminated(exitCode: 1, "Error"), last: [:], restarts: 0)
        case .crash:
            let name = containers.first?["name"]?.string ?? ""
            let message =
                "back-off 5m0s restarting failed container=\(name) pod=\(pod.name)_\(pod.namespace)(\(pod.uid))"
            let waiting: Value = ["waiting": ["reason": "CrashLoopBackOff", "message": .string(message)]]
            set(phase: "Running", isReady: false, state: waiting, last: terminated(exitCode: 1, "Error"), restarts: 5)
        case .ready, .pending, .quotaExceeded: break
        }
    }

    private func terminated(exitCode: Int, _ reason: String) -> Value {
        let now = Value.string(Timestamp.now.text)
        return [
            "terminated": ["exitCode": .int(exitCode), "reason": .string(reason), "startedAt": now, "finishedAt": now]
        ]
    }

    private mutating func set(phase: String, isReady: Bool, state: Value, last: Value, restarts: Int) {
        value["phase"] = .string(phase)
        let isRunning = state["running"] != nil
        value["containerStatuses"] = .array(
            containers.map { container in
                [
                    "name": container["name"] ?? "", "image": container["image"] ?? "", "imageID": "",
                    "ready": .bool(isReady), "started": .bool(isRunning), "restartCount": .int(restarts),
                    "state": state,
                    "lastState": last,
                ]
            }
        )
        value["conditions"] = conditions(isReady: isReady, isOver: phase == "Succeeded")
    }

    private func conditions(isReady: Bool, isOver: Bool) -> Value {
        let now = Value.string(Timestamp.now.text)
        let names = containers.compactMap { $0["name"]?.string }.joined(separator: " ")
        return .array(
            ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"].map { type in
                let isTrue = isReady || !["Ready", "ContainersReady"].contains(type)
                var condition: Mapping = [
                    "type": .string(type), "status": isTrue ? "True" : "False", "lastProbeTime": .null,
                    "lastTransitionTime": now,
                ]
                if isOver, !isTrue { condition["reason"] = "PodCompleted" }
                if !isOver, !isTrue {
                    condition["reason"] = "ContainersNotReady"
                    condition["message"] = .string("containers with unready status: [\(names)]")
                }
                return .mapping(condition)
            }
        )
    }

    /// `Guaranteed` when all limits are requests, `BestEffort` when there are none, else `Burstable`.
    private static func quality(_ pod: Value) -> String {
        let resources = (pod["spec"]?["containers"]?.array ?? []).map { $0["resources"] ?? [:] }
        let isEmpty = resources.allSatisfy { $0["limits"] == nil && $0["requests"] == nil }
        let isFull = resources.allSatisfy {
            $0["limits"] != nil && $0["limits"] == $0["requests"] && $0["limits"]?.mapping?.count == 2
        }
        return isEmpty ? "BestEffort" : isFull ? "Guaranteed" : "Burstable"
    }
}
