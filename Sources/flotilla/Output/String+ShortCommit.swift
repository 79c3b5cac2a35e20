import Manifests

extension String {
    /// A commit as people write it; a word that is none stays.
    var shortCommit: String {
        let isHash = count >= 12 && allSatisfy(\.isHexDigit)
        return isHash ? String(prefix(7)) : inOneLine(limit: 16)
    }
}
