import ArgumentParser
import Manifests
import Rollouts
import Stages

/// `flotilla render`: the manifests as loaded and rendered.
struct Render: CancellableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints the manifests as loaded from files, kustomize or helm, before anything is made of them.",
        discussion: """
            No cluster is asked, and the values of Secrets are hidden. Where input.multiTargets makes targets differ, name \
            one with --target.

            Example: flotilla render shop --target eu
            """
    )

    @OptionGroup var application: ApplicationOptions

    @Option(help: "The target whose manifests are printed; not needed when all have the same.")
    var target: String?

    @Option(
        help: "A piped file, or a file with just its deployTargets. Default: the targets that the application names."
    )
    var targets: String?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Names of the targets that the application is registered for.", valueName: "name")
    )
    var offline: [String] = []

    @OptionGroup var tools: ToolOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard targets == nil || offline.isEmpty else {
            throw ValidationError("--targets and --offline exclude each other")
        }
        guard !offline.contains(""), target != "" else {
            throw ValidationError("a target has a name, found an empty one")
        }
    }

    func execute() async throws {
        let rendering = try Rendering(
            of: try application.load(),
            on: try registered(),
            wanted: target,
            manifests: try tools.loader(targets: targets, plugin: application.plugin)
        )
        let names = try rendering.names()
        if let target, !names.contains(target) {
            let hint = ClosestName.hint(target, among: names)
            throw ApplicationError(problems: [
                "--target \(target): no such target\(hint); there are \(names.joined(separator: ", "))"
            ])
        }
        let rendered = try await rendering.targets(only: target)
        var told: Set<String> = []
        for note in rendered.flatMap(\.notes) where told.insert(note).inserted { Console.error("warning: \(note)") }
        let manifests = try single(of: rendered).map(\.redacted.object)
        output.output.print(.array(manifests), text: manifests.map { $0.yamlText() }.joined(separator: "---\n"))
    }

    /// The targets that the application is registered for, `nil` when nobody said.
    private func registered() throws -> [DeployTarget]? {
        if let targets { return try TargetsFile.load(targets, plugin: application.plugin) }
        guard !offline.isEmpty else { return nil }
        return try TargetsFile.distinct(offline.map { DeployTarget(name: $0, access: .offline) })
    }

    /// The manifests that all targets have.
    private func single(of targets: [Rendering.Target]) throws -> [Manifest] {
        var groups: [(names: [String], manifests: [Manifest])] = []
        for target in targets {
            if let index = groups.firstIndex(where: { $0.manifests.map(\.object) == target.manifests.map(\.object) }) {
                groups[index].names.append(target.name)
            } else {
                groups.append(([target.name], target.manifests))
            }
        }
        guard groups.count <= 1 else {
            let different = groups.map { $0.names.joined(separator: ", ") }.joined(separator: " | ")
            throw ApplicationError(problems: [
                "targets have different manifests (\(different)); choose one with --target"
            ])
        }
        return groups.first?.manifests ?? []
    }
}
