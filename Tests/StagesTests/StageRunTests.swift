import FakeKubernetes
import KubernetesAPI
import Manifests
import TestSupport
import Testing

@testable import Stages

@Suite("The targets of a stage", .timeLimit(.minutes(5)))
struct StageRunTests {
    @Test("are executed when all are planned, none before")
    func barrier() async throws {
        let diary = Diary()
        let reports = try await run(["eu", "us", "asia"], patience: nil, diary) { name in
            // Whoever is let through early has every chance to show it.
            if name == "us" { for _ in 0..<1000 { await Task.yield() } }
        }
        #expect(reports.map(\.outcome) == [.succeeded, .succeeded, .succeeded])
        #expect(await diary.entries.prefix(3).allSatisfy { $0.hasPrefix("planned") })
        #expect(await diary.entries.count == 6)
    }

    @Test("do not wait for one that keeps silent, which follows when it answers")
    func silent() async throws {
        let diary = Diary()
        let reports = try await run(["eu", "us", "asia"], patience: .seconds(2), diary) { name in
            if name == "us" { await diary.wait(for: ["executed eu", "executed asia"]) }
        }
        #expect(reports.map(\.target) == ["eu", "us", "asia"])
        #expect(reports.map(\.outcome) == [.succeeded, .succeeded, .succeeded])
        #expect(await diary.entries.last == "executed us")
    }

    @Test("wait for one that is slow and answers")
    func slow() async throws {
        let diary = Diary()
        let count = Lock(0)
        let signs: @Sendable (String) -> Int = { _ in
            count.withLock {
                $0 += 1; return $0
            }
        }
        let takeTime: @Sendable (String) async -> Void = { name in
            if name == "us" { for _ in 0..<1000 { await Task.yield() } }
        }
        let names = ["eu", "us"]
        let reports = try await run(names, patience: .seconds(2), diary, whilePlanning: takeTime, signsOfLife: signs)
        #expect(reports.map(\.outcome) == [.succeeded, .succeeded])
        #expect(await diary.entries.prefix(2).allSatisfy { $0.hasPrefix("planned") })
    }

    @Test("learn which of them keep the others from being touched")
    func blocked() async throws {
        let diary = Diary()
        let reports = try await run(["eu", "us"], patience: nil, diary, blocker: "us")
        #expect(reports.map(\.error) == ["blocked by us", "blocked by us"])
    }

    @Test("that have not started stay so after a failure that ends the stage")
    func failFast() async throws {
        let diary = Diary()
        let reports = try await run(["eu", "us", "asia"], atOnce: 1, patience: nil, diary, failing: "eu")
        #expect(reports.map(\.outcome) == [.failed, .cancelled, .cancelled])
        #expect(reports[1].error == "not started")
        #expect(reports[1].left == [ResourceKey(group: "", kind: "ConfigMap", namespace: nil, name: "orders-settings")])
        #expect(await diary.entries.filter { $0.hasPrefix("executed") } == ["executed eu"])
    }

    @Test("that are never more at once than allowed", arguments: [1, 3])
    func bound(limit: Int) async throws {
        let names = (0..<10).map { "cluster-\($0)" }
        let diary = Diary()
        let reports = try await run(names, atOnce: limit, patience: nil, diary) { _ in await Task.yield() }
        #expect(reports.map(\.target) == names)
        #expect(await diary.most <= limit)
        #expect(await diary.most > 0)
    }

    @Test("are reported as stopped at once when the stop comes while one is silent")
    func stopped() async throws {
        let files = ["a.yaml": Text.configMap]
        try await ApplicationFixture.with(files, plugin: "{readiness: {wait: false}}") { application in
            try await Fleet.with(["eu", "us"]) { fleet in
                fleet.clusters[1].inject(Fault(.stall))
                let stop = StopSignal()
                let runner = StageRunner(connections: fleet.connections, stop: stop, clock: SkippingClock())
                let request = try application.request("K8S_PRIMARY_ROLLOUT", targets: fleet.targets)
                async let running = runner.run(request)
                await fleet.clusters[0].wait { seen in seen.requests.contains { $0.method == "PATCH" } }
                stop.request()
                let report = await running
                #expect(report.targets.map(\.outcome) == [.succeeded, .cancelled])
                #expect(report.targets[1].error == "us: stopped on request")
            }
        }
    }

    /// Runs targets of which only the names are known; what happens goes into the diary.
    private func run(
        _ names: [String],
        atOnce: Int = 16,
        patience: Duration?,
        _ diary: Diary,
        blocker: String? = nil,
        failing: String? = nil,
        whilePlanning: @escaping @Sendable (String) async -> Void = { _ in },
        signsOfLife: @escaping @Sendable (String) -> Int = { _ in 0 }
    ) async throws -> [TargetReport] {
        try await ApplicationFixture.with(["a.yaml": Text.configMap]) { application in
            let targets = names.map { DeployTarget(name: $0, access: .offline) }
            let request = try application.request("K8S_PRIMARY_ROLLOUT", targets: targets)
            let prepared = try await TargetPreparation(request: request).prepare(with: PrimaryRolloutStage())
            return await StageRun(
                targets: prepared,
                atOnce: atOnce,
                patience: patience,
                clock: SkippingClock(),
                signsOfLife: { target in signsOfLife(target.target.name) },
                plan: { target in
                    await diary.enter()
                    await whilePlanning(target.target.name)
                    let view = OfflineView(target: target.target.name)
                    let result = await Result { try await target.planner.plan(target.input, in: view) }
                    await diary.leave("planned \(target.target.name)")
                    return Planned(target: target.target, result: result)
                },
                execute: { planned, blockers in
                    let name = planned.target.name
                    await diary.enter()
                    await diary.leave("executed \(name)")
                    return TargetReport(
                        target: name,
                        outcome: name == failing ? .failed : .succeeded,
                        error: blockers.isEmpty ? nil : "blocked by \(blockers.joined())"
                    )
                },
                isBlocker: { $0.target.name == blocker },
                goesOn: { $0.outcome != .failed }
            ).reports()
        }
    }
}

/// What happened, in order.
private actor Diary {
    private(set) var entries: [String] = []
    /// The most that were under way at once.
    private(set) var most = 0
    private var now = 0
    private var waiters: [(all: Set<String>, continuation: CheckedContinuation<Void, Never>)] = []

    func enter() {
        now += 1
        most = max(most, now)
    }

    func leave(_ entry: String) {
        now -= 1
        entries.append(entry)
        let seen = Set(entries)
        for waiter in waiters where waiter.all.isSubset(of: seen) { waiter.continuation.resume() }
        waiters.removeAll { $0.all.isSubset(of: seen) }
    }

    func wait(for all: Set<String>) async {
        guard !all.isSubset(of: Set(entries)) else { return }
        await withCheckedContinuation { waiters.append((all, $0)) }
    }
}

/// A clock on which every sleep is over at once.
private struct SkippingClock: Clock {
    var now: ContinuousClock.Instant { .now }
    var minimumResolution: Duration { .zero }

    func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
        try Task.checkCancellation()
        await Task.yield()
    }
}
