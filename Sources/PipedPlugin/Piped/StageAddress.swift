/// A stage of a deployment, as piped knows it.
package struct StageAddress: Sendable, Hashable {
    /// The ID of the deployment.
    package let deployment: String
    /// The ID of the stage.
    package let stage: String

    package init(deployment: String, stage: String) {
        self.deployment = deployment
        self.stage = stage
    }
}
