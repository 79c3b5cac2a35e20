import PipedAPI

/// What the real piped would have died of, or hung on for an hour.
package struct Crash: Error, CustomStringConvertible {
    package let reason: String

    package var description: String { "piped: \(reason)" }
}

extension FakePiped {
    /// Records a crash, which the caller throws.
    func crash(_ reason: String) -> Crash {
        update { $0.crashes.append(reason) }
        return Crash(reason: reason)
    }

    /// Writes a line into the journal.
    func note(_ line: String) {
        update { $0.journal.append(line) }
    }

    /// Ends the stage call of a deployment that goes on, or the next one.
    package func interrupt(_ deployment: String, _ interruption: Interruption) {
        update { $0.interruptions[deployment] = interruption }
    }

    /// Adds the command of a user who approves a stage.
    package func approve(_ stage: String, of deployment: String, by user: String) {
        update { state in
            var command = PipedCommand()
            command.id = "c\(state.commands.count + 1)"
            (command.deploymentID, command.stageID, command.commander) = (deployment, stage, user)
            command.type = .approveStage
            (command.approveStage.deploymentID, command.approveStage.stageID) = (deployment, stage)
            (command.createdAt, command.updatedAt) = (1_700_000_000, 1_700_000_000)
            state.commands.append(command)
        }
    }
}
