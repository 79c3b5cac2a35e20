import Testing

@testable import Rollouts

@Suite("A regular expression of commitMatcher")
struct PatternTests {
    @Test(
        "matches some part of a text",
        arguments: [
            ("", ""), ("", "x"), ("b", "abc"), ("^a", "abc"), ("c$", "abc"), ("^$", ""), ("a|b", "xb"), ("a||b", ""),
            ("^(feat|fix)(\\(.+\\))?!?: ", "fix(api)!: x"), ("a*b", "b"), ("^a+b$", "aab"), ("^a?b$", "b"),
            ("^a{2}$", "aa"), ("^a{2,}$", "aaaa"), ("^a{1,3}$", "aaa"), ("^a{,3}$", "a{,3}"), ("^a{x$", "a{x"),
            ("^[a-c]+$", "abc"), ("^[^a-c]$", "d"), ("^[]a]+$", "]a"), ("^[a-]+$", "a-"), ("^[\\d-x]+$", "3-x"),
            ("^[[:alpha:]_]+$", "a_B"), ("^\\d\\D\\w\\W\\s\\S$", "1a_- x"), ("\\bfix\\b", "a fix!"),
            ("\\Bix\\z", "fix"), ("\\Aa\\.b", "a.b"), ("(?i)HOT", "hotfix"), ("(?i:H)ot", "hot"), ("(?i)[A-C]", "b"),
            ("(?-i)a", "a"), ("(?m)^b$", "a\nb\nc"), ("(?s)a.b", "a\nb"), ("(?P<n>a)(?<m>b)(?:c)", "abc"),
            ("^.+?x*?$", "ö日x"), ("^.$", "\u{1F600}"), ("(a*)*b", "aab"), ("(|a)+b", "ab"), ("(?U)a+", "a"),
            ("^\\t\\n\\r$", "\t\n\r"), ("((a{2}){2}){2}", "aaaaaaaa"), ("]", "]"), ("}", "}"), ("^\\_\\-$", "_-"),
        ] as [(String, String)]
    )
    func matches(pattern: String, text: String) throws {
        #expect(try Pattern(pattern).matches(text))
    }

    @Test(
        "leaves other texts alone",
        arguments: [
            ("a", ""), ("^b", "ab"), ("a$", "ab"), ("^a{2}$", "aaa"), ("^a{2,}$", "a"), ("^a{1,3}$", "aaaa"),
            ("[^a]", "a"), ("a.b", "a\nb"), ("^b$", "a\nb"), ("(?i:h)OT", "hot"), ("(?i)a(?-i)B", "ab"),
            ("\\bfix\\b", "prefixes"), ("^(?:a|b)$", "ab"), ("\\.", "x"), ("((?i)a)B", "ab"), ("(?i)[^a]", "A"),
        ] as [(String, String)]
    )
    func others(pattern: String, text: String) throws {
        #expect(try !Pattern(pattern).matches(text))
    }

    @Test(
        "is refused when it is none",
        arguments: [
            ("(", "lacks a \")\""), (")", "has a \")\" too many"), ("*", "repeats nothing with \"*\""),
            ("a**", "repeats a repetition; put it into a group"), ("[a", "lacks a \"]\""), ("[", "lacks a \"]\""),
            ("a{2,1}", "has a repetition that cannot be"), ("a{1001}", "has a repetition that cannot be"),
            ("[z-a]", "has a range that cannot be"), ("\\", "ends in a backslash"), ("[\\", "ends in a backslash"),
            ("\\pL", "has an unknown escape \"\\p\""), ("(?=a)", "has an unknown group \"(?=\""),
            ("(?P<a", "has a group whose name does not end"), ("(?i", "lacks a \")\""),
            ("[[:x:]]", "has an unknown set \"[:x:]\""), ("[[:alpha", "has a set that does not end"),
            ("((a{1000}){1000}){1000}", "repeats too much"), ("((((){1000}){1000}){1000}){1000}", "repeats too much"),
            (String(repeating: "(", count: 1000), "has too many groups inside each other"),
            (String(repeating: "a", count: 1001), "is longer than 1000 characters"),
        ] as [(String, String)]
    )
    func refused(pattern: String, text: String) {
        #expect(throws: PatternError(text: text)) { try Pattern(pattern) }
    }

    @Test(
        "takes no longer for what takes others for ever",
        .timeLimit(.minutes(5)),
        arguments: ["(a*)*b", "(a|a)*b", "(a|aa)+$b", "a*a*a*a*a*a*a*a*b", "(a?){500}b"]
    )
    func hostile(pattern: String) throws {
        #expect(try !Pattern(pattern).matches(String(repeating: "a", count: 500)))
    }
}
