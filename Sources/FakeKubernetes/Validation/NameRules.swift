/// The rules for names and labels, with the words of the real server.
enum NameRules {
    private static let subdomainText =
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start "
        + "and end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
        + "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
    private static let labelText =
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end "
        + "with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is "
        + "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
    private static let serviceText =
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, "
        + "and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is "
        + "'[a-z]([-a-z0-9]*[a-z0-9])?')"
    private static let dataKeyText =
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  "
        + "or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"
    private static let valueText =
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start "
        + "and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for "
        + "validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
    private static let keyText =
        "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
        + "character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
        + "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"

    /// What is wrong with the name of an object, `nil` when nothing is.
    static func flaw(ofName name: String, type: GroupResource) -> String? {
        switch (type.group, type.resource) {
        case ("rbac.authorization.k8s.io", _):
            ["/", "%"].contains { name.contains($0) } ? "may not contain '/'" : nil
        case ("", "services"):
            longerThan(63, name) ?? (isLabel(name) && name.first?.isLetter == true ? nil : serviceText)
        case ("", "namespaces"):
            longerThan(63, name) ?? (isLabel(name) ? nil : labelText)
        default:
            longerThan(253, name)
                ?? (name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { isLabel($0) }
                    ? nil : subdomainText)
        }
    }

    /// What is wrong with the name of a container.
    static func flaw(ofLabel name: String) -> String? {
        longerThan(63, name) ?? (isLabel(name) ? nil : labelText)
    }

    /// What is wrong with a key of a ConfigMap or a Secret.
    static func flaw(ofDataKey key: String) -> String? {
        let inner = Array("-._".utf8)
        guard !key.isEmpty, key.utf8.allSatisfy({ isAlphanumeric($0) || inner.contains($0) }) else {
            return dataKeyText
        }
        return longerThan(253, key)
    }

    static func flaw(ofLabelValue value: String) -> String? {
        longerThan(63, value) ?? (value.isEmpty || isQualified(value) ? nil : valueText)
    }

    static func flaw(ofLabelKey key: String) -> String? {
        let parts = key.split(separator: "/", omittingEmptySubsequences: false)
        guard let name = parts.last, !name.isEmpty, parts.count <= 2 else {
            return parts.count > 2 ? "a qualified name \(keyText)" : "name part must be non-empty"
        }
        if parts.count == 2,
            !parts[0].split(separator: ".", omittingEmptySubsequences: false).allSatisfy({ isLabel($0) })
        {
            return "prefix part \(subdomainText)"
        }
        return name.utf8.count > 63 ? "name part must be no more than 63 characters" : isQualified(name) ? nil : keyText
    }

    private static func longerThan(_ most: Int, _ text: String) -> String? {
        text.utf8.count > most ? "must be no more than \(most) characters" : nil
    }

    private static func isLabel(_ text: some StringProtocol) -> Bool {
        let bytes = Array(text.utf8)
        let dash = UInt8(ascii: "-")
        return !bytes.isEmpty && bytes.first != dash && bytes.last != dash
            && bytes.allSatisfy { isLower($0) || isDigit($0) || $0 == dash }
    }

    private static func isQualified(_ text: some StringProtocol) -> Bool {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, let last = bytes.last else { return false }
        let inner = Array("-_.".utf8)
        return isAlphanumeric(first) && isAlphanumeric(last)
            && bytes.allSatisfy { isAlphanumeric($0) || inner.contains($0) }
    }

    private static func isLower(_ byte: UInt8) -> Bool { (97...122).contains(byte) }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        isLower(byte) || isDigit(byte) || (65...90).contains(byte)
    }
}
