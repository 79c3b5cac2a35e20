package import Manifests

/// Stops the program, which libFuzzer reports as a finding, unless a property holds.
package func require(_ holds: Bool, _ property: @autoclosure () -> String) {
    if !holds { fatalError(property()) }
}

/// Requires that a tree that was read holds no number without a form in JSON, which a writer would turn into `null`.
package func requireFinite(_ value: Value) {
    switch value {
    case .double(let number): require(number.isFinite, "the number \(number) was read")
    case .array(let elements): for element in elements { requireFinite(element) }
    case .mapping(let fields): for field in fields { requireFinite(field.value) }
    default: break
    }
}

/// Requires that a text for the user says something, in one line.
package func requireOneLine(_ text: String, _ what: String) {
    require(!text.isEmpty, "\(what) is empty")
    let isOneLine = text.unicodeScalars.allSatisfy { scalar in
        scalar.properties.generalCategory != .control && scalar != "\u{2028}" && scalar != "\u{2029}"
    }
    require(isOneLine, "\(what) is not one line: \(text.debugDescription)")
}
