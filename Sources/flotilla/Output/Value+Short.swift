import Manifests

extension Value {
    /// The value as JSON on one line, cut where it is long, without characters that a terminal obeys.
    var short: String { jsonText().inOneLine(limit: 100) }
}
