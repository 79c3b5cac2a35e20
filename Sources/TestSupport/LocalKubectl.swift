import Glibc
package import Manifests

/// kubectl as a reader of YAML, which needs no cluster: test with `.enabled(if: LocalKubectl.isPresent)`.
package enum LocalKubectl {
    /// What kubectl found in one file.
    package struct Reading: Sendable {
        /// The documents, in order.
        package var documents: [Value] = []
        /// Why it refused the file.
        package var problem: String?
    }

    /// What could not be understood of the words of kubectl.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// Whether kubectl is on the `PATH`.
    package static let isPresent =
        getenv("PATH").map { String(cString: $0) }?.split(separator: ":").contains {
            access("\($0)/kubectl", X_OK) == 0
        } ?? false

    /// Lets one process read the `.yaml` files of a folder, whose documents must be mappings without `kind`.
    ///
    /// kubectl refuses each of them with its JSON, which is how it takes the text.
    ///
    /// - Returns: One reading for each name.
    package static func read(_ folder: String, names: [String]) throws -> [String: Reading] {
        var readings = Dictionary(uniqueKeysWithValues: names.map { ($0, Reading()) })
        var last: String?
        for line in try output("KUBECONFIG=/dev/null exec kubectl label --local -f '\(folder)' -o json a=b 2>&1") {
            let line = line.hasPrefix("error: ") ? line.dropFirst("error: ".count) : line[...]
            guard let start = line.firstRange(of: folder + "/")?.upperBound,
                let end = line[start...].firstRange(of: ".yaml")?.upperBound
            else {
                // The rest of a message that quotes several lines of the file.
                guard let last, readings[last]?.problem != nil else {
                    throw Failure(description: "kubectl said: \(line)")
                }
                continue
            }
            let name = String(line[start..<end])
            last = name
            let mark = ": Object 'Kind' is missing in '"
            if let json = line[end...].firstRange(of: mark)?.upperBound, line.last == "'" {
                let value = try Value(json: Array(line[json...].dropLast().utf8))
                readings[name, default: Reading()].documents.append(value)
            } else {
                readings[name, default: Reading()].problem = String(line[end...].drop { "\": ".contains($0) })
            }
        }
        return readings
    }

    /// The lines that a command prints.
    private static func output(_ command: String) throws -> [String] {
        guard let pipe = popen(command, "r") else { throw Failure(description: "cannot start a process") }
        defer { pclose(pipe) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while case let count = fread(&buffer, 1, buffer.count, pipe), count > 0 { bytes += buffer[..<count] }
        return bytes.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
    }
}
