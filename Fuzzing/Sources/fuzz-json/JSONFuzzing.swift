import FuzzSupport
import Manifests

/// What is read, written in any style and read again is equal; the YAML reader says the same or refuses.
@main
enum JSONFuzzing {
    static func main() {
        Fuzzer.run { bytes in
            do throws(ManifestError) {
                let value = try Value(json: bytes, file: "in.json", limits: .fuzzing)
                requireFinite(value)
                checkRoundTrip(value)
                checkYAML(value, bytes)
                checkRepeatedKeys(value, bytes)
            } catch {
                requireOneLine("\(error)", "an error")
                TextLines(bytes, file: "in.json", reader: .json).require(error.position, "an error")
                guard let value = try? Value(json: bytes, file: "in.json", limits: .fuzzingRepeatedKeys) else { return }
                guard case .duplicateKey = error.reason else { fatalError("\(error), but not where keys may repeat") }
                checkRoundTrip(value)
            }
        }
    }

    /// Nothing else may change where keys may stand twice.
    private static func checkRepeatedKeys(_ value: Value, _ bytes: [UInt8]) {
        let other = try? Value(json: bytes, file: "in.json", limits: .fuzzingRepeatedKeys)
        require(other?.jsonBytes() == value.jsonBytes(), "\(value.jsonText()) is another value where keys may repeat")
    }

    private static func checkRoundTrip(_ value: Value) {
        let json = value.jsonBytes()
        let sorted = value.jsonBytes(.sortedKeys)
        for style: JSONStyle in [
            .compact, .pretty, .htmlEscaped, [.pretty, .sortedKeys], [.sortedKeys, .htmlEscaped],
        ] {
            let written = value.jsonBytes(style)
            do throws(ManifestError) {
                let again = try Value(json: written)
                let isSame = style.contains(.sortedKeys) ? again.jsonBytes() == sorted : again.jsonBytes() == json
                require(isSame, "style \(style.rawValue): \(value.jsonText()) is \(again.jsonText())")
            } catch {
                fatalError("style \(style.rawValue): \(error) in \(String(decoding: written, as: UTF8.self))")
            }
        }
    }

    private static func checkYAML(_ value: Value, _ bytes: [UInt8]) {
        let documents: [YAMLDocument]
        do {
            documents = try YAML.documents(in: bytes, file: "in.json", limits: .fuzzing)
        } catch {
            switch (value, error.reason) {
            case (_, .limit), (_, .duplicateKey): return
            // Only what begins with a bracket or a quotation mark is known to be meant as JSON.
            case (.array, _), (.mapping, _), (.string, _):
                fatalError("\(value.jsonText()) is refused as YAML: \(error)")
            default: return
            }
        }
        require(documents.count == (value.isNull ? 0 : 1), "\(documents.count) documents of \(value.jsonText())")
        guard let read = documents.first?.value else { return }
        require(read.plain.jsonBytes() == value.plain.jsonBytes(), "\(value.jsonText()) is in YAML \(read.jsonText())")
    }
}

extension Value {
    /// The node with whole numbers as integers, as YAML has them.
    fileprivate var plain: Value {
        switch self {
        case .double(let number) where number.magnitude <= 0x1p53: Int(exactly: number).map(Value.int) ?? self
        case .array(let elements): .array(elements.map(\.plain))
        case .mapping(let fields): .mapping(Mapping(fields.map { ($0.key, $0.value.plain) }))
        default: self
        }
    }
}
