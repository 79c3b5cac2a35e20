import Testing

@testable import Stages

@Suite("A wish to stop", .timeLimit(.minutes(5)))
struct StopSignalTests {
    @Test("reaches those who follow it, also when it came before them, and not those who did before")
    func followers() async {
        let signal = StopSignal()
        let (early, follower, late) = (StopSignal(), StopSignal(), StopSignal())
        await signal.followed(by: early) {}
        await signal.followed(by: follower) {
            #expect(!follower.isRequested)
            signal.request()
            #expect(follower.isRequested)
        }
        await signal.followed(by: late) { #expect(late.isRequested) }
        #expect(!early.isRequested)
    }

    @Test("forgets those who followed it, also when it came before them", arguments: [true, false])
    func forgets(isRequested: Bool) async {
        let signal = StopSignal()
        if isRequested { signal.request() }
        weak var left: StopSignal?
        do {
            let follower = StopSignal()
            left = follower
            await signal.followed(by: follower) {}
        }
        withExtendedLifetime(signal) { #expect(left == nil) }
    }

    @Test("cancels what has not ended some time later")
    func bound() async {
        let signal = StopSignal()
        let isCancelled = await signal.bounding(to: .zero, by: ContinuousClock()) {
            signal.request()
            try? await Task.sleep(for: .seconds(3600))
            return Task.isCancelled
        }
        #expect(isCancelled)
    }

    @Test("leaves alone what ends in time")
    func inTime() async {
        let signal = StopSignal()
        signal.request()
        let isCancelled = await signal.bounding(to: .seconds(600), by: ContinuousClock()) { Task.isCancelled }
        #expect(!isCancelled)
    }
}
