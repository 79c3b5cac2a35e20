import TestSupport
import Testing

@testable import ManifestSources

@Suite("Git", .timeLimit(.minutes(5)))
struct GitTests {
    @Test("is asked with the environment of every tool: neither tokens nor another repository, and no questions")
    func environment() async throws {
        try await withTemporaryDirectory { directory in
            _ = try StandIn("git", in: directory, "env; cat")
            let git = Git(
                environment: [
                    "PATH": "\(directory):\(StandIn.systemPath)", "HOME": "/home/a", "GIT_DIR": "/other/.git",
                    "GIT_WORK_TREE": "/other", "GIT_INDEX_FILE": "index", "TOKEN": "s3cret",
                ]
            )
            let names = try await git.output(["status"]).split(separator: "\n").map { $0.prefix { $0 != "=" } }
            #expect(names.contains("HOME") && names.contains("GIT_TERMINAL_PROMPT"))
            #expect(Set(names).isDisjoint(with: ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "TOKEN"]))
        }
    }

    @Test("that is not there, or fails, says so in one line")
    func failures() async throws {
        try await withTemporaryDirectory { directory in
            await #expect(throws: ManifestSourceError.self) {
                _ = try await Git(environment: ["PATH": "\(directory)/none"]).output(["status"])
            }
            _ = try StandIn("git", in: directory, "echo 'fatal: no such thing' >&2; exit 128")
            let error = await #expect(throws: ManifestSourceError.self) {
                _ = try await Git(environment: ["PATH": "\(directory):\(StandIn.systemPath)"]).output(["log"])
            }
            #expect(error?.problems == ["git: fatal: no such thing (exit code 128)"])
        }
    }
}
