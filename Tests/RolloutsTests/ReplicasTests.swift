import Manifests
import Rollouts
import Testing

@Suite("Replicas")
struct ReplicasTests {
    @Test(
        "CFG-03, CFG-04 are a count or a percentage",
        arguments: [
            (3, .count(3)),
            ("3", .count(3)),
            ("40%", .percent(40)),
            ("150%", .percent(150)),
            (0, .count(0)),
            ("+5", .count(5)),
            (2.0, .count(2)),
        ] as [(Value, Replicas)]
    )
    func accepted(value: Value, replicas: Replicas) throws {
        #expect(try Replicas(value) == replicas)
    }

    @Test("CFG-04 take an unquoted percentage from YAML")
    func unquoted() throws {
        #expect(try Replicas(value("40%")) == .percent(40))
    }

    @Test(
        "CFG-05, CFG-20 refuse anything else and say what was found",
        arguments: [
            ("4o%", "\"4o%\""), ("5 %", "\"5 %\""), (" 5", "\" 5\""), ("%", "\"%\""), ("", "\"\""),
            (2.9, "2.9"), (-1, "-1"), ("-1", "-1"), ("-1%", "-1"), (.null, "null"), (true, "true"),
            ([1], "a list"), ([:], "a mapping"), ("99999999999999999999", "\"99999999999999999999\""),
            (3_000_000_000, "3000000000"),
        ] as [(Value, String)]
    )
    func refused(value: Value, found: String) {
        let expected = "must be a count such as 3 or a percentage such as \"25%\", found \(found)"
        #expect(message { _ = try Replicas(value) } == expected)
    }

    @Test(
        "CFG-06 resolve to whole pods, rounding up",
        arguments: [
            (.percent(33), 10, 4), (.percent(25), 10, 3), (.percent(50), 3, 2), (.percent(100), 7, 7),
            (.count(7), 10, 7), (.percent(10), 3, 1), (.percent(50), 0, 0), (.percent(150), 2, 3), (.percent(0), 5, 0),
        ] as [(Replicas, Int, Int)]
    )
    func resolved(replicas: Replicas, total: Int, pods: Int) {
        #expect(replicas.resolved(of: total) == pods)
    }

    @Test(
        "resolve without a number in Git: a count is kept, a percentage is of one pod",
        arguments: [(.count(5), 5), (.percent(50), 1), (.percent(250), 3), (.count(0), 0)] as [(Replicas, Int)]
    )
    func unknownTotal(replicas: Replicas, pods: Int) {
        #expect(replicas.resolved(of: nil) == pods)
    }

    @Test("never overflow")
    func overflow() {
        #expect(Replicas.percent(Int(Int32.max)).resolved(of: .max) == Int(Int32.max))
        #expect(Replicas.percent(100).resolved(of: -3) == 0)
    }

    @Test("are shown as they are written")
    func description() {
        #expect("\(Replicas.count(3)) \(Replicas.percent(25))" == "3 25%")
    }
}

@Suite("Percentages")
struct PercentageTests {
    @Test("CFG-08 are numbers, with or without the sign", arguments: [25, "25", "25%", 25.0] as [Value])
    func accepted(value: Value) throws {
        #expect(try Percentage(value).value == 25)
    }

    @Test(
        "CFG-09 refuse anything else and say what was found",
        arguments: [
            ("2x%", "\"2x%\""), (12.5, "12.5"), ("30%%", "\"30%%\""), ("", "\"\""), (.null, "null"), (false, "false"),
            (-5, "-5"), ("-5", "\"-5\""), (101, "101"), ([], "a list"),
        ] as [(Value, String)]
    )
    func refused(value: Value, found: String) {
        let expected = "must be a whole percentage from 0 to 100 such as 30 or \"30%\", found \(found)"
        #expect(message { _ = try Percentage(value) } == expected)
    }
}
