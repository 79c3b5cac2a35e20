import Glibc
import Testing

@testable import bench

@Suite("Lanes", .serialized)
struct LanesTests {
    let workspace: Workspace
    let lanes: Lanes

    init() throws {
        workspace = try Workspace()
        lanes = Lanes(folder: workspace.path)
    }

    private func shell(_ script: String) -> Command { Command("/bin/sh", ["-c", script]) }

    @Test("run the commands of one lane in order and give back what the last one printed", .timeLimit(.minutes(1)))
    func order() throws {
        defer { workspace.remove() }
        let file = "\(workspace.path)/order"
        try lanes.run([["a", "b", "c"].map { shell("printf \($0) >> \(file)") }])
        #expect(try TextFile.read(file) == "abc")
        #expect(try lanes.output(of: shell("printf words; printf more >&2")) == "words")
    }

    @Test("count the time of each child's own work and its memory", .timeLimit(.minutes(1)))
    func usage() throws {
        defer { workspace.remove() }
        let usage = try lanes.run([[shell("i=0; while [ $i -lt 200000 ]; do i=$((i + 1)); done")], [shell("true")]])
        #expect(usage.cpu > .milliseconds(10))
        #expect(usage.wall > .milliseconds(10))
        #expect(usage.peakMemory > 1_000_000)
    }

    @Test("stop at the first failure, with its exit code and words", .timeLimit(.minutes(1)))
    func failure() throws {
        defer { workspace.remove() }
        let file = "\(workspace.path)/later"
        let error = #expect(throws: BenchError.self) {
            try lanes.run([[shell("echo broken >&2; exit 7"), shell("touch \(file)")]])
        }
        let text = try #require(error).description
        #expect(text.contains("exit code 7\nbroken"))
        #expect(access(file, F_OK) != 0)
    }

    @Test("name a program that cannot be started", .timeLimit(.minutes(1)))
    func missing() throws {
        defer { workspace.remove() }
        let error = #expect(throws: BenchError.self) { try lanes.run([[Command("/no/such/program", [])]]) }
        #expect(error?.description == "/no/such/program: cannot be started: No such file or directory")
    }
}
