import Glibc
import Manifests
import TestSupport
import Testing

@testable import Stages

@Suite("A journal")
struct JournalTests {
    private let time = Moment(sinceEpoch: .seconds(1_900_000_000))

    private func header(_ run: String = "r1") -> RunHeader {
        RunHeader(
            run: RunID(run),
            application: "shop",
            commit: "c0ffee2",
            stages: ["A"],
            targets: ["eu"],
            digest: "ab12"
        )
    }

    private func mode(_ path: String) -> mode_t {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode & 0o777 : 0
    }

    private func reason(_ body: () throws -> Void) -> JournalError.Reason? {
        #expect(throws: JournalError.self, performing: body)?.reason
    }

    @Test("is for its owner alone, and so are the directories made for it")
    func modes() throws {
        try withTemporaryDirectory { home in
            let directory = try JournalDirectory(application: "shop", environment: ["HOME": home])
            #expect(directory.path == "\(home)/.local/state/flotilla/shop")
            try directory.make()
            let journal = try Journal.create(directory.journal(of: RunID("r1")), header: header(), at: time)
            #expect(mode(journal.path) == 0o600)
            for path in [".local", ".local/state", ".local/state/flotilla", ".local/state/flotilla/shop"] {
                #expect(mode("\(home)/\(path)") == 0o700)
            }
        }
    }

    @Test(
        "is looked for where the environment says",
        arguments: [
            (["XDG_STATE_HOME": "/state", "HOME": "/home/me"], "shop", "/state/flotilla/shop"),
            (["XDG_STATE_HOME": "state", "HOME": "/home/me"], "shop", "/home/me/.local/state/flotilla/shop"),
            (["HOME": "/home/me"], "../etc", "/home/me/.local/state/flotilla/%2e.%2fetc"),
            (["HOME": "/home/me"], "a%b c", "/home/me/.local/state/flotilla/a%25b%20c"),
        ]
    )
    func place(environment: [String: String], application: String, path: String) throws {
        #expect(try JournalDirectory(application: application, environment: environment).path == path)
    }

    @Test("has no place without a home")
    func homeless() {
        #expect(reason { _ = try JournalDirectory(application: "shop", environment: [:]) } == .noStateDirectory)
    }

    @Test("goes on after its last whole line")
    func goesOn() throws {
        try withTemporaryDirectory { directory in
            let path = "\(directory)/j"
            let end = JournalRecord(time: time, event: .stageFinished(.init(stage: 0, outcome: .succeeded)))
            do {
                let journal = try Journal.create(path, header: header(), at: time)
                journal.append(JournalRecord(time: time, event: .stageStarted(stage: 0, name: "A")))
            }
            let whole = try TestFiles.text(path)
            try TestFiles.write(whole + "{\"time\":\"2030-", to: path)
            do {
                let (journal, progress) = try Journal.open(path)
                #expect(progress.header == header())
                #expect(progress.stages[0]?.isOver == false)
                journal.append(end)
            }
            #expect(try TestFiles.text(path) == whole + String(decoding: end.line, as: UTF8.self))
            #expect(try Journal.open(path).progress.stages[0]?.isOver == true)
        }
    }

    @Test("still tells a third process what the first one changed on a target that was done then")
    func goesOnTwice() throws {
        try withTemporaryDirectory { directory in
            let path = "\(directory)/j"
            let key = ResourceKey(group: "apps", kind: "Deployment", namespace: "shop", name: "web")
            let change = ResourceChange(resource: key, change: .created)
            let done = TargetReport(target: "eu", outcome: .succeeded, changes: [change])
            do {
                let recorder = JournalRecorder(try Journal.create(path, header: header(), at: time)) { _ in }
                recorder.record(.stageStarted(stage: 0, name: "A"))
                for kind in [StageEvent.Kind.planned(steps: 1), .changed(change), .finished(done)] {
                    recorder.record(.target(stage: 0, StageEvent(stage: "A", target: "eu", kind: kind)))
                }
                let stopped = StageReport(stage: "A", targets: [done, TargetReport(target: "us", outcome: .cancelled)])
                recorder.record(.stageFinished(stage: 0, stopped, isStopped: true))
            }
            do {
                let (journal, progress) = try Journal.open(path)
                let recorder = JournalRecorder(journal, after: progress) { _ in }
                recorder.record(.stageStarted(stage: 0, name: "A"))
                let report = StageReport(stage: "A", targets: [done, TargetReport(target: "us", outcome: .succeeded)])
                recorder.record(.stageFinished(stage: 0, report, isStopped: false))
            }
            let stage = try #require(try Journal.open(path).progress.stages[0])
            #expect(stage.done.keys.sorted() == ["eu", "us"])
            #expect(stage.done["eu"]?.changes == [change])
        }
    }

    @Test("belongs to one process at a time")
    func locked() throws {
        try withTemporaryDirectory { directory in
            let path = "\(directory)/j"
            let journal = try Journal.create(path, header: header(), at: time)
            withExtendedLifetime(journal) {
                #expect(reason { _ = try Journal.open(path) } == .inUse)
            }
        }
    }

    @Test("is not begun where something is, nor gone on with when its run is over or never began")
    func refused() throws {
        try withTemporaryDirectory { directory in
            let path = "\(directory)/j"
            try Journal.create(path, header: header(), at: time)
                .append(JournalRecord(time: time, event: .runFinished(.partial)))
            #expect(reason { _ = try Journal.create(path, header: header(), at: time) } == .exists)
            #expect(reason { _ = try Journal.open(path) } == .over(RunID("r1"), .partial))
            try TestFiles.write("{\"time\":", to: path)
            #expect(reason { _ = try Journal.open(path) } == .notStarted)
            guard case .system? = reason({ _ = try Journal.open("\(directory)/nowhere") }) else {
                Issue.record("a file that is not there was opened")
                return
            }
        }
    }

    @Test("is removed when twenty newer ones are there, unless it is being written")
    func pruned() throws {
        try withTemporaryDirectory { home in
            let directory = try JournalDirectory(application: "shop", environment: ["XDG_STATE_HOME": home])
            try directory.make()
            try withExtendedLifetime(
                try Journal.create(directory.journal(of: RunID("r00")), header: header(), at: time)
            ) {
                _ in
                for number in 1...23 {
                    let run = "r\(number / 10)\(number % 10)"
                    _ = try Journal.create(directory.journal(of: RunID(run)), header: header(run), at: time)
                }
                directory.prune()
            }
            let names = try TestFiles.names(in: directory.path)
            #expect(names.count == 21)
            #expect(names.prefix(2) == ["r00.jsonl", "r04.jsonl"])
            #expect(try directory.latest() == directory.journal(of: RunID("r23")))
        }
    }

    @Test("of no run is said to be missing")
    func missing() throws {
        try withTemporaryDirectory { home in
            let directory = try JournalDirectory(application: "shop", environment: ["XDG_STATE_HOME": home])
            #expect(reason { _ = try directory.latest() } == .nothingToResume(application: "shop"))
        }
    }

    @Test("has a name by which later runs come later")
    func order() {
        let names = [0, 1, 999, 1000, 60_000].map { "\(RunID.make(at: time + .milliseconds($0)))" }
        #expect(names == names.sorted())
        #expect(names[0].hasPrefix("20300317-174640-000-"))
    }
}
