import Manifests
import Testing

@Suite("A mapping")
struct MappingTests {
    @Test(
        "of few or many fields keeps the last value of a repeated key, in the place of the first",
        arguments: [3, 100]
    )
    func repeated(count: Int) {
        let fields = (0..<count).map { ("k\($0)", Value.int($0)) }
        let mapping = Mapping(fields + [("k1", "again"), ("new", "one"), ("new", "two"), ("k0", "too")])
        #expect(mapping.keys == fields.map(\.0) + ["new"])
        #expect(mapping["k0"] == "too" && mapping["k1"] == "again" && mapping["new"] == "two")
        #expect(mapping["k2"] == 2)
    }

    @Test("of few or many fields equals one with the same fields in another order, and no other", arguments: [3, 100])
    func equality(count: Int) {
        let fields = (0..<count).map { ("k\($0)", Value.int($0)) }
        let mapping = Mapping(fields)
        #expect(mapping == Mapping(fields.reversed()))
        #expect(mapping != Mapping([("k1", "other")] + fields.reversed().filter { $0.0 != "k1" }))
        #expect(mapping != Mapping([("other", 1)] + fields.reversed().filter { $0.0 != "k1" }))
        #expect(mapping != Mapping(fields.map { ($0.0, $0.0 == "k2" ? "other" : $0.1) }))
        #expect(mapping != Mapping(fields.dropLast()))
    }
}
