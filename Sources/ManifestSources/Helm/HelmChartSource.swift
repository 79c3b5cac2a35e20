/// Where helm finds a chart.
enum HelmChartSource: Hashable {
    /// A directory or an archive on disk.
    case local(path: String)
    /// `REPOSITORY/NAME` in a configured chart repository.
    case repository(chart: String)
    /// `oci://HOST/NAME` in a registry.
    case registry(chart: String)
    /// A directory in a Git repository.
    case git(GitChart)

    /// The one source that the fields of a chart describe.
    ///
    /// - Throws: `ManifestSourceError` when they describe none, more than one, or one that cannot be.
    init(_ chart: HelmRelease.Chart) throws(ManifestSourceError) {
        switch (chart.path.nonEmpty, chart.gitRemote.nonEmpty, chart.repository.nonEmpty) {
        case (let path, let remote?, nil):
            self = .git(try GitChart(remote: remote, ref: chart.ref.nonEmpty, path: path ?? "."))
        case (nil, nil, let repository?):
            self = try Self.remote(repository, name: chart.name.nonEmpty)
        case (let path?, nil, nil):
            self = path.hasPrefix(Self.registryScheme) ? try Self.registry(path) : .local(path: path)
        case (nil, nil, nil):
            throw ManifestSourceError("helmChart: \(Self.missing(chart)); set path, gitRemote or repository")
        case (_, _, _?):
            let names = chart.sources.joined(separator: " and ")
            throw ManifestSourceError("helmChart: \(names) exclude each other, found both; remove one")
        }
    }

    /// The fields of a chart that say nothing about its source, and are ignored.
    static func ignoredFields(of chart: HelmRelease.Chart) -> [String] {
        let hasRepository = chart.repository.nonEmpty != nil
        let isRegistry = hasRepository || chart.path?.hasPrefix(registryScheme) == true
        let fields = [
            (name: "ref", value: chart.ref, isUsed: chart.gitRemote.nonEmpty != nil),
            (name: "name", value: chart.name, isUsed: hasRepository),
            (name: "version", value: chart.version, isUsed: isRegistry),
        ]
        return fields.filter { $0.value.nonEmpty != nil && !$0.isUsed }.map(\.name)
    }

    /// What to tell the user about a chart that another render may find changed: such a version cannot be rolled back to.
    func notice(version: String?) -> String? {
        switch self {
        case .local: nil
        case .repository(let chart), .registry(let chart):
            version.nonEmpty?.isExactVersion == true || chart.contains("@sha256:")
                ? nil
                : "helmChart.version is not exact: each render, also that of a rollback, takes the newest chart there is; "
                    + "set one such as 1.2.3"
        case .git(let chart):
            chart.isFixed
                ? nil
                : "helmChart.ref is no full commit: each render, also that of a rollback, takes the chart that is there then; "
                    + "set the whole hash of a commit"
        }
    }

    private static let registryScheme = "oci://"

    private static func remote(_ repository: String, name: String?) throws(ManifestSourceError) -> HelmChartSource {
        if repository.hasPrefix(registryScheme) {
            let address = repository.last == "/" ? String(repository.dropLast()) : repository
            return try registry(name.map { "\(address)/\($0)" } ?? address)
        }
        guard let name else { throw ManifestSourceError("helmChart: repository needs a name; add name") }
        // helm looks for a file of that name first: what could lead out of the application directory is no name.
        guard !repository.utf8.contains(UInt8(ascii: "/")), isName(repository) else {
            throw ManifestSourceError(
                "helmChart.repository: \"\(repository.withoutUserInfo)\" is no name of a chart repository; give it one "
                    + "by helm repo add, in a piped by chartRepositories, and write that, or use oci://"
            )
        }
        guard
            name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
                .allSatisfy({ isName(String($0)) })
        else {
            throw ManifestSourceError("helmChart.name: \"\(name)\" is no name of a chart")
        }
        return .repository(chart: "\(repository)/\(name)")
    }

    private static func registry(_ address: String) throws(ManifestSourceError) -> HelmChartSource {
        guard address.userInfo == nil else {
            throw ManifestSourceError(
                "helmChart: \(address.withoutUserInfo) must be without user and password; log in by helm registry login"
            )
        }
        return .registry(chart: address)
    }

    private static func isName(_ text: String?) -> Bool { !["", ".", "..", nil].contains(text) }

    private static func missing(_ chart: HelmRelease.Chart) -> String {
        let given = ignoredFields(of: chart)
        return given.isEmpty ? "is empty" : "has only \(given.joined(separator: " and "))"
    }
}

extension HelmRelease.Chart {
    /// The fields that each say where the chart is.
    fileprivate var sources: [String] {
        [("path", path), ("gitRemote", gitRemote), ("repository", repository)]
            .filter { $0.1.nonEmpty != nil }.map(\.0)
    }
}

extension String {
    /// Whether it is a version with all its numbers, and no range.
    fileprivate var isExactVersion: Bool { wholeMatch(of: #/v?\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?/#) != nil }
}

extension String? {
    /// The text, `nil` when there is none or it is empty.
    var nonEmpty: String? { flatMap { $0.isEmpty ? nil : $0 } }
}
