/// The arguments that kustomize is run with.
struct KustomizeCommand {
    private let options: KustomizeOptions

    /// - Throws: `ManifestSourceError` with one line for each option that is not allowed, or not as it is written.
    init(_ options: KustomizeOptions) throws(ManifestSourceError) {
        self.options = options
        let problems = options.options.sorted { $0.key < $1.key }.compactMap(Self.problem)
        guard problems.isEmpty else { throw ManifestSourceError(problems) }
    }

    /// Whether charts are rendered too.
    var needsHelm: Bool {
        guard let value = options.options["enable-helm"] else { return false }
        return value != "false"
    }

    /// Whether kustomize may read, or helm write, more than what is below the directories of kustomizations.
    var reachesFurther: Bool {
        let restrictions = ["load-restrictor", "load_restrictor"].compactMap { options.options[$0] }
        return needsHelm || !restrictions.allSatisfy { ["LoadRestrictionsRootOnly", "rootOnly"].contains($0) }
    }

    /// Whether the wanted version knows the flag for helm's path; one that is not said is taken for one that does not.
    var knowsHelmCommand: Bool {
        options.version.flatMap(SemanticVersion.init).map { $0 >= SemanticVersion(4, 1, 0) } ?? false
    }

    /// The arguments for a tool that has kustomize in it.
    ///
    /// - Parameters:
    ///   - tool: kustomize or kubectl.
    ///   - helm: The path of helm, `nil` to say nothing about it.
    /// - Returns: The arguments, options sorted by name.
    func arguments(for tool: Tool, helm: String?) -> [String] {
        var arguments = tool == .kubectl ? ["kustomize", "."] : ["build", "."]
        if let helm { arguments += ["--helm-command", helm] }
        for (name, value) in options.options.sorted(by: { $0.key < $1.key }) {
            switch (Self.allowed[name], value) {
            case (.fact, ""): arguments.append("--\(name)")
            case (.fact, _): arguments.append("--\(name)=\(value)")
            default: arguments += ["--\(name)", value]
            }
        }
        return arguments
    }

    // MARK: Options

    private enum Kind {
        /// On or off.
        case fact
        /// With a value behind it.
        case value
    }

    private static let allowed: [String: Kind] = [
        "allow-id-changes": .fact, "allow_id_changes": .fact, "as-current-user": .fact, "enable-helm": .fact,
        "enable-managedby-label": .fact, "helm-api-versions": .value, "helm-debug": .fact, "helm-kube-version": .value,
        "load-restrictor": .value, "load_restrictor": .value, "reorder": .value,
    ]

    /// Why other options are refused: whoever may change the repository would do with them more than make manifests.
    private static let refused: [String: String] = [
        "enable-alpha-plugins": runsPrograms, "enable_alpha_plugins": runsPrograms, "enable-exec": runsPrograms,
        "enable-star": runsPrograms, "network": forPrograms, "network-name": forPrograms, "mount": forPrograms,
        "env": forPrograms, "e": forPrograms, "output": "it writes files", "o": "it writes files",
        "helm-command": "the path of helm is set where Flotilla runs, not in the repository",
    ]

    private static let runsPrograms = "it runs programs that the repository names"
    private static let forPrograms = "it is for programs that the repository names, which are not run"

    private static func problem(_ name: String, _ value: String) -> String? {
        let place = "kustomizeOptions.\(name)"
        switch allowed[name] {
        case .fact where !["", "true", "false"].contains(value):
            return "\(place): is on or off, found \"\(value)\"; write true, false or nothing"
        case .value where value.isEmpty || value.utf8.contains(0): return "\(place): needs a value"
        case .fact, .value: return nil
        case nil:
            let names = allowed.keys.filter { !$0.contains("_") }.sorted().joined(separator: ", ")
            guard let why = refused[name] else { return "\(place): no such option; allowed are \(names)" }
            return "\(place): not allowed, because \(why); allowed are \(names)"
        }
    }
}
