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

    @Test(
        "refuses what is none, and names the byte that Go names",
        arguments: [
            ("!!", 0), ("Zg", 0), ("Z===", 1), ("Zm9*", 3), ("Zm=v", 2), ("Zm=\nv", 3), ("Zm=", 3), ("Zm9vYg", 4),
            ("Zm9v=", 4), ("Zg==Zg==", 4), ("Zg==\nZg==", 5), ("Z\nm\n", 2), ("Zm-v", 2), ("ü", 0),
        ]
    )
    func refuses(text: String, offset: Int) {
        #expect(throws: Base64.Problem(offset: offset)) { try Base64.decode(text) }
    }
}
