public import Manifests

/// A whole percentage from 0 to 100.
public struct Percentage: Sendable, Hashable {
    /// The number, from 0 to 100.
    public let value: Int

    /// Reads `30`, `"30"` or `"30%"`.
    ///
    /// - Throws: `Problem` with what is wrong: fractions, numbers outside 0 to 100, a second `%`, `null` and others.
    public init(_ value: Value) throws(Problem) {
        let number: Int? =
            switch value {
            case .int(let number): number
            case .double(let number): Int(exactly: number)
            case .string(let text): Int(text.hasSuffix("%") ? text.dropLast() : text[...])
            default: nil
            }
        guard let number, (0...100).contains(number) else {
            throw Problem(found: value.described)
        }
        self.value = number
    }

    /// Why a value is no percentage.
    public struct Problem: Error, Hashable, CustomStringConvertible {
        let found: String

        /// What is accepted and what was found.
        public var description: String {
            "must be a whole percentage from 0 to 100 such as 30 or \"30%\", found \(found)"
        }
    }
}
