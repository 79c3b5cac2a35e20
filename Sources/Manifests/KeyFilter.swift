/// Tells whether a key is new in the mapping that is being read, nearly always without comparing it to the others.
///
/// Sixty-four bits remember roughly what was seen. Only a key whose bit is taken is looked up, in a large mapping by a dictionary.
struct KeyFilter {
    /// What an unusual key gets, so that it is always compared: equal strings may differ in their bytes.
    static let compareAlways = UInt64.max

    private var seen: UInt64 = 0
    private var known: [String: Int] = [:]

    /// The bit of a key with these bytes, which must all be ASCII.
    static func mask(ofASCII key: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var hash = UInt64(truncatingIfNeeded: key.count)
        for index in 0..<min(8, key.count) { hash = hash << 7 ^ UInt64(key[index]) }
        if key.count > 8 { hash ^= UInt64(key[key.count - 1]) << 3 }
        return 1 << ((hash &* 0x9E37_79B9_7F4A_7C15) >> 58)
    }

    /// Takes a key in.
    ///
    /// - Returns: The index of the member that has the key already, `nil` when the key is new.
    mutating func insert(_ key: String, mask: UInt64, after members: UnsafeMutableBufferPointer<Mapping.Member>) -> Int?
    {
        let mayBeKnown = seen & mask != 0
        seen |= mask
        return mayBeKnown ? index(of: key, in: members) : nil
    }

    /// The index of the member that has a key, `nil` when none has.
    mutating func index(of key: String, in members: UnsafeMutableBufferPointer<Mapping.Member>) -> Int? {
        guard members.count >= Mapping.manyFields else { return members.firstIndex { $0.key == key } }
        for index in known.count..<members.count { known[members[index].key] = index }
        return known[key]
    }
}
