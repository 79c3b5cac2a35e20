/// Tells whether a key is new in the mapping that is being read, nearly always without comparing it to the others.
///
/// Sixty-four bits remember roughly what was seen. Only a key whose bit is taken is compared, in a large mapping by a set.
struct KeyFilter {
    /// What an unusual key gets, so that it is always compared: equal strings may differ in their bytes.
    static let compareAlways = UInt64.max

    private static let largeMapping = 24
    private var seen: UInt64 = 0
    private var known: Set<String> = []

    /// The bit of a key with these bytes, which must all be ASCII.
    static func mask(ofASCII key: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var hash = UInt64(truncatingIfNeeded: key.count)
        for index in 0..<min(8, key.count) { hash = hash << 7 ^ UInt64(key[index]) }
        if key.count > 8 { hash ^= UInt64(key[key.count - 1]) << 3 }
        return 1 << ((hash &* 0x9E37_79B9_7F4A_7C15) >> 58)
    }

    /// Takes a key in; `false` when the members read so far have it already.
    mutating func insert(_ key: String, mask: UInt64, after members: UnsafeMutableBufferPointer<Mapping.Member>) -> Bool
    {
        let mayBeKnown = seen & mask != 0
        seen |= mask
        guard mayBeKnown else { return true }
        guard members.count >= Self.largeMapping else { return !members.contains { $0.key == key } }
        for member in members[known.count...] { known.insert(member.key) }
        return !known.contains(key)
    }
}
