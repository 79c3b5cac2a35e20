/// Reads the selectors of queries.
struct LabelSelectorParser {
    private var tokens: ArraySlice<String>

    init(_ text: String) {
        tokens = Self.tokens(text)[...]
    }

    mutating func requirements() throws(APIStatus) -> [LabelSelector.Requirement] {
        var requirements: [LabelSelector.Requirement] = []
        while !tokens.isEmpty {
            requirements.append(try requirement())
            guard let next = tokens.popFirst() else { break }
            guard next == "," else { throw Self.problem("found '\(next)', expected: ',' or 'end of string'") }
        }
        return requirements
    }

    private mutating func requirement() throws(APIStatus) -> LabelSelector.Requirement {
        guard let first = tokens.popFirst() else { throw Self.problem("found '', expected: identifier") }
        guard first != "!" else {
            return LabelSelector.Requirement(key: try word(tokens.popFirst()), condition: .isMissing)
        }
        let key = try word(first)
        guard let sign = tokens.first, sign != "," else {
            return LabelSelector.Requirement(key: key, condition: .exists)
        }
        tokens = tokens.dropFirst()
        let condition: LabelSelector.Requirement.Condition =
            switch sign {
            case "=", "==": .isIn([try value()])
            case "!=": .isNotIn([try value()])
            case "in": .isIn(try values())
            case "notin": .isNotIn(try values())
            default: throw Self.problem("found '\(sign)', expected: '=', '!=', '==', 'in', notin'")
            }
        return LabelSelector.Requirement(key: key, condition: condition)
    }

    private mutating func value() throws(APIStatus) -> String {
        guard let next = tokens.first, next != "," else { return "" }
        tokens = tokens.dropFirst()
        return try checked(try word(next))
    }

    private mutating func values() throws(APIStatus) -> [String] {
        guard tokens.popFirst() == "(" else { throw Self.problem("found '', expected: '('") }
        var values: [String] = []
        while let next = tokens.popFirst() {
            if next == ")" { return values }
            if next != "," { values.append(try checked(try word(next))) }
        }
        throw Self.problem("found '', expected: ',', ')' or identifier")
    }

    private func word(_ token: String?) throws(APIStatus) -> String {
        guard let token, !["=", "==", "!=", "!", ",", "(", ")"].contains(token) else {
            throw Self.problem("found '\(token ?? "")', expected: identifier")
        }
        return token
    }

    private func checked(_ value: String) throws(APIStatus) -> String {
        guard let flaw = NameRules.flaw(ofLabelValue: value) else { return value }
        throw Self.problem("values[0]: Invalid value: \"\(value)\": \(flaw)")
    }

    private static func problem(_ text: String) -> APIStatus {
        .badRequest("unable to parse requirement: \(text)")
    }

    private static func tokens(_ text: String) -> [String] {
        var tokens: [String] = []
        var word = ""
        func flush() {
            if !word.isEmpty { tokens.append(word) }
            word = ""
        }
        var rest = Substring(text)
        while let character = rest.popFirst() {
            switch character {
            case " ", "\t": flush()
            case ",", "(", ")":
                flush()
                tokens.append(String(character))
            case "=", "!":
                flush()
                if rest.first == "=" {
                    rest.removeFirst()
                    tokens.append(character == "=" ? "==" : "!=")
                } else {
                    tokens.append(String(character))
                }
            default: word.append(character)
            }
        }
        flush()
        return tokens
    }
}
