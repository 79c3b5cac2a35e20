import CFuzzer
import Manifests

/// Changes an input for libFuzzer: most times one node of its YAML documents, else some of its bytes.
///
/// Random bytes seldom are YAML, and hardly ever come behind the checks of the first fields.
@_cdecl("LLVMFuzzerCustomMutator")
package func mutateTree(_ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ limit: Int, _ seed: UInt32) -> Int {
    var random = SmallGenerator(state: UInt64(seed))
    let bytes = Array(UnsafeBufferPointer(start: data, count: size))
    let limits = ReadLimits(depth: 100, expandedNodes: 10_000)
    guard Int.random(in: 0..<4, using: &random) > 0,
        let documents = try? YAML.documents(in: bytes, file: "", limits: limits), !documents.isEmpty
    else { return LLVMFuzzerMutate(data, size, limit) }
    var mutation = TreeMutation(.array(documents.map(\.value)), random)
    let changed = mutation.changed().array ?? []
    let text = changed.map { $0.yamlText() }.joined(separator: "---\n")
    guard text.utf8.count <= limit, text.utf8.count > 0 else { return LLVMFuzzerMutate(data, size, limit) }
    for (index, byte) in text.utf8.enumerated() { data[index] = byte }
    return text.utf8.count
}

/// SplitMix64, so that libFuzzer's seed alone decides.
struct SmallGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}
