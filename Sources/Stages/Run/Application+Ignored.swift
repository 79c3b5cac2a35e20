import Manifests
package import Rollouts

extension Application {
    /// What is written in the application file and only PipeCD honours, one line each.
    ///
    /// - Parameter strategy: How the application is deployed; a quick sync has none of the stages.
    /// - Returns: Where it stands, and what happens instead.
    package func ignoredFields(by strategy: Strategy) -> [String] {
        let spec = document.value["spec"]
        var fields = [("spec.timeout", spec?["timeout"], "a run has no time limit")]
        let stages = strategy == .pipeline ? spec?[path: "pipeline", "stages"]?.array ?? [] : []
        for (index, stage) in stages.enumerated() {
            let place = "spec.pipeline.stages[\(index)]"
            fields.append(("\(place).timeout", stage["timeout"], "only the deadline of readiness ends a stage"))
            fields.append(("\(place).skipOn", stage["skipOn"], "the stage always runs"))
        }
        return fields.filter { !($0.1 ?? .null).isNull }.map { path, _, text in
            let place = document.position(of: path).map { "\($0): " } ?? ""
            return "\(place)\(path) is not honoured here: \(text)"
        }
    }
}
