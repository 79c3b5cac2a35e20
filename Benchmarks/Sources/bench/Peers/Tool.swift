/// What is measured, Flotilla first.
enum Tool: String, CaseIterable {
    case flotilla
    case bareRequests = "bare"
    case kubectlServerSide = "kubectl-all"
    case kubectlEach = "kubectl-each"

    /// How a table names it.
    var title: String {
        switch self {
        case .flotilla: "Flotilla"
        case .bareRequests: "bare requests, 32 in flight"
        case .kubectlServerSide: "one `kubectl apply --server-side`"
        case .kubectlEach: "`kubectl apply` for each manifest"
        }
    }
}
