/// Stops the program, which libFuzzer reports as a finding, unless a property holds.
package func require(_ holds: Bool, _ property: @autoclosure () -> String) {
    if !holds { fatalError(property()) }
}

/// Requires that a text for the user says something, in one line.
package func requireOneLine(_ text: String, _ what: String) {
    require(!text.isEmpty, "\(what) is empty")
    let isOneLine = text.unicodeScalars.allSatisfy { scalar in
        scalar.properties.generalCategory != .control && scalar != "\u{2028}" && scalar != "\u{2029}"
    }
    require(isOneLine, "\(what) is not one line: \(text.debugDescription)")
}
