import Glibc
import Manifests
import TestSupport

@testable import KubernetesAPI

/// A folder with a small program that stands in for a credential plugin, and counts its runs.
struct PluginScript {
    let directory: String
    var path: String { "\(directory)/plugin" }

    /// Writes the program: a shell script that notes each run before its own lines.
    init(in directory: String, _ lines: String) throws {
        self.directory = directory
        try TestFiles.write("#!/bin/sh\necho run >> '\(directory)/runs'\n\(lines)\n", to: "\(directory)/plugin")
        guard chmod("\(directory)/plugin", 0o755) == 0 else { throw Missing(what: "a program") }
    }

    /// How often it ran.
    var runs: Int {
        let text = (try? TestFiles.text("\(directory)/runs")) ?? ""
        return text.split(separator: "\n").count
    }

    /// The lines that print a credential.
    static func print(_ status: Value, version: ExecPlugin.Version = .v1) -> String {
        let credential: Value = [
            "kind": "ExecCredential", "apiVersion": .string(version.rawValue), "status": status,
        ]
        return "cat <<'END'\n\(credential.jsonText())\nEND"
    }
}

extension ExecPlugin {
    /// A plugin for a test.
    static func stand(
        in command: String,
        arguments: [String] = [],
        environment: [String: String] = [:],
        installHint: String? = nil,
        clusterInfo: ClusterInfo? = nil
    ) -> ExecPlugin {
        ExecPlugin(
            user: "u",
            version: .v1,
            command: command,
            arguments: arguments,
            environment: environment,
            installHint: installHint,
            clusterInfo: clusterInfo
        )
    }
}

/// A clock that a test sets.
final class SetClock: Sendable {
    private let time: Lock<Duration>
    private let start = ContinuousClock.now

    /// Starts at a time since 1970.
    init(_ time: Duration = .seconds(1_000_000)) {
        self.time = Lock(time)
    }

    var sinceEpoch: Duration { time.withLock { $0 } }

    /// Moves on.
    func advance(by step: Duration) {
        time.withLock { $0 += step }
    }

    /// What the client reads.
    var clock: CredentialClock {
        let start = start
        return CredentialClock(sinceEpoch: { self.sinceEpoch }, now: { start + self.sinceEpoch })
    }
}
