/// The name of one run of the pipeline: when it began and a few random letters; later ones sort behind earlier ones.
package struct RunID: Sendable, Hashable, CustomStringConvertible {
    /// The name, such as `20300131-120000-500-k3xq7w`.
    package let description: String

    /// A name that is known.
    package init(_ text: String) {
        description = text
    }

    /// A new name for a run that begins at a moment.
    package static func make(at moment: Moment) -> RunID {
        let digits = "\(moment)".filter(\.isNumber)
        let letters = String((0..<6).compactMap { _ in "abcdefghijkmnpqrstuvwxyz23456789".randomElement() })
        return RunID(
            "\(digits.prefix(8))-\(digits.dropFirst(8).prefix(6))-\(digits.dropFirst(14).prefix(3))-\(letters)"
        )
    }
}
