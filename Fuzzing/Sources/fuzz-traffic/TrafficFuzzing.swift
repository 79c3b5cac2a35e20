import FuzzSupport
import Manifests
import Rollouts

/// Moving traffic changes weights and nothing else, twice is once, and everything back to the primary is a reset.
///
/// An input holds the manifests of an application; a document of the kind `Settings` may hold the plugin's block
/// (`spec`) and the options of the stage (`traffic`).
@main
enum TrafficFuzzing {
    static func main() {
        Fuzzer.run { bytes in
            guard let application = Application(bytes) else { return }
            let spec = decoded(PluginSpec.decode(application.settings["spec"])) ?? istio
            let with = application.settings["traffic"] ?? ["canary": 30]
            let options = decoded(StageOptions.decode(with, for: .trafficRouting, spec: spec))
            guard case .trafficRouting(let options)? = options?.details else { return }
            TrafficCheck(manifests: application.manifests, spec: spec).check(options)
        }
    }

    private static var istio: PluginSpec {
        var spec = PluginSpec()
        spec.service = ResourceReference(name: "orders")
        spec.trafficRouting = .istio()
        return spec
    }

    private static func decoded<T>(_ decoded: Decoded<T>) -> T? {
        for problem in decoded.problems { requireOneLine("\(problem)", "a problem") }
        return decoded.value
    }
}
