import Manifests
import Rollouts

/// How a manifest asks to be written, by its annotations.
enum WriteMode: Sendable, Hashable {
    /// By server-side apply.
    case apply
    /// In the place of the object.
    case replace
    /// By deleting the object and creating it anew.
    case forceReplace

    /// The mode of a manifest; any other value of an annotation than `enabled` means that it is not set.
    init(of manifest: Manifest) {
        let annotations = manifest.annotations
        if annotations[MarkKey.forceSyncByReplace] == "enabled" {
            self = .forceReplace
        } else {
            self = annotations[MarkKey.syncByReplace] == "enabled" ? .replace : .apply
        }
    }
}

extension Manifest {
    /// Whether fields that others own may be taken from them.
    var forcesConflicts: Bool { annotations[MarkKey.forceConflicts] == "true" }

    /// Whether the object may be deleted although that destroys what cannot be made again.
    var allowsDestructiveReplace: Bool { annotations[MarkKey.allowDestructiveReplace] == "true" }
}

extension Step {
    /// The step that writes a manifest in the way that it asks for.
    static func write(_ manifest: Manifest) -> Step {
        switch WriteMode(of: manifest) {
        case .apply: .apply(manifest)
        case .replace: .replace(manifest, force: false)
        case .forceReplace: .replace(manifest, force: true)
        }
    }
}
