extension Budget {
    /// The committed thresholds.
    static let all: [Budget] = oneCluster + threeClusters + memory

    private static let oneCluster = [
        Budget(
            text: "time / one kubectl for each manifest",
            form: .fraction,
            part: .wall(.flotilla, .one),
            whole: .wall(.kubectlEach, .one),
            limit: 1 / 60,
            goal: 1 / 90
        ),
        Budget(
            text: "time / one `kubectl apply --server-side`",
            form: .fraction,
            part: .wall(.flotilla, .one),
            whole: .wall(.kubectlServerSide, .one),
            limit: 1 / 2,
            goal: 1 / 2.5
        ),
        Budget(
            text: "time / bare requests",
            form: .multiple,
            part: .wall(.flotilla, .one),
            whole: .wall(.bareRequests, .one),
            limit: 2,
            goal: 1.5
        ),
    ]

    private static let threeClusters = [
        Budget(
            text: "time to three clusters / to one",
            form: .multiple,
            part: .wall(.flotilla, .three),
            whole: .wall(.flotilla, .one),
            limit: 1.5
        ),
        Budget(
            text: "for comparison, bare requests: time to three clusters / to one",
            form: .multiple,
            part: .wall(.bareRequests, .three),
            whole: .wall(.bareRequests, .one)
        ),
        Budget(
            text: "time to three clusters / bare requests to three",
            form: .multiple,
            part: .wall(.flotilla, .three),
            whole: .wall(.bareRequests, .three),
            goal: 1.5
        ),
    ]

    private static let memory = [
        Budget(
            text: "peak memory / one `kubectl apply --server-side`",
            form: .fraction,
            part: .memory(.flotilla, .one),
            whole: .memory(.kubectlServerSide, .one),
            limit: 1 / 3
        ),
        Budget(
            text: "peak memory for three clusters / one `kubectl apply --server-side` to one",
            form: .fraction,
            part: .memory(.flotilla, .three),
            whole: .memory(.kubectlServerSide, .one),
            limit: 1 / 3
        ),
        Budget(text: "peak memory, one cluster", form: .mebibytes, part: .memory(.flotilla, .one), goal: 25),
        Budget(text: "peak memory, three clusters", form: .mebibytes, part: .memory(.flotilla, .three), goal: 25),
    ]
}
