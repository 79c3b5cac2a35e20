import KubernetesAPI
import Logging
import Manifests
import Testing

@testable import PipedPlugin

@Suite("The process log")
struct ProcessLogTests {
    /// The lines that a body makes.
    private func lines(_ encoding: ProcessLog.Encoding, _ level: Logger.Level, _ body: (Logger) -> Void) -> [String] {
        let lines = Lock<[String]>([])
        var log = Logger(label: "flotilla.start") { label in
            ProcessLog(label: label, encoding: encoding, level: level) { line in
                lines.withLock { $0.append(line) }
            }
        }
        log[metadataKey: "plugin-name"] = "k8s"
        body(log)
        return lines.withLock { $0 }
    }

    @Test("has a message and its fields in each line, and what matters is marked")
    func humanize() {
        let lines = lines(.humanize, .info) { log in
            log.debug("hidden")
            log.info("applied", metadata: ["deployTarget": "eu", "stage": "K8S_SYNC"])
            log.warning("odd")
            log.error("bad\nworse\u{1b}")
        }
        #expect(
            lines == [
                "applied\t{\"deployTarget\":\"eu\",\"plugin-name\":\"k8s\",\"stage\":\"K8S_SYNC\"}",
                "warning: odd\t{\"plugin-name\":\"k8s\"}",
                "error: bad; worse\\u001b\t{\"plugin-name\":\"k8s\"}",
            ]
        )
    }

    @Test("has the keys of other plugins when it is JSON")
    func json() throws {
        let lines = lines(.json, .debug) { $0.warning("a \"b\"", metadata: ["list": ["x", ["y": "z"]]]) }
        let line = try Value(json: Array(try #require(lines.first).utf8))
        #expect(
            line.mapping?.keys.map { $0 } == [
                "eventTime", "severity", "logger", "caller", "message", "list", "plugin-name",
            ]
        )
        #expect(line["severity"] == "WARNING")
        #expect(line["logger"] == "flotilla.start")
        #expect(line["message"] == "a \"b\"")
        #expect(line["list"] == ["x", ["y": "z"]])
        #expect(line["caller"]?.string?.hasPrefix("PipedPluginTests/ProcessLogTests.swift:") == true)
    }

    @Test("begins with time, level and logger when it is for consoles")
    func console() throws {
        let parts = try #require(lines(.console, .info) { $0.critical("gone") }.first).split(separator: "\t")
        #expect(parts.dropFirst() == ["CRITICAL", "flotilla.start", "gone", "{\"plugin-name\":\"k8s\"}"])
        #expect(parts.first?.last == "Z")
    }

    @Test(
        "knows the levels of piped",
        arguments: [
            ("debug", .debug), ("INFO", .info), ("warn", .warning), ("error", .error), ("fatal", .critical),
            ("loud", nil),
        ] as [(String, Logger.Level?)]
    )
    func levels(text: String, level: Logger.Level?) {
        #expect(Logger.Level(flag: text) == level)
    }

    @Test("tells what still runs by its methods")
    func running() async {
        let running = RunningCalls()
        #expect("\(running)" == "nothing")
        await running.during("ExecuteStage") {
            await running.during("ExecuteStage") {
                await running.during("DetermineVersions") {
                    #expect("\(running)" == "DetermineVersions, 2 x ExecuteStage")
                }
            }
        }
        #expect("\(running)" == "nothing")
    }
}
