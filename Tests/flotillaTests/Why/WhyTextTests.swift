import Manifests
import Rollouts
import Stages
import TestSupport
import Testing

@testable import flotilla

@Suite("The reason why an application is where it is")
struct WhyTextTests {
    private let now = WhyFixture.start + .seconds(185)

    private func lines(_ run: WhyReport.Run?, _ clusters: [ClusterStatus]? = nil) -> [String] {
        let status = clusters.map { StatusReport(application: "shop", commit: "c", time: now, clusters: $0) }
        return WhyReport(application: "shop", run: run, status: status, now: now).lines(TextStyle())
    }

    @Test("names what is waited for on each cluster, since when, until when, and what comes then")
    func waiting() throws {
        #expect(
            lines(try WhyFixture.run(WhyFixture.waiting)) == [
                "run 20300317-174640-000-k3xq7w of shop: under way since 17:46:40 UTC (3m), commit c0ffee2, pipeline",
                "us: stage 1 of 5, K8S_CANARY_ROLLOUT: asks the cluster, to plan the stage",
                "    since 17:46:42 UTC (3m)",
                "ap: stage 1 of 5, K8S_CANARY_ROLLOUT: waits for Deployment/shop/cart-canary: 0 of 1 pods are ready",
                "    since 17:46:45 UTC (3m), gives up at 17:56:45 UTC (in 7m), then the run rolls back",
                "eu: stage 1 of 5, K8S_CANARY_ROLLOUT: done; waits for us, ap",
            ]
        )
    }

    @Test("says more when the cluster was looked at")
    func withCluster() throws {
        let found = lines(
            try WhyFixture.run(WhyFixture.waiting),
            [StatusFixture.cluster(try StatusFixture.degraded("ap")), StatusFixture.unreachable("us")]
        )
        #expect(found[3].contains("0 of 1 pods are ready; pod cart-canary-7f-x2x, container server: ImagePullBackOff"))
        #expect(found.contains { $0.hasPrefix("us cannot be looked at: ") })
    }

    @Test(
        "says what comes when it is not ready in time",
        arguments: [
            (true, "then the run rolls back"), (false, "then the run fails, and nothing is rolled back"),
            (nil, "then the run fails"),
        ] as [(Bool?, String)]
    )
    func consequence(rollsBack: Bool?, text: String) throws {
        let found = lines(try WhyFixture.run(WhyFixture.waiting, WhyFixture.header(rollsBack: rollsBack)))
        #expect(found[4].hasSuffix(text))
    }

    @Test("knows a rollback by its number")
    func rollback() throws {
        let place = WhyFixture.place(5, "ap")
        let found = lines(
            try WhyFixture.run([
                (60, .stageStarted(stage: 5, name: "K8S_ROLLBACK")), (60, .targetStarted(place)),
                (60, .targetPlanned(place, steps: 2)), (61, .waitStarted(place, until: WhyFixture.start)),
                (61, .waiting(place, WhyFixture.web, reason: "1 of 5 pods are ready")),
            ])
        )
        #expect(found[1].hasPrefix("ap: rollback, K8S_ROLLBACK: waits for Deployment/shop/web"))
        #expect(found[2].hasSuffix("gives up at 17:46:40 UTC (now), then the rollback has failed on this cluster"))
        #expect(found[3] == "eu, us: rollback, K8S_ROLLBACK: has not begun, or takes no part")
    }

    @Test("does not call done what has failed")
    func failed() throws {
        let place = WhyFixture.place(0, "eu")
        let failed: (Int, JournalRecord.Event) = (6, .targetFinished(place, .failed, error: "no", left: []))
        let found = lines(try WhyFixture.run(WhyFixture.waiting + [failed]))
        #expect(found.last == "eu: stage 1 of 5, K8S_CANARY_ROLLOUT: failed; waits for us, ap")
    }

    @Test("counts what was written, and puts clusters together that wait for others")
    func writing() throws {
        let found = lines(
            try WhyFixture.run(
                WhyFixture.stage(0, "K8S_CANARY_ROLLOUT", ["eu", "us", "ap"], from: 1, to: 9) + [
                    (10, .stageStarted(stage: 1, name: "K8S_TRAFFIC_ROUTING")),
                    (10, .targetStarted(WhyFixture.place(1, "ap"))),
                    (11, .targetPlanned(WhyFixture.place(1, "ap"), steps: 2)),
                ]
            )
        )
        #expect(found[1] == "ap: stage 2 of 5, K8S_TRAFFIC_ROUTING: writes; 0 objects done")
        #expect(found[3] == "eu, us: stage 2 of 5, K8S_TRAFFIC_ROUTING: has not begun, or takes no part")
    }

    @Test("says of a run that nobody works on how it can go on")
    func interrupted() throws {
        let found = lines(try WhyFixture.run(WhyFixture.waiting, isInUse: false))
        #expect(found.count == 1)
        #expect(found[0].contains("is not under way and not over: it was stopped or killed at 17:46:45 UTC (3m ago)"))
        #expect(found[0].contains("flotilla run --resume"))
    }

    @Test("says of a run that is over how it ended and what failed, and what is not healthy, the worst first")
    func over() throws {
        let place = WhyFixture.place(0, "ap")
        let run = try WhyFixture.run([
            (2, .stageStarted(stage: 0, name: "K8S_CANARY_ROLLOUT")),
            (65, .targetFinished(place, .failed, error: "ap: Deployment/shop/cart-canary is not ready", left: [])),
            (65, .stageFinished(.init(stage: 0, outcome: .partial))), (66, .runFinished(.partial)),
        ])
        let found = lines(
            run,
            [
                StatusFixture.cluster(try StatusFixture.healthy("eu")),
                StatusFixture.cluster(try StatusFixture.rollout("us")),
                StatusFixture.cluster(try StatusFixture.degraded("ap")),
                StatusFixture.cluster(LiveState(target: "void", objects: [])),
            ]
        )
        #expect(
            found[0].contains("no run of shop is under way; the last one, 20300317-174640-000-k3xq7w, failed on some")
        )
        #expect(found[1] == "ap: K8S_CANARY_ROLLOUT: Deployment/shop/cart-canary is not ready")
        #expect(found[2] == "void has no object of the application")
        #expect(found[3].hasPrefix("ap: degraded: Deployment/shop/cart-canary: pod cart-canary-7f-x2x"))
        #expect(found[4] == "us: progressing: Deployment/shop/web: 3 of 5 pods are updated")
        #expect(found[5] == "eu: everything is healthy")
    }

    @Test("without a run says so")
    func noRun() {
        #expect(lines(nil) == ["no run of shop is under way, and none is recorded here"])
    }

    @Test("is stable as JSON", .tags(.golden))
    func json() throws {
        let status = StatusReport(
            application: "shop",
            commit: "c",
            time: now,
            clusters: [StatusFixture.cluster(try StatusFixture.degraded("ap")), StatusFixture.unreachable("us")]
        )
        let run = try WhyFixture.run(WhyFixture.waiting)
        let report = WhyReport(application: "shop", run: run, status: status, now: now)
        try expectGolden(report.value.jsonText(.pretty) + "\n", "status/why.json")
    }
}
