/// What an unquoted scalar of YAML means.
///
/// The rules are those of YAML 1.1 in go-yaml v2 followed by a round trip through JSON, because that is how `kubectl` and
/// PipeCD read manifests: `yes` is true, `0777` is 511, `1.0` is the integer 1, a date is a string.
enum YAMLScalar {
    /// The node that an unquoted scalar stands for, `nil` when it is a string.
    ///
    /// `.inf` and `.nan` give the doubles of that name, which the caller has to refuse.
    static func resolve(_ text: UnsafeBufferPointer<UInt8>) -> Value? {
        guard let first = text.first else { return .null }
        switch first {
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
            return decimal(text) ?? number(text)
        case UInt8(ascii: "+"), UInt8(ascii: "-"):
            return word(text) ?? number(text)
        case UInt8(ascii: "."):
            return word(text) ?? fraction(text)
        default:
            return isLetterOfWord[Int(first)] ? word(text) : nil
        }
    }

    /// The same for a scalar that is at hand as a string.
    static func resolve(_ text: String) -> Value? {
        var text = text
        return text.withUTF8 { resolve($0) }
    }

    private static let words: [String: Value] = {
        var words: [String: Value] = ["": .null, "~": .null]
        for word in ["y", "yes", "true", "on"] { words[word] = .bool(true) }
        for word in ["n", "no", "false", "off"] { words[word] = .bool(false) }
        words["null"] = .null
        for (word, value) in words {
            words[word.uppercased()] = value
            words[word.prefix(1).uppercased() + word.dropFirst()] = value
        }
        for word in [".inf", ".Inf", ".INF"] {
            words[word] = .double(.infinity)
            words["+" + word] = .double(.infinity)
            words["-" + word] = .double(-.infinity)
        }
        for word in [".nan", ".NaN", ".NAN"] { words[word] = .double(.nan) }
        return words
    }()

    /// For each byte whether one of the words begins with it, looked up before anything else.
    private static let isLetterOfWord: [Bool] = {
        var table = [Bool](repeating: false, count: 256)
        for byte in "yYnNtTfFoO~".utf8 { table[Int(byte)] = true }
        return table
    }()

    private static func word(_ text: UnsafeBufferPointer<UInt8>) -> Value? {
        text.count <= 5 ? words[String(decoding: text, as: UTF8.self)] : nil
    }

    /// An integer in its commonest form: up to 18 decimal digits, the first one not 0.
    private static func decimal(_ text: UnsafeBufferPointer<UInt8>) -> Value? {
        guard text.count <= 18, text[0] != UInt8(ascii: "0") || text.count == 1 else { return nil }
        var number = 0
        for byte in text {
            let digit = byte &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            number = number * 10 + Int(digit)
        }
        return .int(number)
    }

    /// No number is longer: nobody writes so many digits, and reading them takes long.
    private static let longestNumber = 1000

    private static func number(_ text: UnsafeBufferPointer<UInt8>) -> Value? {
        guard text.count <= longestNumber else { return nil }
        return YAMLNumber.integerOrFloat(String(decoding: text, as: UTF8.self).filter { $0 != "_" })
    }

    private static func fraction(_ text: UnsafeBufferPointer<UInt8>) -> Value? {
        guard text.count <= longestNumber else { return nil }
        return YAMLNumber.float(String(decoding: text, as: UTF8.self))
    }
}
