import FuzzSupport
import KubernetesAPI
import Manifests

/// Every context is read or refused in one line, and no credential reaches a text.
@main
enum KubeconfigFuzzing {
    /// No file is there, so that no path in an input is read from the machine by accident.
    private static let path = "/nonexistent/config"

    static func main() {
        Fuzzer.run { bytes in
            check(bytes, hidden: nil)
            guard let document = try? YAML.documents(in: bytes, file: path, limits: .fuzzing).first else { return }
            // The word must be new: an input that has it may show it anywhere.
            let word = "u5Er-0n1y"
            guard !document.value.jsonText().contains(word) else { return }
            let secrets = [word, "\(word) \(word)", "\(word)\n\(word)"]
            check(document.value.withSecret(secrets[bytes.count % 3]).jsonBytes(), hidden: word)
        }
    }

    private static func check(_ text: [UInt8], hidden: String?) {
        let kubeconfig: Kubeconfig
        do {
            kubeconfig = try Kubeconfig(text: text, path: path)
        } catch {
            return check(error, hidden)
        }
        for context in [nil, "no such context"] + kubeconfig.contextNames.prefix(4).map(String?.some) {
            do throws(KubeconfigError) {
                let configuration = try kubeconfig.configuration(context: context)
                let texts = ["\(configuration)", String(reflecting: configuration), "\(configuration.credentials)"]
                for text in texts + configuration.warnings { check(text, hidden) }
            } catch {
                check(error, hidden)
            }
        }
    }

    private static func check(_ error: KubeconfigError, _ hidden: String?) {
        require(!error.problems.isEmpty, "an error without a problem")
        check("\(error)", hidden)
    }

    private static func check(_ text: String, _ hidden: String?) {
        requireOneLine(text, "a text")
        if let hidden { require(!text.contains(hidden), "a credential in: \(text)") }
    }
}

extension Value {
    /// Fields of a user that hold credentials, and those around them.
    private static let secrets: Set<String> = [
        "token", "password", "client-key-data", "value", "id-token", "refresh-token",
    ]

    /// The kubeconfig with another text in the place of all credentials of its users.
    fileprivate func withSecret(_ secret: String) -> Value {
        guard let users = self["users"]?.array else { return self }
        var copy = self
        copy["users"] = .array(users.map { $0.replacingSecrets(secret) })
        return copy
    }

    private func replacingSecrets(_ secret: String) -> Value {
        switch self {
        case .array(let elements): .array(elements.map { $0.replacingSecrets(secret) })
        case .mapping(let fields):
            .mapping(
                Mapping(
                    fields.map { field in
                        let isSecret = Self.secrets.contains(field.key) && field.value.string?.isEmpty == false
                        return (field.key, isSecret ? .string(secret) : field.value.replacingSecrets(secret))
                    }
                )
            )
        default: self
        }
    }
}
