import GRPCCore
import Glibc
import Subprocess
import SystemPackage

/// A tool that a plugin wants.
struct ToolRequest: Sendable {
    let name: String
    let version: String
    let script: String
}

/// Installs tools as piped does: a script makes an executable file, which is kept under its name and version.
///
/// What was in the folder from the start, or was installed since, is not made again.
actor ToolRegistry {
    /// Where installed tools are.
    nonisolated let directory: String
    /// The scripts that were run, `kustomize-5.4.3` each.
    private(set) var runs: [String] = []
    private var isBusy = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(directory: String) {
        self.directory = directory
    }

    /// Gives the path of a tool, and installs it first if need be.
    ///
    /// Those who want the same at the same time get what the first one made.
    func install(_ request: ToolRequest) async throws -> String {
        if isBusy { await withCheckedContinuation { waiting.append($0) } }
        isBusy = true
        defer { if waiting.isEmpty { isBusy = false } else { waiting.removeFirst().resume() } }
        let path = "\(directory)/\(request.name)-\(request.version)"
        if access(path, F_OK) == 0 { return path }
        runs.append("\(request.name)-\(request.version)")
        try await run(request, installedPath: path)
        return path
    }

    private func run(_ request: ToolRequest, installedPath: String) async throws {
        var template = Array("\(directory)/.install-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Refusal(.unknown, "failed to make a temporary folder") }
        let scratch = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let made = "\(scratch)/made"
        let text = try InstallScript.render(
            request.script,
            [
                "Name": request.name, "Version": request.version, "OutPath": made, "TmpDir": scratch, "Os": "linux",
                "Arch": Self.architecture,
            ]
        )
        let result = try await Subprocess.run(
            .path("/bin/sh"),
            arguments: ["-c", text],
            output: .string(limit: 1 << 20),
            error: .combinedWithOutput
        )
        guard case .exited(0) = result.terminationStatus else {
            throw Refusal(
                .unknown,
                "failed to install \(request.name) \(request.version): \(result.terminationStatus): \(result.standardOutput)"
            )
        }
        guard chmod(made, 0o755) == 0, rename(made, installedPath) == 0 else {
            throw Refusal(.unknown, "failed to install \(request.name) \(request.version): nothing at \(made)")
        }
    }

    private static var architecture: String {
        #if arch(arm64)
            "arm64"
        #else
            "amd64"
        #endif
    }
}

/// An install script as a template: `{{ .Name }}` and the other variables of piped; nothing else is modelled.
package enum InstallScript {
    /// Puts the values in the places of the variables.
    package static func render(_ script: String, _ values: [String: String]) throws(Refusal) -> String {
        var result = ""
        var rest = script[...]
        while let start = rest.firstRange(of: "{{") {
            result += rest[..<start.lowerBound]
            guard let end = rest[start.upperBound...].firstRange(of: "}}") else {
                throw Refusal(.unknown, "failed to parse the install script: unclosed action")
            }
            let action = rest[start.upperBound..<end.lowerBound]
            let words = action.split { " \t".contains($0) }
            guard words.count == 1, let name = words.first, name.first == ".",
                let value = values[String(name.dropFirst())]
            else { throw Refusal(.unknown, "failed to render the install script: {{\(action)}}") }
            result += value
            rest = rest[end.upperBound...]
        }
        return result + rest
    }
}
