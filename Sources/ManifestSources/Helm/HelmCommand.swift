/// The command line that makes helm render a chart.
struct HelmCommand {
    /// The arguments, the flags of a map sorted by their keys.
    let arguments: [String]

    /// - Parameters:
    ///   - release: The release; its files as helm is to open them.
    ///   - chart: The chart as helm is to find it, which is not in Git.
    /// - Throws: `ManifestSourceError` with every text that helm would read as something else.
    init(_ release: HelmRelease, chart: HelmChartSource) throws(ManifestSourceError) {
        let name = chart.argument
        let problems = Self.problems(release, chart: name)
        guard problems.isEmpty else { throw ManifestSourceError(problems) }
        var arguments = ["template", "--no-hooks", "--include-crds", "--dependency-update", release.releaseName, name]
        if chart.isRemote, let version = release.chart.version.nonEmpty { arguments.append("--version=\(version)") }
        if case .repository = chart, release.insecureRepository { arguments.append("--insecure-skip-tls-verify") }
        if let namespace = release.namespace.nonEmpty { arguments.append("--namespace=\(namespace)") }
        arguments += release.setValues.flags("--set")
        arguments += release.valueFiles.flatMap { ["-f", $0] }
        arguments += release.setFiles.flags("--set-file")
        arguments += release.apiVersions.flatMap { ["--api-versions", $0] }
        arguments += release.kubeVersion.nonEmpty.map { ["--kube-version", $0] } ?? []
        self.arguments = arguments
    }

    private static func problems(_ release: HelmRelease, chart: String) -> [String] {
        let words =
            [("helmOptions.releaseName", release.releaseName), ("helmChart", chart)]
            + release.setValues.keys.sorted().map { ("helmOptions.setValues", $0) }
            + release.valueFiles.map { ("helmOptions.valueFiles", $0) }
            + release.setFiles.keys.sorted().map { ("helmOptions.setFiles", $0) }
            + release.apiVersions.map { ("helmOptions.apiVersions", $0) }
            + [("helmOptions.kubeVersion", release.kubeVersion ?? "")]
        let flags = words.filter { $0.1.utf8.first == UInt8(ascii: "-") }.map {
            "\($0.0): \"\($0.1)\" must not begin with \"-\", helm would take it for a flag"
        }
        // A C string, which an argument becomes, ends there.
        let cut = (words + release.otherWords).filter { $0.1.utf8.contains(0) }.map { "\($0.0): has a zero byte" }
        let empty = release.releaseName.isEmpty ? ["helmOptions.releaseName: must not be empty"] : []
        // helm splits these texts at commas, and would then read a file that nobody looked at.
        let lists = release.valueFiles.filter { $0.hasAny(of: ",\"\n\r") }.map {
            "helmOptions.valueFiles: \"\($0)\" has a comma, quote or line break, where helm would split it; rename it"
        }
        let pairs = release.setFiles.sorted { $0.key < $1.key }.filter(splits).map {
            "helmOptions.setFiles: \"\($0.key)=\($0.value)\" has a character with a meaning for helm; rename it"
        }
        return empty + flags + cut + lists + pairs
    }

    private static func splits(key: String, file: String) -> Bool {
        // A backslash at the end would make the "=" behind the key a part of it.
        key.hasAny(of: "=,{}\n\r") || key.utf8.last == UInt8(ascii: "\\") || file.hasAny(of: ",{}\\\n\r")
    }
}

extension HelmRelease {
    /// What stands in the middle of an argument, with its place.
    fileprivate var otherWords: [(String, String)] {
        setValues.values.map { ("helmOptions.setValues", $0) } + setFiles.values.map { ("helmOptions.setFiles", $0) }
            + [("helmChart.version", chart.version ?? ""), ("input.namespace", namespace ?? "")]
    }
}

extension String {
    /// Whether one of some ASCII characters is in the text, as helm sees it: a comma with an accent is a comma.
    fileprivate func hasAny(of characters: String) -> Bool { utf8.contains(where: characters.utf8.contains) }
}

extension HelmChartSource {
    /// What helm is told.
    fileprivate var argument: String {
        switch self {
        case .local(let path): path
        case .repository(let chart), .registry(let chart): chart
        case .git(let chart): chart.path
        }
    }

    /// Whether helm fetches it, so that there are versions to choose from.
    var isRemote: Bool {
        switch self {
        case .repository, .registry: true
        case .local, .git: false
        }
    }
}

extension [String: String] {
    /// A flag for each pair, sorted by key.
    fileprivate func flags(_ flag: String) -> [String] {
        sorted { $0.key < $1.key }.flatMap { [flag, "\($0.key)=\($0.value)"] }
    }
}
