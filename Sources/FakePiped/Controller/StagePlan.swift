import GRPCCore
import PipedAPI

/// Putting planned stages in order, as piped does with what plugins answer.
enum StagePlan {
    /// Checks one plugin's answer for a pipeline: indexes are unique, apart for forward and rollback, and were asked for.
    static func validateIndexes(_ stages: [PipedPipelineStage], requested: [Int32]) throws(Refusal) {
        for isRollback in [false, true] {
            var seen: Set<Int32> = []
            for stage in stages where stage.rollback == isRollback && !seen.insert(stage.index).inserted {
                throw Refusal(.internalError, "stage index \(stage.index) from plugin is duplicated")
            }
        }
        for stage in stages where !requested.contains(stage.index) {
            throw Refusal(.internalError, "stage index \(stage.index) from plugin is not defined in the pipeline")
        }
    }

    /// The stages of a pipeline: forward ones by index, each after the one before it, then the rollbacks by index.
    static func pipeline(_ answers: [PipedPipelineStage], deployment: String) -> [PipedPipelineStage] {
        var forward = answers.filter { !$0.rollback }.sorted { $0.index < $1.index }
        let rollback = answers.filter(\.rollback).sorted { $0.index < $1.index }
        forward = numbered(forward, from: 1, deployment)
        for place in forward.indices.dropFirst() { forward[place].requires = [forward[place - 1].id] }
        return forward + numbered(rollback, from: forward.count + 1, deployment)
    }

    /// The stages of a quick sync: forward ones as they came, then the rollbacks.
    static func quickSync(_ answers: [PipedPipelineStage], deployment: String) -> [PipedPipelineStage] {
        numbered(answers.filter { !$0.rollback } + answers.filter(\.rollback), from: 1, deployment)
    }

    /// Every ID is piped's, whatever the plugin said.
    private static func numbered(
        _ stages: [PipedPipelineStage],
        from first: Int,
        _ deployment: String
    ) -> [PipedPipelineStage] {
        stages.enumerated().map { number, stage in
            var stage = stage
            stage.id = "\(deployment)-s\(first + number)"
            return stage
        }
    }
}
