import Manifests
import Testing

@Suite("The JSON writer")
struct JSONWriterTests {
    @Test(
        "writes the shortest number that reads back",
        arguments: [
            (1.0, "1"), (-2.0, "-2"), (0.1, "0.1"), (1000, "1000"), (1e20, "100000000000000000000"), (1e21, "1e+21"),
            (1.5e300, "1.5e+300"), (0.000001, "0.000001"), (1e-7, "1e-7"), (-2.5e-8, "-2.5e-8"), (-0.0, "-0.0"),
            (123456.789, "123456.789"), (9223372036854775808, "9223372036854776000"), (.infinity, "null"),
            (.nan, "null"),
            (1.7976931348623157e308, "1.7976931348623157e+308"), (.leastNonzeroMagnitude, "5e-324"),
        ] as [(Double, String)]
    )
    func doubles(number: Double, text: String) throws {
        #expect(Value.double(number).jsonText() == text)
        guard number.isFinite else { return }
        #expect(Double(text) == number)
    }

    @Test("writes random numbers so that they read back")
    func randomDoubles() throws {
        var random = SeededRandom(seed: 7)
        for _ in 0..<10_000 {
            let number = Double(bitPattern: random.next())
            guard number.isFinite else { continue }
            switch try Value(json: Value.double(number).jsonBytes()) {
            case .int(let integer): #expect(Double(integer) == number)
            case let value: #expect(value == .double(number))
            }
        }
    }

    @Test("writes integers of 64 bits whole")
    func integers() {
        #expect(
            Value.array([0, 9, 10, -1, .int(.max), .int(.min)]).jsonText()
                == "[0,9,10,-1,9223372036854775807,-9223372036854775808]"
        )
    }

    @Test("escapes what JSON requires, and nothing else")
    func escapes() {
        #expect(
            Value.string("\"\\/\u{8}\u{c}\n\r\t\u{1}\u{1f}é<&>\u{2028}😀\u{7f}").jsonText()
                == #""\"\\/\b\f\n\r\t\u0001\u001fé<&>"# + "\u{2028}😀\u{7f}\""
        )
    }

    @Test("escapes for HTML as the encoder of Go does")
    func htmlEscapes() {
        #expect(
            Value.string("a<b>&\u{2028}\u{2029}é€").jsonText(.htmlEscaped)
                == #""a\u003cb\u003e\u0026\u2028\u2029é€""#
        )
    }

    @Test("keeps the order of fields, or sorts them by their bytes")
    func order() {
        let value: Value = ["b": 1, "a": ["z": [], "Z": .null], "é": true]
        #expect(value.jsonText() == #"{"b":1,"a":{"z":[],"Z":null},"é":true}"#)
        #expect(value.jsonText(.sortedKeys) == #"{"a":{"Z":null,"z":[]},"b":1,"é":true}"#)
    }

    @Test("lays out with two spaces")
    func pretty() {
        let value: Value = ["a": [1, ["b": "c"]], "empty": [:], "none": []]
        #expect(
            value.jsonText(.pretty) == """
                {
                  "a": [
                    1,
                    {
                      "b": "c"
                    }
                  ],
                  "empty": {},
                  "none": []
                }
                """
        )
    }
}

/// Numbers that look random and are the same in every run.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
