import Glibc
import ManifestSources
package import Manifests
package import Rollouts

/// An application as it lies on disk: its directory and its decoded application file.
package struct Application: Sendable {
    /// What ownership marks say about the application, the same on every target.
    package struct Identity: Sendable {
        /// The agent's id, for `pipecd.dev/piped`.
        package let piped: String
        /// The application's id, for `pipecd.dev/application`.
        package let application: String
        /// The commit of the source, for `pipecd.dev/commit-hash`.
        package let commit: String

        package init(piped: String, application: String, commit: String) {
            self.piped = piped
            self.application = application
            self.commit = commit
        }

        /// The same application at another commit.
        package func at(_ commit: String) -> Identity {
            Identity(piped: piped, application: application, commit: commit)
        }
    }

    /// The directory that holds the application file.
    package let directory: String
    /// The name of the application file, such as `app.pipecd.yaml`.
    package let fileName: String
    /// What the application file says.
    package let configuration: ApplicationConfiguration
    /// The application file itself, for the places of later mistakes.
    package let document: YAMLDocument
    /// What is odd about the application file, one line each.
    package let warnings: [String]
    /// How strictly its files are read.
    package let strictness: Strictness

    /// The last part of the directory's real path.
    package var directoryName: String {
        let path = realpath(directory, nil)
        defer { free(path) }
        let text = path.map { String(cString: $0) } ?? directory
        return text.split(separator: "/").last.map(String.init) ?? "application"
    }

    /// The default name of the application file.
    package static let defaultFileName = "app.pipecd.yaml"

    /// Reads and decodes the application file.
    ///
    /// - Throws: `ApplicationError` with every mistake in the file.
    package static func load(
        directory: String,
        fileName: String = defaultFileName,
        plugin: String? = nil
    ) throws -> Application {
        try ApplicationFile(directory: directory, name: fileName).application(plugin: plugin)
    }

    fileprivate init(
        _ file: ApplicationFile,
        _ configuration: ApplicationConfiguration,
        warnings: [ConfigurationProblem]
    ) {
        directory = file.directory
        fileName = file.name
        document = file.document
        strictness = file.strictness
        self.configuration = configuration
        self.warnings = warnings.map { "\($0)" }
    }
}

/// An application file that is read and not yet decoded.
package struct ApplicationFile: Sendable {
    /// The directory that holds the file.
    package let directory: String
    /// The name of the file.
    package let name: String
    /// What is in it.
    package let document: YAMLDocument

    /// How strictly the file and the manifests are read.
    package let strictness: Strictness

    /// Reads the file; of a version that already runs not every mistake counts.
    ///
    /// - Throws: `ApplicationError` when there is no such file, or not one YAML document in it.
    package init(directory: String, name: String, strictness: Strictness = .deploying) throws {
        let path = directory + "/" + name
        let bytes: [UInt8]
        do {
            bytes = try PlainFiles.read(path)
        } catch {
            throw ApplicationError(problems: [
                "\(error); name the directory that holds the application file, or its name with --config"
            ])
        }
        try self.init(bytes, directory: directory, name: name, path: path, strictness: strictness)
    }

    /// Takes a file that somebody else has read.
    ///
    /// - Parameters:
    ///   - bytes: What is in it.
    ///   - directory: The directory that holds it.
    ///   - name: Its name.
    ///   - path: What messages call it.
    ///   - strictness: How strictly it is read.
    /// - Throws: `ApplicationError` when there is not one YAML document in it.
    package init(
        _ bytes: [UInt8],
        directory: String,
        name: String,
        path: String,
        strictness: Strictness = .deploying
    ) throws {
        let documents: [YAMLDocument]
        do {
            var limits = ReadLimits.standard
            limits.allowsRepeatedKeys = strictness == .restoring
            documents = try YAML.documents(in: bytes, file: path, limits: limits)
        } catch {
            throw ApplicationError(problems: ["\(error)"])
        }
        guard documents.count == 1, let document = documents.first else {
            throw ApplicationError(problems: [
                "\(path): an application file holds one document, found \(documents.count)"
            ])
        }
        (self.directory, self.name, self.document, self.strictness) = (directory, name, document, strictness)
    }

    /// The names of the plugins that the file has a block for.
    package var plugins: [String] { document.value[path: "spec", "plugins"]?.mapping?.keys ?? [] }

    /// The block that is meant by the name of today: a version that ran before may have had it under another.
    ///
    /// - Throws: `ApplicationError` when the name is not there and several are.
    package func blockOfRunning(plugin: String?) throws -> String? {
        let names = plugins
        guard let plugin, !names.isEmpty, !names.contains(plugin) else { return plugin }
        guard names.count == 1 else {
            let there = names.joined(separator: ", ")
            throw ApplicationError(problems: ["\(name): spec.plugins has no \"\(plugin)\"; it has \(there)"])
        }
        return names[0]
    }

    /// The application; one without a name may get one.
    ///
    /// - Throws: `ApplicationError` with every mistake in the file that counts.
    package func application(plugin: String?, defaultName: String? = nil) throws -> Application {
        let decoded = ApplicationConfiguration.decode(document, plugin: plugin, strictness: strictness)
        guard var configuration = decoded.value else {
            throw ApplicationError(problems: decoded.problems.map { "\($0)" })
        }
        if configuration.name == nil { configuration.name = defaultName }
        return Application(self, configuration, warnings: decoded.warnings)
    }

    /// Everything that is wrong with the file, and the application as far as it can be read in spite of that.
    package func inspect(plugin: String?) -> (application: Application?, problems: [ConfigurationProblem]) {
        let decoded = ApplicationConfiguration.decode(document, plugin: plugin)
        let application = decoded.readable.map { Application(self, $0, warnings: decoded.warnings) }
        return (application, decoded.problems)
    }
}

/// Why an application cannot be used: every mistake, one line each.
package struct ApplicationError: Error, CustomStringConvertible {
    /// The mistakes, one line each.
    package let problems: [String]

    package init(problems: [String]) {
        self.problems = problems
    }

    /// All mistakes, each on a line of its own.
    package var description: String { problems.joined(separator: "\n") }
}
