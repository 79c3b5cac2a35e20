package import Manifests

/// A chart repository that helm is to know by a name.
package struct HelmRepository: Sendable, Hashable {
    /// The name.
    package var name: String
    /// The URL.
    package var address: String
    /// The user to log in as.
    package var username: String?
    /// The password of the user.
    package var password: Password?
    /// Whether any certificate of the server will do.
    package var insecure = false

    /// A repository without login.
    package init(name: String, address: String) {
        self.name = name
        self.address = address
    }
}

/// A registry that helm is to log in to.
package struct HelmRegistry: Sendable, Hashable {
    /// The host.
    package var address: String
    /// The user to log in as.
    package var username: String?
    /// The password of the user.
    package var password: Password?

    /// A registry without login.
    package init(address: String) {
        self.address = address
    }
}

/// Tells helm of chart repositories and registries, once, before it renders.
package enum HelmRegistration {
    /// Adds every repository, by which helm fetches the list of its charts, and logs in to every registry that has a user.
    ///
    /// Doing it again replaces what was added before. Passwords are only ever on helm's standard input.
    ///
    /// - Throws: `ManifestSourceError` that names every repository and registry that failed, and no password.
    package static func register(
        _ repositories: [HelmRepository],
        _ registries: [HelmRegistry],
        tools: Tools
    ) async throws(ManifestSourceError) {
        guard !repositories.isEmpty || !registries.isEmpty else { return }
        let helm = try await tools.locate(.helm)
        var limits = ToolLimits.standard
        // A server that says nothing by then is not there, and others wait.
        limits.time = .seconds(30)
        var problems: [String] = []
        for repository in repositories {
            let label = "chart repository \"\(repository.name)\""
            let run = ToolRun(helm, environment: tools.environment, limits: limits, label: label)
            await note(&problems) { () throws(ManifestSourceError) in
                try checkName(repository.name, repository.address)
                try await self.run(repository.arguments, secrets: (repository.password, repository.address), run)
            }
        }
        for registry in registries where registry.username.nonEmpty != nil || registry.password != nil {
            let label = "chart registry \"\(registry.address.withoutUserInfo)\""
            let run = ToolRun(helm, environment: tools.environment, limits: limits, label: label)
            await note(&problems) { () throws(ManifestSourceError) in
                try checkName(registry.address)
                try await self.run(registry.arguments, secrets: (registry.password, registry.address), run)
            }
        }
        if Task.isCancelled { throw .cancelled }
        guard problems.isEmpty else { throw ManifestSourceError(problems) }
    }

    /// Runs a body and goes on with the others when it fails: a repository that is out of order must not keep the charts of
    /// the others away.
    private static func note(
        _ problems: inout [String],
        _ body: () async throws(ManifestSourceError) -> Void
    ) async {
        guard !Task.isCancelled else { return }
        do throws(ManifestSourceError) {
            try await body()
        } catch {
            problems += error.problems
        }
    }

    /// Runs helm with a password to read; the address may hold one too.
    private static func run(
        _ arguments: [String],
        secrets: (password: Password?, address: String),
        _ run: ToolRun
    ) async throws(ManifestSourceError) {
        let password = secrets.password?.secret ?? ""
        do throws(ManifestSourceError) {
            _ = try await run.output(arguments, in: "/", input: Array(password.utf8))
        } catch {
            throw error.hiding([password, secrets.address.userInfo ?? ""])
        }
    }

    private static func checkName(_ names: String...) throws(ManifestSourceError) {
        for name in names where name.isEmpty || name.utf8.first == UInt8(ascii: "-") || name.utf8.contains(0) {
            throw ManifestSourceError(
                "\"\(name)\" is neither a name nor an address for helm, which would take it for something else"
            )
        }
    }
}

extension HelmRepository {
    fileprivate var arguments: [String] {
        ["repo", "add", name, address, "--force-update"]
            + (insecure ? ["--insecure-skip-tls-verify"] : [])
            + (username.nonEmpty.map { ["--username", $0] } ?? [])
            + (password != nil ? ["--password-stdin"] : [])
    }
}

extension HelmRegistry {
    fileprivate var arguments: [String] {
        ["registry", "login", "-u", username ?? "", "--password-stdin", address]
    }
}
