/// A version such as `4.1.0` or `5.0.0-beta.1`; parts at the end may be missing.
struct SemanticVersion: Comparable {
    private let numbers: [Int]
    /// Whether it comes before the version of the same numbers.
    private let isPreRelease: Bool

    init(_ major: Int, _ minor: Int, _ patch: Int) {
        numbers = [major, minor, patch]
        isPreRelease = false
    }

    /// Reads a version; `nil` for a text that is none, one with a `v` before it included.
    init?(_ text: String) {
        let withoutBuild = text.split(separator: "+", maxSplits: 1, omittingEmptySubsequences: false)[0]
        let parts = withoutBuild.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        let words = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        let numbers = words.compactMap { word in
            word.allSatisfy { ("0"..."9").contains($0) } && (word == "0" || word.first != "0") ? Int(word) : nil
        }
        guard numbers.count == words.count, numbers.count <= 3, parts.count == 1 || !parts[1].isEmpty else {
            return nil
        }
        self.numbers = numbers + Array(repeating: 0, count: 3 - numbers.count)
        isPreRelease = parts.count > 1
    }

    static func < (left: SemanticVersion, right: SemanticVersion) -> Bool {
        guard left.numbers == right.numbers else { return left.numbers.lexicographicallyPrecedes(right.numbers) }
        return left.isPreRelease && !right.isPreRelease
    }
}
