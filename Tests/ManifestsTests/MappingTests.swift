import Manifests
import Testing

@Suite("A large mapping", .timeLimit(.minutes(1)))
struct MappingTests {
    private func fields(_ range: some Sequence<Int>) -> [(String, Value)] { range.map { ("key-\($0)", .int($0)) } }

    @Test(
        "is made in linear time, the last of equal keys winning in the place of the first",
        arguments: [3, 24, 100_000]
    )
    func repeatedKeys(count: Int) {
        let mapping = Mapping(fields(0..<count) + [("key-1", "x"), ("new", "y"), ("new", "z")])
        #expect(mapping.count == count + 1)
        #expect(mapping.members[1] == Mapping.Member(key: "key-1", value: "x"))
        #expect(mapping.members.last == Mapping.Member(key: "new", value: "z"))
    }

    @Test("is compared in linear time, whatever the order", arguments: [3, 24, 100_000])
    func comparison(count: Int) {
        let mapping = Mapping(fields(0..<count))
        #expect(mapping == Mapping(fields((0..<count).reversed())))
        #expect(mapping != Mapping(fields((1...count).reversed())))
        #expect(mapping != Mapping(fields((0..<count - 1).reversed()) + [("key-\(count - 1)", "x")]))
    }
}
