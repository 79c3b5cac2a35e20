import Testing

@testable import PipedPlugin

@Suite("The times of a stop")
struct StopTimesTests {
    @Test(
        "leave a margin of what calls have to end, whatever that is",
        arguments: [
            (.seconds(25), .milliseconds(12_500), .seconds(3)), (.seconds(5), .milliseconds(2500), .milliseconds(1250)),
            (.seconds(600), .seconds(15), .seconds(3)), (.zero, .zero, .zero),
        ] as [(Duration, Duration, Duration)]
    )
    func shares(grace: Duration, stage: Duration, log: Duration) {
        let times = StopTimes(grace: grace)
        #expect(times.stage == stage)
        #expect(times.log == log)
        #expect(times.stage + times.log <= grace * 3 / 4)
    }
}
