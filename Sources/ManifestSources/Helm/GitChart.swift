/// A chart in a Git repository.
struct GitChart: Hashable {
    /// The URL of the repository.
    let remote: String
    /// The branch, tag or commit; `nil` means the default branch.
    let ref: String?
    /// The chart, relative to the top of the repository.
    let path: String

    /// - Throws: `ManifestSourceError` for a remote that is no URL of a server or has a password, and for what Git would
    ///   read as something else than a name.
    init(remote: String, ref: String?, path: String) throws(ManifestSourceError) {
        guard Self.isServer(remote) else {
            throw ManifestSourceError(
                "helmChart.gitRemote: \"\(remote.withoutUserInfo)\" must be an address of "
                    + "\(Self.protocols.joined(separator: ", ")), or USER@HOST:PATH"
            )
        }
        if remote.userInfo?.utf8.contains(UInt8(ascii: ":")) == true {
            throw ManifestSourceError(
                "helmChart.gitRemote: \(remote.withoutUserInfo) must be without password; "
                    + "let Git have it of a credential helper or ~/.netrc"
            )
        }
        if let ref, !Self.isName(ref) {
            throw ManifestSourceError("helmChart.ref: \"\(ref)\" is no name of a branch, tag or commit")
        }
        self.remote = remote
        self.ref = ref
        self.path = path
    }

    /// Fetches the one commit, without its history and without running anything of the repository's.
    ///
    /// A shortened commit cannot be asked for: then the whole repository is fetched.
    ///
    /// - Parameters:
    ///   - directory: An empty directory that becomes the top of the working tree.
    ///   - tools: Where Git is.
    /// - Throws: `ManifestSourceError` in the words of Git.
    func clone(into directory: String, tools: Tools) async throws(ManifestSourceError) {
        let git = try await tools.locate(.git)
        let run = ToolRun(git, environment: tools.environment, label: "helmChart: git \(remote.withoutUserInfo)")
        do throws(ManifestSourceError) {
            _ = try await run.output(Self.safe + ["init", "--quiet", "--template="], in: directory)
            let commit = try await fetch(run, directory)
            _ = try await run.output(Self.safe + ["checkout", "--quiet", "--detach", commit], in: directory)
        } catch {
            throw error.hiding(remote.userInfo.map { [$0] } ?? [])
        }
    }

    /// Fetches what is needed, and answers what Git then calls the commit.
    private func fetch(_ run: ToolRun, _ directory: String) async throws(ManifestSourceError) -> String {
        let fetch = Self.safe + ["fetch", "--quiet", "--no-recurse-submodules"]
        do throws(ManifestSourceError) {
            _ = try await run.output(fetch + ["--depth=1", "--no-tags", "--", remote, ref ?? "HEAD"], in: directory)
            return "FETCH_HEAD"
        } catch {
            guard let ref, Self.isCommit(ref), !error.isCancelled else { throw error }
            let all = ["--tags", "--", remote, "+refs/heads/*:refs/remotes/origin/*"]
            do throws(ManifestSourceError) {
                _ = try await run.output(fetch + all, in: directory)
            } catch let second {
                throw second.isCancelled ? second : error
            }
            return ref
        }
    }

    /// What keeps Git from running hooks, and from other ways to a repository than over the network.
    private static let safe =
        ["-c", "core.hooksPath=/dev/null", "-c", "submodule.recurse=false", "-c", "protocol.allow=never"]
        + protocols.flatMap { ["-c", "protocol.\($0).allow=always"] }

    private static let protocols = ["https", "ssh", "git"]

    /// Whether a text is a URL of one of the protocols, or in the form `USER@HOST:PATH`.
    private static func isServer(_ remote: String) -> Bool {
        guard !remote.unicodeScalars.contains(where: { $0.value <= 32 || $0.value == 127 }) else { return false }
        guard !remote.contains("@-") else { return false }
        if let scheme = remote.firstRange(of: "://") {
            return protocols.contains(String(remote[..<scheme.lowerBound]))
                && !"-/".contains(remote[scheme.upperBound...].first ?? "/")
        }
        guard let end = remote.firstIndex(of: ":"), !remote.contains("::") else { return false }
        let host = remote[..<end]
        return !host.isEmpty && host.utf8.first != UInt8(ascii: "-") && !host.utf8.contains(UInt8(ascii: "/"))
    }

    /// Whether a text names one commit, and is neither a flag nor a pattern of names.
    private static func isName(_ ref: String) -> Bool {
        let isBad = { (scalar: Unicode.Scalar) in
            scalar.value <= 32 || scalar.value == 127 || "~^:?*[\\+".unicodeScalars.contains(scalar)
        }
        return ref.utf8.first != UInt8(ascii: "-") && !ref.contains("..") && !ref.contains("@{")
            && !ref.unicodeScalars.contains(where: isBad)
    }

    /// Whether the chart is the same each time it is fetched: branches and tags move.
    var isFixed: Bool { ref.map { [40, 64].contains($0.utf8.count) && Self.isCommit($0) } ?? false }

    private static func isCommit(_ ref: String) -> Bool {
        (4...64).contains(ref.utf8.count) && ref.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) }
    }
}
