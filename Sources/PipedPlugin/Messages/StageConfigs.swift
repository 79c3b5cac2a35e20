import Manifests
import PipedAPI
import Rollouts
import Stages

/// The stages of a pipeline that piped hands to this plugin, as it does while it plans.
///
/// Which application they are of piped does not tell. The options are therefore read with the default settings, which
/// shows every mistake in them; the stage reads them again with those of the application.
struct StageConfigs {
    private let stages: [PipedBuildPipelineSyncStagesRequest.StageConfig]

    init(_ stages: [PipedBuildPipelineSyncStagesRequest.StageConfig]) {
        self.stages = stages
    }

    /// The stages in the order given.
    ///
    /// - Throws: `ApplicationError` with one line for each mistake.
    func pipeline() throws -> [PipelineStage] {
        var pipeline: [PipelineStage] = []
        var problems: [String] = []
        for config in stages {
            do {
                pipeline.append(try stage(config))
            } catch {
                problems += "\(error)".split(separator: "\n").map(String.init)
            }
        }
        for (index, count) in Dictionary(grouping: stages, by: \.index).mapValues(\.count) where count > 1 {
            problems.append("stages[\(index)]: the index is there \(count) times; each stage has one of its own")
        }
        guard problems.isEmpty else { throw ApplicationError(problems: problems) }
        return pipeline
    }

    private func stage(_ config: PipedBuildPipelineSyncStagesRequest.StageConfig) throws -> PipelineStage {
        let place = "stages[\(config.index)]"
        guard config.index >= 0 else { throw ApplicationError(problems: ["\(place): an index must not be negative"]) }
        guard let name = StageName(config.name) else {
            throw ApplicationError(problems: ["\(place): \(UnsupportedStage(config.name))"])
        }
        let text = Array(config.config)
        let decoded = StageOptions.decode(
            text.isEmpty ? [:] : try Value(json: text, file: "\(place) \(name): with"),
            for: name.kind,
            spec: PluginSpec(),
            path: "\(place) \(name): with"
        )
        guard let options = decoded.value else {
            throw ApplicationError(problems: decoded.problems.map { "\($0)" })
        }
        return PipelineStage(index: Int(config.index), action: .ours(name, options), description: config.desc)
    }
}
