import FuzzSupport
import Manifests
import Rollouts

/// Rewriting changes what it is for and nothing else, and doing it twice is doing it once.
///
/// An input holds the manifests of an application; a document of the kind `Settings` may hold the plugin's block
/// (`spec`) and the options of the stages (`canary`, `baseline`, `primary`).
@main
enum RewritingFuzzing {
    static func main() {
        Fuzzer.run { bytes in
            guard let application = Application(bytes) else { return }
            let settings = application.settings
            let spec = decoded(PluginSpec.decode(settings["spec"])) ?? PluginSpec()
            guard let loaded = Marks.check(application.manifests) else { return }
            for version in [ConfigHash.Version.compatible, .complete] { HashCheck.check(loaded, version) }
            PrimaryCheck(loaded: loaded, spec: spec).check(options(settings["primary"], .primaryRollout, spec))
            for (variant, kind) in [(Variant.canary, StageKind.canaryRollout), (.baseline, .baselineRollout)] {
                let options = options(settings[variant.rawValue], kind, spec)
                VariantCheck(variant: variant, loaded: loaded, spec: spec).check(options)
            }
            SecretCheck.check(loaded, spec)
        }
    }

    /// The options of a stage, the defaults when they cannot be read.
    private static func options(_ with: Value?, _ kind: StageKind, _ spec: PluginSpec) -> StageOptions.Details? {
        let options = decoded(StageOptions.decode(with ?? [:], for: kind, spec: spec))
        return (options ?? StageOptions.decode([:], for: kind, spec: spec).value)?.details
    }

    private static func decoded<T>(_ decoded: Decoded<T>) -> T? {
        for problem in decoded.problems { requireOneLine("\(problem)", "a problem") }
        return decoded.value
    }
}

/// What a step makes of its input, or `nil` after looking at why it refuses it.
func attempt<Result>(_ body: () throws -> Result) -> Result? {
    do {
        return try body()
    } catch {
        requireOneLine("\(error)", "an error")
        return nil
    }
}

/// Requires that all places in which two objects differ are allowed.
func requireOnly(
    _ allowed: (Difference) -> Bool,
    from old: Manifest,
    to new: Manifest,
    _ what: String
) {
    for difference in old.object.differences(to: new.object) {
        require(allowed(difference), "\(what) of \(old.key) changes \(difference)")
    }
}

/// Requires that lists of objects are equal, byte for byte.
func requireSame(_ first: [Manifest]?, _ second: [Manifest]?, _ what: String) {
    require(first?.map { $0.object.jsonBytes() } == second?.map { $0.object.jsonBytes() }, what)
}
