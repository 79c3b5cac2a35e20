/// A file that values come from, once it is clear that helm may read it.
enum ValuesFile: Hashable {
    /// What helm fetches over HTTP.
    case remote(String)
    /// A file inside the application directory, all links resolved.
    case local(String)

    /// How a file is used, in the words of errors.
    enum Use: String {
        /// All values of the file.
        case values = "values file"
        /// The text of the file as one value.
        case set = "set file"
    }

    /// Looks at a name as helm would read it.
    ///
    /// - Parameters:
    ///   - name: A URL, or a path relative to the directory.
    ///   - use: What it is for.
    ///   - directory: The application directory.
    ///   - root: What no file may lie outside of once links are resolved; the application directory when `nil`.
    /// - Throws: `ManifestSourceError` for a scheme that is neither `http` nor `https`, for a URL with a user or password, for a
    ///   file outside, and for one that is not there.
    init(
        _ name: String,
        as use: Use,
        in directory: String,
        confinedTo root: String? = nil
    ) throws(ManifestSourceError) {
        if let scheme = Self.scheme(of: name) {
            guard ["http", "https"].contains(scheme) else {
                throw ManifestSourceError("scheme \(scheme) is not allowed to load \(use.rawValue)")
            }
            guard name.userInfo == nil else {
                throw ManifestSourceError(
                    "\(use.rawValue) \(name.withoutUserInfo) has a user or password in its URL; "
                        + "put the file into the application directory"
                )
            }
            self = .remote(name)
            return
        }
        let root = try ConfinedDirectory.resolve(root ?? directory)
        let path = name.hasPrefix("/") ? name : "\(directory)/\(name)"
        let file = try ConfinedDirectory.resolve(path, name: "\(use.rawValue) \(name)")
        guard ConfinedDirectory.isInside(file, root) else {
            throw ManifestSourceError(
                "\(use.rawValue) \(name) references outside the application configuration directory"
            )
        }
        self = .local(file)
    }

    /// The scheme of a text that helm takes for a URL, in lower case; `nil` for a path.
    private static func scheme(of text: String) -> String? {
        guard let end = text.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let scheme = text[..<end]
        guard let first = scheme.first, first.isASCII, first.isLetter else { return nil }
        guard scheme.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }) else {
            return nil
        }
        return scheme.lowercased()
    }
}
