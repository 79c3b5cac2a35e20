import ArgumentParser
import KubernetesAPI
import Glibc

/// The command.
///
/// What each subcommand does is in `Commands`; here they are only put together.
@main
struct Flotilla: AsyncParsableCommand {
    /// A closed pipe behind stdout or stderr must not end a rollout in the middle.
    static func main() async {
        signal(SIGPIPE, SIG_IGN)
        await main(Start.spelledOut(DryRunOptions.spelledOut(Array(CommandLine.arguments.dropFirst()))))
    }

    static let version = "0.1.0"

    /// How clusters are talked to: with our name and version in their audit logs.
    static let clientOptions = {
        var options = ClusterClient.Options()
        options.product = "flotilla/\(version)"
        return options
    }()

    static let configuration = CommandConfiguration(
        commandName: "flotilla",
        abstract: "Moves one application on many Kubernetes clusters, all at once, in stages.",
        discussion: """
            Start with "flotilla demo": three clusters inside this process, a sample application and a canary \
            rollout, in half a minute and with nothing to install.

            Exit codes: 0 done, 1 failed, 2 --exit-code found something (plan, status, health; diff always), 3 some \
            clusters failed, 64 wrong use.
            """,
        version: version,
        subcommands: [
            Validate.self, Render.self, Plan.self, Diff.self, Stage.self, Run.self, Status.self, Why.self,
            HealthCommand.self, Schema.self, Demo.self, FakeClusterCommand.self, Start.self, Version.self,
        ]
    )
}
