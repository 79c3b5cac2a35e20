import FakePiped
import PipedAPI
import TestSupport

/// A piped that is connected to a scripted plugin `demo`, and an application of two commits.
struct ControllerFixture: Sendable {
    let piped: FakePiped
    let controller: Controller
    let plugin: ScriptedPlugin
    let first: SourceCommit
    let second: SourceCommit

    static let application = RegisteredApplication(
        id: "app-1",
        name: "shop",
        path: "apps/shop",
        deployTargets: ["demo": ["east"], "other": []]
    )

    static let pipeline = """
        pipeline:
            stages:
              - {name: DEMO_CANARY, with: {percent: 10}}
              - {name: DEMO_ROLLOUT, desc: all}
        """

    /// Runs a body with an application whose file has these lines under `spec`.
    static func with<Result: Sendable>(
        _ script: ScriptedPlugin.Script = script,
        spec: String = pipeline,
        message: String = "change",
        isFirst: Bool = false,
        _ body: @Sendable (ControllerFixture) async throws -> Result
    ) async throws -> Result {
        try await withTemporaryDirectory { directory in
            let file = "apiVersion: pipecd.dev/v1beta1\nkind: Application\nspec:\n  plugins: {demo: {}}\n  \(spec)\n"
            for commit in ["aaa", "bbb"] {
                try TestFiles.write(file, to: "\(directory)/\(commit)/apps/shop/app.pipecd.yaml")
                try TestFiles.write(commit, to: "\(directory)/\(commit)/apps/shop/version")
            }
            let first = SourceCommit("aaa", directory: "\(directory)/aaa")
            let second = SourceCommit("bbb", directory: "\(directory)/bbb", message: message)
            let plugin = ScriptedPlugin(script)
            return try await FakePiped.with { piped in
                if !isFirst { piped.update { $0.succeeded["app-1"] = first } }
                return try await plugin.serving { port in
                    try await piped.connected(to: [("demo", port)]) { controller in
                        try await body(
                            ControllerFixture(
                                piped: piped,
                                controller: controller,
                                plugin: plugin,
                                first: first,
                                second: second
                            )
                        )
                    }
                }
            }
        }
    }

    static var script: ScriptedPlugin.Script {
        var script = ScriptedPlugin.Script(
            stages: ["DEMO_CANARY", "DEMO_ROLLOUT"],
            rollback: "DEMO_ROLLBACK",
            quickSync: "DEMO_SYNC"
        )
        script.strategy = .pipeline
        return script
    }

    /// Plans the second commit and runs it.
    func deploy() async throws -> PipedDeployment {
        let planned = try await controller.plan(second, of: Self.application)
        return planned.status == .deploymentPlanned ? try await controller.execute(planned.id) : planned
    }
}
