package import FoundationEssentials
package import PipedAPI

/// An object that deployments of an application share.
package struct SharedObjectKey: Sendable, Hashable {
    package let application: String
    package let plugin: String
    package let key: String

    package init(application: String, plugin: String, key: String) {
        (self.application, self.plugin, self.key) = (application, plugin, key)
    }
}

/// What piped and the control plane behind it know.
package struct PipedState: Sendable {
    /// The logs of stages, at the control plane.
    package var logs: [StageLogKey: StageLogRecord] = [:]
    /// The metadata of deployments in progress, in piped's memory.
    package var metadata = MetadataStore()
    /// The deployments, at the control plane.
    package var deployments: [String: PipedDeployment] = [:]
    /// What people asked for in the web UI.
    package var commands: [PipedCommand] = []
    /// Objects that deployments share, at the control plane.
    package var objects: [SharedObjectKey: Data] = [:]
    /// The calls of plugins, refused ones included.
    package var calls: [ReceivedCall] = []
    /// What happened, one line each, in order: calls in both directions and changes of state.
    package var journal: [String] = []
    /// What the real piped would have died of, or hung on.
    package var crashes: [String] = []
    /// The commits that were deployed with success last, by application.
    package var succeeded: [String: SourceCommit] = [:]
    /// The commits that deployments are about.
    var triggered: [String: SourceCommit] = [:]
    /// The applications that deployments are about.
    var applications: [String: RegisteredApplication] = [:]
    /// Whether plugins can call.
    package internal(set) var isServing = false
    var faults: [PipedFault] = []
    /// How the stage calls in progress are to end, by deployment.
    var interruptions: [String: Interruption] = [:]

    /// The log of a stage; an empty one when nothing was sent.
    package func log(_ deployment: String, _ stage: String) -> StageLogRecord {
        logs[StageLogKey(deployment, stage)] ?? StageLogRecord()
    }

    mutating func note(_ method: String, _ request: any Sendable) {
        calls.append(ReceivedCall(method: method, request: request))
        journal.append("plugin: \(method)")
    }

    mutating func takeFault(for method: String) -> PipedFault.Effect? {
        guard let place = faults.firstIndex(where: { $0.methods.isEmpty || $0.methods.contains(method) }) else {
            return nil
        }
        let fault = faults[place]
        if let times = fault.times {
            faults[place].times = times - 1
            if times <= 1 { faults.remove(at: place) }
        }
        return fault.effect
    }

    mutating func put(_ pairs: [String: String], stage: String, of deployment: String) throws(Refusal) {
        let all = try metadata.put(pairs, stage: stage, of: deployment)
        guard let place = deployments[deployment]?.stages.firstIndex(where: { $0.id == stage }) else { return }
        deployments[deployment]?.stages[place].metadata.merge(all) { $1 }
    }

    mutating func put(_ pairs: [String: String], plugin: String, of deployment: String) throws(Refusal) {
        let all = try metadata.put(pairs, plugin: plugin, of: deployment)
        deployments[deployment]?.metadataV2.plugins[plugin, default: .init()].keyValues.merge(all) { $1 }
    }
}
