import Manifests

extension String {
    /// The user and the password in a URL.
    var userInfo: String? {
        guard let start = firstRange(of: "://")?.upperBound else { return nil }
        let authority = self[start...].prefix { !"/?#".contains($0) }
        return authority.lastIndex(of: "@").map { String(authority[..<$0]) }.nonEmpty
    }

    /// The URL without user and password.
    var withoutUserInfo: String { userInfo.map { replacing("\($0)@", with: "", maxReplacements: 1) } ?? self }
}

extension ManifestSourceError {
    /// The error with other words in the place of some texts, each line of them by itself.
    func hiding(_ secrets: [String]) -> ManifestSourceError {
        let secrets = secrets.flatMap { $0.split(whereSeparator: \.isNewline) }
        guard !isCancelled, !secrets.isEmpty else { return self }
        return ManifestSourceError(
            problems.map { problem in
                secrets.reduce(problem) { $0.replacing($1, with: Password(String($1)).description) }
            }
        )
    }
}
