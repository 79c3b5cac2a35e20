import CYAML

/// Writes a `Value` as YAML, with libyaml's emitter.
struct YAMLWriter {
    private let emitter = UnsafeMutablePointer<yaml_emitter_t>.allocate(capacity: 1)

    /// The text of a node, with a line feed at the end.
    static func text(of value: Value) -> String {
        let output = UnsafeMutablePointer<[UInt8]>.allocate(capacity: 1)
        output.initialize(to: [])
        defer {
            output.deinitialize(count: 1)
            output.deallocate()
        }
        let writer = YAMLWriter(output)
        writer.write(value)
        writer.end()
        return String(decoding: output.pointee, as: UTF8.self)
    }

    private init(_ output: UnsafeMutablePointer<[UInt8]>) {
        emitter.initialize(to: yaml_emitter_t())
        guard yaml_emitter_initialize(emitter) != 0 else { return }
        let append: @convention(c) (UnsafeMutableRawPointer?, UnsafeMutablePointer<UInt8>?, Int) -> CInt = {
            guard let output = $0?.assumingMemoryBound(to: [UInt8].self) else { return 0 }
            output.pointee.append(contentsOf: UnsafeBufferPointer(start: $1, count: $2))
            return 1
        }
        yaml_emitter_set_output(emitter, append, output)
        yaml_emitter_set_unicode(emitter, 1)
        yaml_emitter_set_indent(emitter, 2)
        yaml_emitter_set_width(emitter, -1)
        emit { yaml_stream_start_event_initialize(&$0, YAML_UTF8_ENCODING) }
        emit { yaml_document_start_event_initialize(&$0, nil, nil, nil, 1) }
    }

    private func end() {
        emit { yaml_document_end_event_initialize(&$0, 1) }
        emit { yaml_stream_end_event_initialize(&$0) }
        yaml_emitter_delete(emitter)
        emitter.deallocate()
    }

    /// Hands one event over; the emitter, which can fail only for want of memory, then releases it.
    private func emit(_ initialize: (inout yaml_event_t) -> CInt) {
        var event = yaml_event_t()
        guard initialize(&event) != 0 else { return }
        yaml_emitter_emit(emitter, &event)
    }

    private func write(_ value: Value) {
        switch value {
        case .null: write("null", style: YAML_PLAIN_SCALAR_STYLE)
        case .bool(let flag): write(flag ? "true" : "false", style: YAML_PLAIN_SCALAR_STYLE)
        case .int(let number): write(String(number), style: YAML_PLAIN_SCALAR_STYLE)
        case .double(let number): write(number.yamlText, style: YAML_PLAIN_SCALAR_STYLE)
        case .string(let text): write(text, style: YAMLStringStyle.style(of: text))
        case .array(let elements): write(elements)
        case .mapping(let fields): write(fields)
        }
    }

    private func write(_ elements: [Value]) {
        let style = elements.isEmpty ? YAML_FLOW_SEQUENCE_STYLE : YAML_BLOCK_SEQUENCE_STYLE
        emit { yaml_sequence_start_event_initialize(&$0, nil, nil, 1, style) }
        for element in elements { write(element) }
        emit { yaml_sequence_end_event_initialize(&$0) }
    }

    private func write(_ fields: Mapping) {
        let style = fields.isEmpty ? YAML_FLOW_MAPPING_STYLE : YAML_BLOCK_MAPPING_STYLE
        emit { yaml_mapping_start_event_initialize(&$0, nil, nil, 1, style) }
        for member in fields {
            write(member.key, style: YAMLStringStyle.style(ofKey: member.key))
            write(member.value)
        }
        emit { yaml_mapping_end_event_initialize(&$0) }
    }

    private func write(_ text: String, style: yaml_scalar_style_t) {
        var text = text
        text.withUTF8 { characters in
            // libyaml copies the characters, and refuses a null pointer.
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: max(1, characters.count)) { copy in
                _ = copy.initialize(from: characters)
                let length = CInt(clamping: characters.count)
                emit { yaml_scalar_event_initialize(&$0, nil, nil, copy.baseAddress, length, 1, 1, style) }
            }
        }
    }
}

extension Double {
    /// The number so that every version of YAML reads it as one; what has no form in JSON becomes `null`.
    fileprivate var yamlText: String {
        let text = jsonText
        guard let exponent = text.firstIndex(of: "e"), !text.contains(".") else { return text }
        return text[..<exponent] + ".0" + text[exponent...]
    }
}
