import Glibc
import TestSupport
import Testing

@testable import ManifestSources

@Suite("A private copy of a directory", .timeLimit(.minutes(5)))
struct PrivateCopyTests {
    /// Runs a body with the copy of `apps/shop` in a repository.
    private func withCopy(
        of directories: [String] = ["apps/shop"],
        limits: CopyBudget.Limits = .init(),
        temporary: String = "../temporary",
        prepare: (String) throws -> Void = { _ in },
        _ body: (PrivateCopy, _ root: String) async throws(ManifestSourceError) -> Void
    ) async throws {
        try await withTemporaryDirectory { directory in
            let root = try ConfinedDirectory.resolve(directory) + "/repo"
            try TestFiles.write("secret", to: "\(root)/.git/config")
            try TestFiles.write("secret", to: "\(root)/apps/shop/sub/.git/config")
            try TestFiles.write("base", to: "\(root)/base/a.yaml")
            try TestFiles.write("app", to: "\(root)/apps/shop/sub/b.yaml")
            try TestFiles.write("other", to: "\(root)/apps/other/c.yaml")
            try prepare(root)
            let temporary = "\(root)/\(temporary)"
            try TestFiles.makeDirectory(temporary)
            defer { #expect((try? TestFiles.names(in: temporary)) == []) }
            try await PrivateCopy.with(
                of: directories.map { $0.isEmpty ? root : "\(root)/\($0)" },
                in: root,
                environment: ["TMPDIR": temporary],
                limits: limits
            ) { copy, scratch throws(ManifestSourceError) in
                #expect((try? TestFiles.names(in: scratch)) == [])
                try await body(copy, root)
            }
        }
    }

    private func isLink(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    }

    private func write(_ text: String, to path: String) throws(ManifestSourceError) {
        guard (try? TestFiles.write(text, to: path)) != nil else { throw ManifestSourceError("cannot write \(path)") }
    }

    @Test("has the files of the directory, and links to what lies beside it and above")
    func shape() async throws {
        try await withCopy(prepare: { root in
            try #require(chmod("\(root)/apps/shop/sub/b.yaml", 0o754) == 0)
            try #require(mkfifo("\(root)/apps/shop/pipe", 0o600) == 0)
        }) { copy, root throws(ManifestSourceError) in
            let app = copy.path(of: "\(root)/apps/shop")
            #expect((try? TestFiles.text("\(app)/sub/b.yaml")) == "app")
            var status = stat()
            #expect(lstat("\(app)/sub/b.yaml", &status) == 0 && status.st_mode == S_IFREG | 0o754)
            #expect((try? TestFiles.text("\(app)/../../base/a.yaml")) == "base")
            #expect((try? TestFiles.text("\(app)/../other/c.yaml")) == "other")
            #expect([app, "\(app)/sub", "\(app)/.."].allSatisfy { !isLink($0) })
            #expect(isLink(copy.path(of: "\(root)/base")) && isLink("\(app)/../other"))
            for path in [".git", "apps/shop/sub/.git", "apps/shop/pipe"] {
                #expect(access(copy.path(of: "\(root)/\(path)"), F_OK) != 0)
            }
        }
    }

    @Test("can be written to, and the originals stay as they are")
    func writes() async throws {
        try await withCopy { copy, root throws(ManifestSourceError) in
            for name in ["sub/b.yaml", "sub/new.yaml", "charts/x"] {
                try write("new", to: copy.path(of: "\(root)/apps/shop/\(name)"))
            }
            try write("new", to: copy.path(of: "\(root)/top.yaml"))
            #expect((try? TestFiles.text("\(root)/apps/shop/sub/b.yaml")) == "app")
            #expect((try? TestFiles.names(in: "\(root)/apps/shop")) == ["sub"])
            #expect((try? TestFiles.names(in: root)) == ["apps", "base"])
        }
    }

    @Test("may be made in what is copied, beside others", arguments: ["tmp", "apps/shop/tmp"])
    func insideItself(temporary: String) async throws {
        try await withCopy(
            of: ["", "apps/shop"],
            temporary: temporary,
            prepare: { root in try TestFiles.write("", to: "\(root)/\(temporary)/flotilla-other/x") }
        ) { copy, root throws(ManifestSourceError) in
            #expect((try? TestFiles.names(in: copy.path(of: "\(root)/\(temporary)"))) == [])
            #expect((try? TestFiles.text(copy.path(of: "\(root)/base/a.yaml"))) == "base")
            TestFiles.remove("\(root)/\(temporary)/flotilla-other")
        }
    }

    @Test("of the whole repository has no links to the originals")
    func whole() async throws {
        try await withCopy(of: ["", "apps/shop"]) { copy, root throws(ManifestSourceError) in
            try write("new", to: copy.path(of: "\(root)/base/a.yaml"))
            #expect((try? TestFiles.text("\(root)/base/a.yaml")) == "base")
            #expect(access(copy.path(of: "\(root)/.git"), F_OK) != 0)
        }
    }

    @Test(
        "has links that stay in the repository, and those in the directory lead to the copy",
        arguments: [
            ("sub/b.yaml", "app", false), ("../../base/a.yaml", "base", true),
            ("ROOT/apps/shop/sub/b.yaml", "app", false),
            ("../../apps/shop/sub/b.yaml", "app", false),
        ]
    )
    func links(target: String, content: String, isOriginal: Bool) async throws {
        try await withCopy(prepare: { root in
            try #require(symlink(target.replacing("ROOT", with: root), "\(root)/apps/shop/link") == 0)
        }) { copy, root throws(ManifestSourceError) in
            let link = copy.path(of: "\(root)/apps/shop/link")
            #expect(isLink(link))
            #expect((try? TestFiles.text(link)) == content)
            #expect(try ConfinedDirectory.resolve(link).hasPrefix(root + "/") == isOriginal)
        }
    }

    @Test(
        "leaves out links that lead out of the repository, and an error names them",
        arguments: ["/etc/hostname", "../../../outside", "../../../repo-two/x", "nowhere"]
    )
    func outside(target: String) async throws {
        let error = await #expect(throws: ManifestSourceError.self) {
            try await withCopy(prepare: { root in
                try TestFiles.write("", to: "\(root)-two/x")
                try #require(symlink(target, "\(root)/apps/shop/link") == 0)
                try #require(symlink("/etc", "\(root)/etc") == 0)
            }) { copy, root throws(ManifestSourceError) in
                let app = copy.path(of: "\(root)/apps/shop")
                #expect(!isLink("\(app)/link") && access("\(app)/link", F_OK) != 0)
                throw ManifestSourceError("\(app)/x.yaml: \(copy.path(of: root))/y is not there")
            }
        }
        let problem = try #require(error?.problems.first)
        #expect(problem.contains("/repo/apps/shop/x.yaml: ") && problem.contains("/repo/y is not there"))
        #expect(!problem.contains("/repository"))
        #expect(problem.hasSuffix("; links that lead out of the repository were left out: apps/shop/link, etc"))
    }

    @Test(
        "is refused for a directory with too much in it",
        arguments: [(3, 8 << 20, "3 files and directories"), (10, 2 << 20, "2 MiB")]
    )
    func limits(files: Int, bytes: Int, text: String) async throws {
        let limits = CopyBudget.Limits(entries: files, bytes: bytes)
        let error = await #expect(throws: ManifestSourceError.self) {
            try await withCopy(
                limits: limits,
                prepare: { root in
                    for name in ["one", "two"] {
                        try TestFiles.write(
                            String(repeating: "x", count: (1 << 20) + 1),
                            to: "\(root)/apps/shop/\(name)"
                        )
                    }
                }
            ) { _, _ throws(ManifestSourceError) in Issue.record("it was copied") }
        }
        #expect(error?.problems.count == 1)
        #expect(
            error?.problems.first?.hasSuffix(
                "/apps/shop: has more than \(text), links resolved; keep what is no manifest elsewhere"
            )
                == true
        )
    }

    @Test("is at most as large as the limits")
    func exactly() async throws {
        try await withCopy(limits: CopyBudget.Limits(entries: 5, bytes: 3)) { _, _ in }
    }
}

@Suite("The root of a repository")
struct RepositoryRootTests {
    @Test("is the nearest directory with a .git, be it a file, else the directory itself")
    func found() throws {
        try withTemporaryDirectory { directory in
            let root = try ConfinedDirectory.resolve(directory)
            try TestFiles.makeDirectory("\(root)/a/b/c")
            #expect(RepositoryRoot.of("\(root)/a/b") == "\(root)/a/b")
            try TestFiles.makeDirectory("\(root)/a/.git")
            #expect(RepositoryRoot.of("\(root)/a/b/c") == "\(root)/a")
            try TestFiles.write("gitdir: x", to: "\(root)/a/b/.git")
            #expect(RepositoryRoot.of("\(root)/a/b/c") == "\(root)/a/b")
            #expect(RepositoryRoot.of("\(root)/none") == "\(root)/none")
        }
    }
}
