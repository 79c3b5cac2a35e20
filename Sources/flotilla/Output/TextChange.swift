import Manifests
import Stages

/// What differs between two texts, by lines.
struct TextChange {
    /// The most lines to compare one by one: memory grows with the square of what differs.
    private static let mostCompared = 2_000

    /// The lines before and after, without those that both have at the beginning and at the end.
    private let old: ArraySlice<Substring>
    private let new: ArraySlice<Substring>

    /// Compares two texts.
    init(from old: String, to new: String) {
        var old = old.split(separator: "\n", omittingEmptySubsequences: false)[...]
        var new = new.split(separator: "\n", omittingEmptySubsequences: false)[...]
        let head = zip(old, new).prefix { $0 == $1 }.count
        (old, new) = (old.dropFirst(head), new.dropFirst(head))
        let tail = zip(old.reversed(), new.reversed()).prefix { $0 == $1 }.count
        (self.old, self.new) = (old.dropLast(tail), new.dropLast(tail))
    }

    /// The lines that are not in both, each behind `-` or `+`, or how many there are.
    ///
    /// - Parameter limit: The most lines to show.
    /// - Returns: The lines, cut where they are long.
    func lines(atMost limit: Int) -> [String] {
        guard old.count + new.count <= Self.mostCompared else {
            return ["\(String.count(old.count, "line")) in the cluster, \(String.count(new.count, "line")) in Git"]
        }
        let changes = Array(new).difference(from: Array(old))
        let lines = changes.removals.map { "- \($0.line)" } + changes.insertions.map { "+ \($0.line)" }
        let rest = lines.count - limit
        return lines.prefix(limit) + (rest > 0 ? ["… \(String.count(rest, "line")) more"] : [])
    }
}

extension CollectionDifference<Substring>.Change {
    fileprivate var line: String {
        switch self {
        case .insert(_, let element, _), .remove(_, let element, _): String(element).inOneLine()
        }
    }
}
