/// Finds what somebody probably meant by a name that does not exist.
package enum ClosestName {
    /// The nearest name, or `nil` when none is near enough to be a slip.
    ///
    /// A different letter case is always near. Otherwise at most a third of the letters may differ, and at least one
    /// letter may; `limit` bounds that further.
    static func find(_ name: String, among names: some Sequence<String>, limit: Int = .max) -> String? {
        let wanted = Array(name.lowercased().unicodeScalars)
        guard wanted.count <= 200 else { return nil }
        let allowed = min(limit, max(1, wanted.count / 3))
        var best: (name: String, distance: Int)?
        for candidate in names where candidate != name {
            let letters = Array(candidate.lowercased().unicodeScalars)
            guard abs(letters.count - wanted.count) <= allowed else { continue }
            let distance = distance(wanted, letters)
            if distance <= allowed, distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.name
    }

    /// The words `, did you mean "X"`, or nothing.
    package static func hint(_ name: String, among names: some Sequence<String>) -> String {
        find(name, among: names).map { ", did you mean \"\($0)\"" } ?? ""
    }

    /// The number of letters to add, drop, change or swap with their neighbour.
    private static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        var beforeLast = [Int](repeating: 0, count: right.count + 1)
        var last = Array(0...right.count)
        for row in 0..<left.count {
            var current = [row + 1]
            for column in 0..<right.count {
                let same = left[row] == right[column]
                var cost = min(last[column + 1] + 1, current[column] + 1, last[column] + (same ? 0 : 1))
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            (beforeLast, last) = (last, current)
        }
        return last[right.count]
    }
}
