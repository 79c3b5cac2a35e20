import ArgumentParser
import Manifests
import Rollouts

/// `flotilla schema`: the JSON Schema of the application file.
struct Schema: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints a JSON Schema of the application file, for editors.",
        discussion: """
            Keep it in a file and name that in the first line of the application file; editors with the YAML language \
            server then complete keys, explain them and mark mistakes:

              flotilla schema > app.schema.json
              # yaml-language-server: $schema=app.schema.json
            """
    )

    @Option(help: "The key below spec.plugins that holds the settings.")
    var plugin = ApplicationConfiguration.defaultPluginName

    func run() {
        Console.output(ApplicationSchema.schema(plugin: plugin).jsonText(.pretty))
    }
}
