import Manifests
import Rollouts
@testable import Stages
import Testing

@testable import PipedPlugin

@Suite("The lines of a stage log")
struct StageLinesTests {
    private static let cart = ResourceKey(group: "apps", kind: "Deployment", namespace: "shop", name: "cart")

    @Test(
        "say what happens in a cluster",
        arguments: [
            (.planning, "info [eu] planning"),
            (.planned(steps: 1), "info [eu] 1 step"),
            (.changed(ResourceChange(resource: cart, change: .created)), "success [eu] Deployment/shop/cart created"),
            (.changed(ResourceChange(resource: cart, change: .deleted)), "success [eu] Deployment/shop/cart deleted"),
            (.changed(ResourceChange(resource: cart, change: .unchanged)), "info [eu] Deployment/shop/cart unchanged"),
            (.changed(ResourceChange(resource: cart, change: .skipped)), "info [eu] Deployment/shop/cart skipped"),
            (.waiting(cart, "1 of 3 pods"), "info [eu] waiting for Deployment/shop/cart: 1 of 3 pods"),
            (
                .routed(cart, [.canary: 10, .primary: 90]),
                "success [eu] Deployment/shop/cart routes primary 90 %, canary 10 %"
            ),
            (.note("one\ntwo"), "info [eu] one\n[eu] two"),
            (
                .finished(TargetReport(target: "eu", outcome: .failed, error: "eu: no", left: [cart])),
                "error [eu] failed: eu: no; no changes; not done: Deployment/shop/cart"
            ),
            (
                .finished(
                    TargetReport(
                        target: "eu",
                        outcome: .succeeded,
                        changes: [ResourceChange(resource: cart, change: .configured)]
                    )
                ),
                "success [eu] succeeded: 1 configured"
            ),
            (
                .finished(
                    TargetReport(target: "eu", outcome: .cancelled, left: Array(repeating: cart, count: 12))
                ),
                "info [eu] cancelled: no changes; not done: "
                    + String(repeating: "Deployment/shop/cart, ", count: 9) + "Deployment/shop/cart and 2 more"
            ),
        ] as [(StageEvent.Kind, String)]
    )
    func events(kind: StageEvent.Kind, shown: String) {
        var lines = StageLines()
        let line = lines.line(of: StageEvent(stage: "K8S_SYNC", target: "eu", kind: kind))
        #expect(line.map { "\($0.severity) \($0.prefixed)" } == shown)
    }

    @Test("repeat no wait until its reason changes, for each cluster and object")
    func waits() {
        var lines = StageLines()
        let other = ResourceKey(group: "apps", kind: "Deployment", namespace: "shop", name: "pay")
        let waits = [
            ("eu", Self.cart, "a"), ("eu", Self.cart, "a"), ("us", Self.cart, "a"), ("eu", other, "a"),
            ("eu", Self.cart, "b"), ("eu", Self.cart, "a"),
        ]
        let said = waits.map { target, key, reason in
            lines.line(of: StageEvent(stage: "s", target: target, kind: .waiting(key, reason))) != nil
        }
        #expect(said == [true, false, true, true, true, true])
    }

    @Test("end with each cluster once and the outcome of the stage")
    func end() {
        var lines = StageLines()
        let eu = TargetReport(target: "eu", outcome: .succeeded)
        let us = TargetReport(target: "us", outcome: .cancelled, error: "not started")
        #expect(lines.line(of: StageEvent(stage: "K8S_SYNC", target: "eu", kind: .finished(eu))) != nil)
        let shown = lines.lines(of: StageReport(stage: "K8S_SYNC", targets: [eu, us]))
            .map { "\($0.severity) \($0.prefixed)" }
        #expect(
            shown == [
                "info [us] cancelled: not started; no changes",
                "info K8S_SYNC cancelled: 1 succeeded, 1 cancelled (us) of 2 clusters",
            ]
        )
    }

    @Test("say why a stage touched no cluster")
    func problems() {
        var lines = StageLines()
        let shown = lines.lines(of: StageReport(stage: "K8S_SYNC", problems: ["no target", "no manifest"]))
            .map { "\($0.severity) \($0.prefixed)" }
        #expect(shown == ["error no target", "error no manifest", "error K8S_SYNC failed"])
    }

    @Test(
        "are summed up in the web UI",
        arguments: [
            ([], "failed"),
            ([("eu", .succeeded), ("us", .failed)], "eu: succeeded, us: failed"),
            ((1...20).map { ("c\($0)", .succeeded) }, "20 of 20 succeeded"),
            ((1...20).map { ("c\($0)", $0 == 7 ? .failed : .succeeded) }, "19 of 20 succeeded, c7: failed"),
        ] as [([(String, TargetOutcome)], String)]
    )
    func display(targets: [(String, TargetOutcome)], text: String) {
        let reports = targets.map { TargetReport(target: $0.0, outcome: $0.1) }
        #expect(StageReport(stage: "K8S_SYNC", targets: reports).displayText == text)
    }
}
