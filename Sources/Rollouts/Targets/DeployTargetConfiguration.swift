/// A cluster as the agent's configuration describes it: an entry of `deployTargets`.
///
/// `decode` reads all entries of a file.
public struct DeployTargetConfiguration: Sendable, Hashable {
    /// The name under which applications and reports know it.
    public var name: String
    /// Labels for selecting targets.
    public var labels: [String: String] = [:]
    /// The kubeconfig file; `nil` means wherever kubectl would look.
    public var kubeConfigPath: String?
    /// The context in that file; `nil` means its current one.
    public var context: String?
    /// The server to use in place of the file's.
    public var masterURL: String?
    /// The wanted version of kubectl, for applications that want none.
    public var kubectlVersion: String?
    /// Which of its objects live state and drift look at.
    public var informer = AppStateInformer()

    /// A target with nothing but a name.
    public init(name: String) {
        self.name = name
    }
}
