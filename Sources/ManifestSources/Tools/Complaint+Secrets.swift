extension String {
    /// The words of helm without the values that they quote: what overwrites a table or is ignored, and what does not
    /// follow the schema of a chart.
    ///
    /// A value may have many lines: it ends where helm says the next thing.
    var withoutHelmValues: String {
        let table =
            #/((?:annot overwrite table with non table for [^\n]*?(?=\()|Ignoring non-table value ))(?s:.*?)(?=\n[a-z_]+\.go:\d+: |\nError: |\nWARNING: |\z)/#
            .matchingSemantics(.unicodeScalar)
        let schema = #/: '[^\n]*' (?=does not match pattern|is not valid)/#.matchingSemantics(.unicodeScalar)
        return replacing(table) { "\($0.output.1)(hidden)" }.replacing(schema, with: ": '(hidden)' ")
    }

    /// The text without what logs in to a server: users and passwords in URLs, and the values of their queries except those
    /// that name a version.
    var withoutLogins: String {
        let user = #/:\/\/([^\s\/"'?#]+)@/#.matchingSemantics(.unicodeScalar)
        let query = #/(:\/\/[^\s"'?]*\?)([^\s"'#]+)/#.matchingSemantics(.unicodeScalar)
        return replacing(user) { $0.output.1 == "git" ? String($0.output.0) : "://(hidden)@" }
            .replacing(query) { "\($0.output.1)\(Self.hidingValues($0.output.2))" }
    }

    private static func hidingValues(_ query: Substring) -> String {
        query.split(separator: "&", omittingEmptySubsequences: false).map { pair in
            let name = pair.prefix { $0 != "=" }
            if ["ref", "version", "timeout", "submodules"].contains(name) { return String(pair) }
            return name.endIndex == pair.endIndex ? "(hidden)" : "\(name)=(hidden)"
        }.joined(separator: "&")
    }
}
