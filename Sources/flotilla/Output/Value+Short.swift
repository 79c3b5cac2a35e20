import Manifests

extension Value {
    /// The value as JSON on one line of a terminal, cut where it is long.
    var short: String { jsonText().inOneLine(limit: 100) }
}
