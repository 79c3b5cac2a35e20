import ArgumentParser

/// `flotilla version`: what plugins of PipeCD are asked with for their version.
struct Version: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints the version, as --version does.",
        shouldDisplay: false
    )

    func run() {
        Console.output(Flotilla.version)
    }
}
