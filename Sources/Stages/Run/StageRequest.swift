package import Rollouts

/// One stage that is to be planned or run.
package struct StageRequest: Sendable {
    /// The stage as the user wrote it.
    package let stage: StageName
    /// Its decoded options.
    package let options: StageOptions
    /// The application in the version that is deployed.
    package let application: Application
    /// What the ownership marks say.
    package let identity: Application.Identity
    /// The targets that the application is registered for, in their order.
    package let targets: [DeployTarget]
    /// The version that ran before, `nil` on a first deployment.
    package let running: RunningVersion?
    /// Names of targets that the stage is done with already: they are left alone.
    package var finished: Set<String> = []

    package init(
        stage: StageName,
        options: StageOptions,
        application: Application,
        identity: Application.Identity,
        targets: [DeployTarget],
        running: RunningVersion? = nil
    ) {
        self.stage = stage
        self.options = options
        self.application = application
        self.identity = identity
        self.targets = targets
        self.running = running
    }

    /// The same request for targets of which only the names are known.
    package var offline: StageRequest {
        StageRequest(
            stage: stage,
            options: options,
            application: application,
            identity: identity,
            targets: targets.map { DeployTarget(name: $0.name, labels: $0.labels, access: .offline) },
            running: running
        )
    }

    /// The targets that the stage runs on, those included that it is done with.
    ///
    /// It throws a `RolloutError` for a wrong selection, a `StageError` when the version is not known that says which.
    func selection() throws -> TargetSelection {
        try TargetSelection(
            registered: targets.map { TargetSelection.Registered($0.name, labels: $0.labels) },
            input: try SourceVersion(stage.kind.planner.source, of: self).selectingInput,
            stageTargets: options.targets
        )
    }

    /// The names of those targets; none when they cannot be chosen.
    package var selectedTargets: [String] { (try? selection())?.entries.map(\.name) ?? [] }

    /// The part of the deployed version's application file that is ours.
    var spec: PluginSpec { application.configuration.plugin }

    /// What happens to clusters that have not started when one fails.
    var failurePolicy: FailurePolicy { options.failurePolicy ?? spec.failurePolicy }
}

/// The version of an application that was deployed last with success.
package struct RunningVersion: Sendable {
    /// The application as it was then.
    package let application: Application
    /// The commit that it is of.
    package let commit: String

    package init(application: Application, commit: String) {
        self.application = application
        self.commit = commit
    }
}
