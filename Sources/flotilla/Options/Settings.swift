import ArgumentParser
import Manifests

/// Options of a stage as they are given on the command line.
enum Settings {
    /// The options that a stage has in the pipeline, changed by `KEY=VALUE` texts.
    ///
    /// Shares of traffic belong together: one of them on the command line takes the place of all in the pipeline.
    static func value(of texts: [String], changing written: Value?) throws -> Value {
        let shares = ["all", "primary", "canary", "baseline"]
        let given = try value(of: texts).mapping ?? [:]
        var options = written?.mapping ?? [:]
        if given.keys.contains(where: shares.contains) {
            for share in shares { options[share] = Value?.none }
        }
        for member in given { options[member.key] = member.value }
        return .mapping(options)
    }

    /// A mapping of `KEY=VALUE` texts, each value read as YAML.
    ///
    /// - Throws: `ValidationError` for a text without `=`, a key that is there twice or a value that is no YAML.
    static func value(of texts: [String]) throws -> Value {
        var fields = Mapping()
        for text in texts {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, !parts[0].isEmpty else {
                throw ValidationError("--with needs KEY=VALUE, found \"\(text)\"")
            }
            guard fields[parts[0]] == nil else { throw ValidationError("--with \(parts[0]) is given twice") }
            let documents: [YAMLDocument]
            do {
                documents = try YAML.documents(in: Array(parts[1].utf8), file: "--with \(parts[0])")
            } catch {
                throw ValidationError("\(error)")
            }
            fields[parts[0]] = documents.first?.value ?? .null
        }
        return .mapping(fields)
    }
}
