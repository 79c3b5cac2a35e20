import FakeKubernetes
import Manifests
import TestSupport
import Testing

@testable import Stages

/// A cluster, two versions of an application, and the stages from the one to the other.
struct Situation: Sendable, CustomTestStringConvertible {
    /// A stage with its options, written as in the application file.
    struct StageLine: Sendable, CustomStringConvertible {
        let name: String
        var options = "{}"

        init(_ name: String, _ options: String = "{}") {
            (self.name, self.options) = (name, options)
        }

        var description: String { "\(name) \(options)" }
    }

    /// What is foretold and what is done.
    struct Outcomes: Sendable {
        /// The objects that are told of, one list of lines for each stage.
        let foretold: [[String]]
        /// What is not told.
        let open: [String]
        /// What was done, as foretold.
        let done: [[String]]

        init(forecasts: [StageForecast], done: [[String]]) {
            foretold = forecasts.map { $0.answers.flatMap(\.changes).lines }
            open = forecasts.flatMap { $0.answers.flatMap(\.answers) }.compactMap { answer in
                guard case .change = answer.outcome else { return "\(answer.resource): \(answer.outcome)" }
                return nil
            }
            self.done = done
        }
    }

    let name: String
    var running: VersionText?
    var target: VersionText
    let stages: [StageLine]
    /// What somebody else does to the cluster before the stages, and after the running version was deployed.
    var prepare: @Sendable (FakeCluster) throws -> Void = { _ in }
    /// What must be among the changes, so that the situation is what its name says.
    var needs: Set<Change> = []

    var testDescription: String { name }

    /// What is foretold, asking the cluster, and what is then done; one list of lines for each stage.
    func outcomes() async throws -> Outcomes {
        try await VersionsFixture.with(running: running, target: target) { versions in
            try await Fleet.with(["eu"]) { fleet in
                if running != nil { try await fleet.deployRunning(versions) }
                try prepare(fleet.clusters[0])
                let before = Snapshot(fleet.clusters[0])
                let runner = StageRunner(connections: fleet.fresh.connections, patience: nil)
                var forecasts: [StageForecast] = []
                for stage in stages {
                    let request = try versions.request(stage.name, stage.options, targets: fleet.targets)
                    forecasts.append(try await runner.forecast(request, after: forecasts, asking: true))
                }
                #expect(Snapshot(fleet.clusters[0]).differences(from: before) == [], "a dry run writes nothing")
                var done: [[String]] = []
                for stage in stages {
                    let report = try await fleet.run(stage.name, stage.options, of: versions)
                    #expect(report.outcome == .succeeded, "\(stage): \(report)")
                    done.append(report.targets.flatMap(\.changes).lines)
                }
                return Outcomes(forecasts: forecasts, done: done)
            }
        }
    }
}

extension [ResourceChange] {
    /// One line for each object, sorted.
    var lines: [String] { map { "\($0.change.rawValue) \($0.resource)" }.sorted() }
}
