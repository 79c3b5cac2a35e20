import Manifests

extension RolloutError: CustomStringConvertible {
    /// Where, which object, what is wrong and what to do, in one line.
    public var description: String {
        if case .manifest(let error) = reason { return "\(error)" }
        let place = [position?.description, resource?.shortDescription].compactMap { $0 }.map { "\($0): " }
        return (place.joined() + reason.text).inOneLine(limit: .max)
    }
}

extension RolloutError.Reason {
    fileprivate var text: String {
        configurationText ?? manifestText ?? contentText ?? ""
    }

    private var configurationText: String? {
        switch self {
        case .badConfiguration(let problems): problems.map(\.description).joined(separator: "; ")
        case .badLabelValue(let key, let value):
            "\"\(value)\" cannot be the label \(key): at most 63 letters, digits, \"-\", \"_\" and \".\""
        case .noTargets(let why): "no deploy target to run on: \(why)"
        case .unknownTargets(let names):
            names.map { "unknown deploy target \"\($0.name)\", did you mean \"\($0.near)\"" }.joined(separator: "; ")
        case .targetTwice(let name): "deploy target \"\(name)\" is there twice; remove one"
        case .noStages:
            "a rollback needs at least one stage before it; add a stage of ours, or set planner.autoRollback: false"
        default: nil
        }
    }

    private var manifestText: String? {
        switch self {
        case .noManifests: "there are no manifests to roll out"
        case .noWorkload(let references): "no workload found: \(Self.wanted(references))"
        case .noService(let name): Self.missing("Service", name, "set service.name")
        case .unsupportedWorkload(let kind, let text): "unsupported workload kind \(kind)\(text)"
        case .noSelector: "spec.selector is missing; add one that matches the labels of the pods"
        case .sharedSuffix(let suffix, let first, let second):
            "\(first.rawValue) and \(second.rawValue) both use the suffix \"\(suffix)\"; give one of them another"
        case .nameTaken(let key):
            "the copy would overwrite \(key.shortDescription) in Git; use another suffix, or rename that object"
        case .badName(let name, let limit):
            "the copy cannot be named \"\(name)\": at most \(limit) lower-case letters, digits and \"-\"; "
                + "change the suffix"
        case .missingVariant(let key, let value):
            "selector and pod labels must have \(key): \(value), because traffic is routed by it; "
                + "add it, or set addVariantLabelToSelector"
        default: nil
        }
    }

    private var contentText: String? {
        switch self {
        case .badField(let path, let expected, let found): "\(path) must be \(expected), found \(found)"
        case .manifest(let error): "\(error)"
        case .nothingToHash: "no manifest to hash"
        case .notConvertible(let path, let type): "\(path): cannot convert \(type) to string; quote the value"
        case .badBase64(let path, let offset):
            "\(path): error decoding from json: illegal base64 data at input byte \(offset)"
        case .patchTargetMissing(let kind, let name):
            "no object of kind \"\(kind)\" with name \"\(name)\" to patch; correct the target of the patch"
        case .patch(let path, let text): "cannot patch \(path): \(text)"
        case .traffic(let text): text
        default: nil
        }
    }

    private static func missing(_ kind: String, _ name: String?, _ advice: String) -> String {
        name.map { "no \(kind) named \"\($0)\" found; add it, or \(advice)" } ?? "no \(kind) found; add one"
    }

    private static func wanted(_ references: [ResourceReference]) -> String {
        guard !references.isEmpty else { return "there is no Deployment; set workloads" }
        let texts = references.map { [$0.kind ?? "Deployment", $0.name].compactMap { $0 }.joined(separator: "/") }
        return "there is no \(texts.joined(separator: ", ")); correct workloads"
    }
}
