/// The random parts of names and identities.
enum RandomNames {
    /// The letters that Kubernetes uses for generated names: no vowels, nothing that looks like another.
    private static let letters = Array("bcdfghjklmnpqrstvwxz2456789")

    /// The five characters after `generateName`.
    static func suffix(_ count: Int = 5) -> String {
        String((0..<count).map { _ in letters[Int.random(in: 0..<letters.count)] })
    }

    /// A random identity of an object, in the form of a UUID of version 4.
    static func uid() -> String {
        var bytes = (0..<16).map { _ in UInt8.random(in: 0...255) }
        bytes[6] = bytes[6] & 0x0f | 0x40
        bytes[8] = bytes[8] & 0x3f | 0x80
        let hex = bytes.map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0" + text : text
        }
        let groups = [hex[0..<4], hex[4..<6], hex[6..<8], hex[8..<10], hex[10..<16]]
        return groups.map { $0.joined() }.joined(separator: "-")
    }
}
