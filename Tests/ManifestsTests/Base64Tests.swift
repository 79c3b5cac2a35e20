import Testing

@testable import Manifests

@Suite("Base64")
struct Base64Tests {
    @Test(
        "goes both ways",
        arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")]
    )
    func bothWays(plain: String, encoded: String) throws {
        #expect(Base64.encode(Array(plain.utf8)) == encoded)
        let decoded = try Base64.decode(encoded)
        #expect(decoded == Array(plain.utf8))
    }

    @Test("skips line breaks")
    func lineBreaks() throws {
        let decoded = try Base64.decode("Zm9v\nYmFy\n")
        #expect(decoded == Array("foobar".utf8))
    }

    @Test("refuses what is none", arguments: ["Zg", "Z===", "Zm9*", "Zm=v"])
    func refuses(text: String) {
        #expect(throws: Base64.Problem.self) { try Base64.decode(text) }
    }
}
