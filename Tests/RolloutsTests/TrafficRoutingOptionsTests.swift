import Manifests
import Rollouts
import Testing

@Suite("Traffic routing options")
struct TrafficRoutingOptionsTests {
    @Test(
        "CFG-08, CFG-10, CFG-11, CFG-19 are shares of the variants as written",
        arguments: [
            ("canary: 25", [0, 25, 0]), ("canary: '25'", [0, 25, 0]), ("canary: 25%", [0, 25, 0]),
            ("all: canary", [0, 100, 0]), ("{primary: 55, canary: 45}", [55, 45, 0]), ("all: baseline", [0, 0, 100]),
            ("{}", [0, 0, 0]), ("{all: '', canary: 10}", [0, 10, 0]),
        ] as [(String, [Int])]
    )
    func percentages(with: String, shares: [Int]) throws {
        let options = try trafficOptions(with)
        #expect(Variant.allCases.map { options.percentages[$0] } == shares)
    }

    @Test(
        "give the primary what the others leave, unless its share is written",
        arguments: [
            ("canary: 30", [70, 30, 0]), ("{canary: 30, baseline: 10}", [60, 30, 10]), ("{}", [100, 0, 0]),
            ("all: canary", [0, 100, 0]), ("{primary: 60, canary: 15, baseline: 25}", [60, 15, 25]),
        ] as [(String, [Int])]
    )
    func effective(with: String, shares: [Int]) throws {
        let options = try trafficOptions(with)
        #expect(Variant.allCases.map { options.shares[$0] } == shares)
    }

    @Test(
        "CFG-10, CFG-11 show the three shares in one line",
        arguments: [
            ("all: canary", "primary 0%, canary 100%, baseline 0%"),
            ("{primary: 55, canary: 45}", "primary 55%, canary 45%, baseline 0%"),
        ] as [(String, String)]
    )
    func displayText(with: String, text: String) throws {
        #expect(try trafficOptions(with).shares.displayText == text)
    }

    @Test(
        "CFG-09 are refused with a reason when they make no sense",
        arguments: [
            ("canary: 2x%", "canary: must be a whole percentage from 0 to 100 such as 30 or \"30%\", found \"2x%\""),
            ("{primary: 50, canary: 30}", "primary 50%, canary 30%, baseline 0% must add up to 100, found 80"),
            ("{primary: 100, canary: 100}", "primary 100%, canary 100%, baseline 0% must add up to 100, found 200"),
            (
                "{canary: 80, baseline: 40}",
                "primary 0%, canary 80%, baseline 40% must not add up to more than 100, found 120"
            ),
            ("{all: canary, canary: 100}", "all: excludes primary, canary and baseline; write one or the others"),
            (
                "all: Canary",
                "all: unknown value \"Canary\", did you mean \"canary\"; accepted are \"primary\", \"canary\", \"baseline\""
            ),
        ] as [(String, String)]
    )
    func refused(with: String, text: String) throws {
        let decoded = StageOptions.decode(try value(with), for: .trafficRouting, spec: PluginSpec())
        #expect(decoded.problems.map(\.description) == [text])
    }

    @Test("TRP-09 must be there")
    func missing() {
        let decoded = StageOptions.decode(nil, for: .trafficRouting, spec: PluginSpec())
        #expect(
            decoded.problems.map(\.description) == [
                "a traffic routing stage needs options; write all or primary, canary, …"
            ]
        )
    }
}

/// Options of a traffic routing stage, from YAML.
func trafficOptions(_ with: String) throws -> TrafficRoutingOptions {
    guard case .trafficRouting(let options) = try options(with, for: .trafficRouting).details else {
        throw MissingOptions()
    }
    return options
}

private struct MissingOptions: Error {}
