import Manifests

/// What `/version` says.
struct Version: Sendable {
    private let text: String

    init(_ text: String) {
        self.text = text
    }

    var object: Value {
        let numbers = text.drop { !$0.isNumber }.split(separator: ".").map(String.init)
        return [
            "major": .string(numbers.first ?? "1"), "minor": .string(numbers.dropFirst().first ?? "0"),
            "gitVersion": .string(text), "gitCommit": "fake", "gitTreeState": "clean",
            "buildDate": "2025-01-01T00:00:00Z", "goVersion": "none", "compiler": "swift", "platform": "linux/amd64",
        ]
    }
}
