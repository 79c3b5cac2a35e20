import Testing

@Suite("The command", .timeLimit(.minutes(5)))
struct UsageTests {
    @Test("prints its version")
    func version() async throws {
        let outcome = try await Binary.run("--version")
        #expect(outcome.code == 0)
        #expect(outcome.output == "0.1.0\n")
    }

    @Test("lists its subcommands in the help")
    func help() async throws {
        let outcome = try await Binary.run("--help")
        #expect(outcome.code == 0)
        for name in ["validate", "stage", "run", "schema", "demo", "fake-cluster", "start"] {
            #expect(outcome.output.contains(name))
        }
    }

    @Test("says in its help how a run goes on")
    func runHelp() async throws {
        let outcome = try await Binary.run("run", "--help")
        #expect(outcome.code == 0)
        for part in ["--resume", "--journal <file>", "XDG_STATE_HOME", "Lease", "autoRollback"] {
            #expect(outcome.output.contains(part), "\(part)")
        }
    }

    @Test(
        "exits 64 on wrong use and says what to do",
        arguments: [
            (
                ["stage", "K8S_CANARY_ROLOUT", "manifests/shop", "--offline", "eu"],
                "did you mean \"K8S_CANARY_ROLLOUT\""
            ),
            (["stage", "K8S_CANARY_ROLLOUT", "manifests/shop"], "say which clusters"),
            (["stage", "K8S_CANARY_ROLLOUT", "manifests/shop", "--offline", "eu"], "--offline needs --dry-run"),
            (["run", "manifests/shop", "--offline", "eu", "--kubeconfig", "x"], "one of --targets FILE"),
            (
                ["stage", "K8S_CANARY_ROLLOUT", "manifests/shop", "--kubeconfig", "x:y", "--with", "replicas=4o%"],
                "--with.replicas: must be a count such as 3 or a percentage such as \"25%\", found \"4o%\""
            ),
            (["run", "manifests/shop", "--offline", "eu", "--dry-run", "--resume"], "a dry run has no journal"),
            (["fake-cluster", "--count", "0", "--dir", "x"], "--count must be 1 to 100"),
            (
                ["stage", "K8S_CANARY_ROLLOUT", "manifests/shop", "--offline", "eu", "--dry-run", "--with", "x"],
                "KEY=VALUE"
            ),
        ] as [([String], String)]
    )
    func wrongUse(arguments: [String], part: String) async throws {
        let outcome = try await Binary.run(arguments)
        #expect(outcome.code == 64)
        #expect(outcome.errors.contains(part), "\(outcome.errors)")
        #expect(outcome.output.isEmpty)
    }

    @Test(
        "exits 1 with one line when something cannot be read",
        arguments: [
            (["validate", "nowhere"], "nowhere/app.pipecd.yaml"),
            (["run", "manifests/shop", "--targets", "nowhere.yaml"], "nowhere.yaml"),
            (["run", "manifests/shop", "--kubeconfig", "nowhere.kubeconfig"], "nowhere.kubeconfig"),
        ] as [([String], String)]
    )
    func unreadable(arguments: [String], part: String) async throws {
        let outcome = try await Binary.run(arguments)
        #expect(outcome.code == 1)
        #expect((outcome.errors + outcome.output).contains(part), "\(outcome)")
    }
}
