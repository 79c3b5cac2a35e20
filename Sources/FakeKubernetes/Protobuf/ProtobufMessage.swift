/// The fields of one message, in order, not yet understood.
struct ProtobufMessage {
    /// What a field holds on the wire.
    enum Content {
        case number(UInt64)
        case bytes(ArraySlice<UInt8>)
    }

    private(set) var fields: [(number: Int, content: Content)] = []

    /// Cuts a message into fields; `nil` when it is none.
    init?(_ bytes: ArraySlice<UInt8>) {
        var rest = bytes
        while !rest.isEmpty {
            guard let tag = Self.number(&rest) else { return nil }
            let field = Int(truncatingIfNeeded: tag >> 3)
            switch tag & 7 {
            case 0:
                guard let number = Self.number(&rest) else { return nil }
                fields.append((field, .number(number)))
            case 2:
                guard let length = Self.number(&rest), length <= UInt64(rest.count) else { return nil }
                let size = Int(length)
                fields.append((field, .bytes(rest.prefix(size))))
                rest = rest.dropFirst(size)
            default: return nil
            }
        }
    }

    func bytes(_ number: Int) -> ArraySlice<UInt8>? {
        for field in fields where field.number == number {
            if case .bytes(let bytes) = field.content { return bytes }
        }
        return nil
    }

    func text(_ number: Int) -> String? {
        bytes(number).map { String(decoding: $0, as: UTF8.self) }
    }

    private static func number(_ rest: inout ArraySlice<UInt8>) -> UInt64? {
        var result: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            guard let byte = rest.popFirst() else { return nil }
            result |= UInt64(byte & 0x7f) << shift
            if byte & 0x80 == 0 { return result }
        }
        return nil
    }
}
