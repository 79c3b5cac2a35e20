/// Faults that come by chance.
///
/// With one seed, the same requests in the same order meet the same ones.
package struct RandomFaults: Sendable {
    /// One request of so many is hit.
    package let oneIn: UInt64
    private var state: UInt64

    package init(seed: UInt64, oneIn: UInt64 = 25) {
        state = seed
        self.oneIn = max(1, oneIn)
    }

    /// What goes wrong with the next request; mostly nothing.
    mutating func next() -> Fault.Effect? {
        guard next(below: oneIn) == 0 else { return nil }
        switch next(below: 20) {
        case 0...4: return .delay(Int(next(below: 1500)))
        case 5...6: return .tooManyRequests(retryAfter: 1)
        case 7: return .status(code: 500, reason: "InternalError", message: "Internal error occurred: by chance")
        case 8: return .status(code: 503, reason: "ServiceUnavailable", message: "the server is busy, by chance")
        case 9: return .status(code: 504, reason: "Timeout", message: "Timeout: by chance")
        case 10: return .statusAfter(code: 504, reason: "Timeout", message: "Timeout: by chance, after the work")
        case 11...12: return .resetBefore
        case 13: return .resetAfter
        case 14: return .cutInBody
        case 15...16: return .goAway
        case 17: return .expired
        default: return next(below: 10) == 0 ? stall() : .delay(50)
        }
    }

    private mutating func stall() -> Fault.Effect {
        switch next(below: 3) {
        case 0: .stall
        case 1: .stallAfterHead
        default: .stallInBody
        }
    }

    /// A number of the SplitMix64 sequence, cut to a range; the few values that come more often do not matter here.
    private mutating func next(below limit: UInt64) -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = (state ^ state >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return (mixed ^ mixed >> 31) % limit
    }
}
