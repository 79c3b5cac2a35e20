/// A container image, as a pod names it.
///
/// A colon before the last slash belongs to the port of the registry, one behind it begins the tag, an at sign begins
/// the digest; see [image names](https://kubernetes.io/docs/concepts/containers/images/#image-names).
/// `reg.test:5000/team/api:2.1` has the name `api` and the version `2.1`.
public struct ImageReference: Sendable, Hashable {
    /// The reference as written.
    public let text: String
    /// The last part of the path, without tag and digest.
    public let name: String
    /// The tag, such as `2.1`.
    public let tag: String?
    /// The digest, such as `sha256:ab12…`.
    public let digest: String?

    /// Reads a reference; any text is one.
    public init(_ text: String) {
        self.text = text
        let (tagged, digest) = text[...].cut(at: "@")
        let start = tagged.utf8.lastIndex(of: UInt8(ascii: "/")).map(tagged.utf8.index(after:)) ?? tagged.startIndex
        let (name, tag) = tagged[start...].cut(at: ":")
        self.name = String(name)
        self.tag = tag
        self.digest = digest
    }

    /// The tag, else the digest, else nothing.
    public var version: String { tag ?? digest ?? "" }

    /// The name with the version, when there is one: `api:2.1`, `api@sha256:ab12`.
    var shortText: String {
        name + (tag.map { ":\($0)" } ?? digest.map { "@\($0)" } ?? "")
    }
}

extension Substring {
    /// What is before the first such letter, and what is behind it; nothing behind it counts as no such letter.
    ///
    /// Bytes are compared: a letter with an accent behind it would be another character.
    fileprivate func cut(at letter: Unicode.Scalar) -> (Substring, String?) {
        guard let index = utf8.firstIndex(of: UInt8(ascii: letter)) else { return (self, nil) }
        let rest = self[utf8.index(after: index)...]
        return (self[..<index], rest.isEmpty ? nil : String(rest))
    }
}
