import ArgumentParser
import Manifests

/// How results are printed.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json, yaml

    /// A result as a tree, in the chosen form; `text` is for people and made by the caller.
    func print(_ value: @autoclosure () -> Value, text: @autoclosure () -> String) {
        switch self {
        case .text: Console.output(text())
        case .json: Console.output(value().jsonText(.pretty))
        case .yaml: Console.output(value().yamlText())
        }
    }
}

/// The option for it.
struct OutputOptions: ParsableArguments {
    @Option(name: [.short, .long], help: "text, json or yaml; progress goes to stderr in any case.")
    var output = OutputFormat.text
}
