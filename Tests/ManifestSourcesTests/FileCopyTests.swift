import Glibc
import TestSupport
import Testing

@testable import ManifestSources

@Suite("A private copy")
struct FileCopyTests {
    private func withFiles(_ body: (_ root: String) throws -> Void) throws {
        try withTemporaryDirectory { directory in
            let root = try ConfinedDirectory.resolve(directory)
            try TestFiles.write("a", to: "\(root)/from/a.txt")
            try TestFiles.write("b", to: "\(root)/from/sub/.hidden")
            try TestFiles.write("c", to: "\(root)/shared/c.txt")
            try body(root)
        }
    }

    private func copy(_ root: String, workspace: String? = nil) throws {
        try FileCopy(
            root: root,
            name: "the repository",
            budget: CopyBudget(.init(entries: 100, bytes: 100), workspace: workspace ?? "\(root)/new")
        )
        .copy("\(root)/from", to: "\(root)/new/to", name: "from")
    }

    @Test("has all files, in the place of links what they lead to, and not the repository")
    func content() throws {
        try withFiles { root in
            try TestFiles.write("x", to: "\(root)/from/.git/config")
            try #require(symlink("../shared", "\(root)/from/link") == 0)
            try #require(symlink("a.txt", "\(root)/from/b.txt") == 0)
            try copy(root)
            for (path, text) in [("a.txt", "a"), ("sub/.hidden", "b"), ("link/c.txt", "c"), ("b.txt", "a")] {
                #expect(try TestFiles.text("\(root)/new/to/\(path)") == text)
                var status = stat()
                #expect(lstat("\(root)/new/to/\(path)", &status) == 0 && status.st_mode & S_IFMT == S_IFREG)
            }
            #expect(access("\(root)/new/to/.git", F_OK) != 0)
            try TestFiles.write("changed", to: "\(root)/new/to/link/c.txt")
            #expect(try TestFiles.text("\(root)/shared/c.txt") == "c")
        }
    }

    @Test("leaves what is there already")
    func existing() throws {
        try withFiles { root in
            try TestFiles.write("old", to: "\(root)/new/to/a.txt")
            try copy(root)
            #expect(try TestFiles.text("\(root)/new/to/a.txt") == "old")
            #expect(try TestFiles.text("\(root)/new/to/sub/.hidden") == "b")
        }
    }

    @Test(
        "is refused for what leads out, in circles or nowhere",
        arguments: [
            ("/etc/hostname", "from/x: lies outside of the repository, links resolved; move it inside"),
            ("../.git/config", "from/x: belongs to Git, links resolved; name another file"),
            ("../.git", "from/x: belongs to Git, links resolved; name another file"),
            ("..", "from/x/from: is a link to a directory that it is in; remove it"),
            (".", "from/x: is a link to a directory that it is in; remove it"),
            ("nothing", "from/x: no such file or directory"), ("x", "from/x: too many levels of symbolic links"),
        ]
    )
    func links(target: String, message: String) throws {
        try withFiles { root in
            try TestFiles.write("token", to: "\(root)/.git/config")
            try #require(symlink(target, "\(root)/from/x") == 0)
            #expect(refusal { try copy(root) } == message)
        }
    }

    @Test("is refused for what is neither a file nor a directory")
    func pipes() throws {
        try withFiles { root in
            try #require(mkfifo("\(root)/from/pipe", 0o600) == 0)
            #expect(refusal { try copy(root) } == "from/pipe: is no regular file")
        }
    }

    @Test("has an end when links make few files and directories look like very many", arguments: [true, false])
    func many(hasFile: Bool) throws {
        try withFiles { root in
            // Each level has the next one ten times: a million.
            for level in 0..<6 {
                try TestFiles.makeDirectory("\(root)/from/\(level)")
                for copy in 0..<10 { try #require(symlink("../\(level + 1)", "\(root)/from/\(level)/\(copy)") == 0) }
            }
            try TestFiles.makeDirectory("\(root)/from/6")
            if hasFile { try TestFiles.write("", to: "\(root)/from/6/file") }
            let problem = refusal { try copy(root) }
            let limit = ": has more than 100 files and directories, links resolved; keep what is no manifest elsewhere"
            #expect(problem?.hasSuffix(limit) == true, "\(problem as Any)")
        }
    }

    @Test("is not too large in all")
    func size() throws {
        try withFiles { root in
            try TestFiles.write(String(repeating: "x", count: 98), to: "\(root)/from/sub/x")
            try copy(root)
            try TestFiles.write(String(repeating: "x", count: 99), to: "\(root)/from/sub/x")
            TestFiles.remove("\(root)/new")
            #expect(refusal { try copy(root) }?.hasPrefix("from/sub/x: has more than 0 MiB, links resolved") == true)
        }
    }

    @Test("may lie in what is copied, beside others of the kind, and leaves those out")
    func workspaces() throws {
        try withFiles { root in
            for name in ["flotilla-a", "flotilla-b"] { try TestFiles.write("", to: "\(root)/from/tmp/\(name)/x") }
            try TestFiles.write("", to: "\(root)/from/flotilla-c/x")
            try copy(root, workspace: "\(root)/from/tmp/flotilla-a")
            #expect(try TestFiles.names(in: "\(root)/new/to") == ["a.txt", "flotilla-c", "sub", "tmp"])
            #expect(try TestFiles.names(in: "\(root)/new/to/tmp") == [])
        }
    }

    @Test("is not made for nobody", .timeLimit(.minutes(5)))
    func cancelled() async throws {
        let error = await withTaskGroup(of: ManifestSourceError?.self) { group in
            group.addTask {
                withUnsafeCurrentTask { $0?.cancel() }
                do throws(ManifestSourceError) {
                    try CopyBudget(workspace: "/").take("x")
                    return nil
                } catch {
                    return error
                }
            }
            return await group.next() ?? nil
        }
        #expect(error?.isCancelled == true)
    }
}
