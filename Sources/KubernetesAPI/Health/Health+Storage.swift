import Manifests

extension Health {
    /// Whether the volume is in use or can be.
    ///
    /// [Phases](https://kubernetes.io/docs/concepts/storage/persistent-volumes/#phase)
    static func persistentVolume(_ volume: LiveResource) -> Health {
        let phase = volume.object[path: "status", "phase"]?.string ?? "Pending"
        let message = (volume.object[path: "status", "message"]?.string ?? "").onOneLine()
        switch phase {
        case "Bound", "Available": return Health(.healthy, message)
        case "Failed": return Health(.degraded, message.isEmpty ? "the volume could not be reclaimed" : message)
        case "Released":
            let text = "its claim is gone, and the volume is not reclaimed"
            return Health(.suspended, message.isEmpty ? text : message, pipeCD: .unhealthy)
        default: return Health(.progressing, message.isEmpty ? "the volume is not available yet" : message)
        }
    }

    /// A claim whose class binds on first use stays pending until a pod wants it, which the claim itself does not say; who
    /// knows the pods, too, can tell more.
    static func persistentVolumeClaim(_ claim: LiveResource) -> Health {
        switch claim.object[path: "status", "phase"]?.string {
        case "Bound": Health(.healthy)
        case "Lost": Health(.degraded, "Lost its underlying PersistentVolume")
        case "Pending", nil: Health(.progressing, "Being not yet bound")
        default: Health(.unknown, "The current phase of PersistentVolumeClaim is unexpected", pipeCD: .unhealthy)
        }
    }
}
