package import Rollouts

/// One stage that is to be planned or run.
package struct StageRequest: Sendable {
    /// The stage as the user wrote it.
    package let stage: StageName
    /// Its decoded options.
    package let options: StageOptions
    /// The application.
    package let application: Application
    /// What the ownership marks say.
    package let identity: Application.Identity
    /// The targets that the application is registered for, in their order.
    package let targets: [DeployTarget]
    /// Names of targets that the stage is done with already: they are left alone.
    package var finished: Set<String> = []

    package init(
        stage: StageName,
        options: StageOptions,
        application: Application,
        identity: Application.Identity,
        targets: [DeployTarget]
    ) {
        self.stage = stage
        self.options = options
        self.application = application
        self.identity = identity
        self.targets = targets
    }

    /// The same request for targets of which only the names are known.
    package var offline: StageRequest {
        StageRequest(
            stage: stage,
            options: options,
            application: application,
            identity: identity,
            targets: targets.map { DeployTarget(name: $0.name, labels: $0.labels, access: .offline) }
        )
    }

    /// The targets that the stage runs on, those included that it is done with.
    ///
    /// It throws a `RolloutError` for a wrong selection.
    func selection() throws -> TargetSelection {
        try TargetSelection(
            registered: targets.map { TargetSelection.Registered($0.name, labels: $0.labels) },
            input: spec.input,
            stageTargets: options.targets
        )
    }

    /// The names of those targets; none when they cannot be chosen.
    var selectedTargets: [String] { (try? selection())?.entries.map(\.name) ?? [] }

    /// The part of the application file that is ours.
    var spec: PluginSpec { application.configuration.plugin }

    /// What happens to clusters that have not started when one fails.
    var failurePolicy: FailurePolicy { options.failurePolicy ?? spec.failurePolicy }
}
