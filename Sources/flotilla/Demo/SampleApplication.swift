import Glibc
import ManifestSources
import Stages

/// The sample application of the demo, in versions that differ in the tags of their images.
struct SampleApplication {
    /// Where the manifests of the sample lie.
    let source: String

    private static let files = ["app.pipecd.yaml", "cart.yaml", "routing.yaml", "web.yaml"]

    /// Finds `manifests/shop` in the working directory, or above the program's own file.
    ///
    /// - Throws: `ApplicationError` that says where it was looked for.
    static func find(_ given: String?) throws -> SampleApplication {
        if let given { return SampleApplication(source: given) }
        var parts = programPath().split(separator: "/").dropLast()
        var places = ["manifests/shop"]
        while !parts.isEmpty {
            places.append("/" + parts.joined(separator: "/") + "/manifests/shop")
            parts = parts.dropLast()
        }
        guard let found = places.first(where: { access("\($0)/app.pipecd.yaml", R_OK) == 0 }) else {
            throw ApplicationError(problems: ["no sample application in manifests/shop; name its directory with --app"])
        }
        return SampleApplication(source: found)
    }

    /// Writes one version of the sample into a directory of its own; its images get the tag in place of `1.0.0`.
    func write(tag: String, into directory: String) throws {
        mkdir(directory, 0o700)
        for name in Self.files {
            let bytes = try PlainFiles.read("\(source)/\(name)")
            let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
            let text = lines.map { line in
                line.hasSuffix(":1.0.0") ? line.dropLast("1.0.0".count) + tag : line
            }
            try PrivateFile.write(text.joined(separator: "\n"), to: "\(directory)/\(name)")
        }
    }

    private static func programPath() -> String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        let count = readlink("/proc/self/exe", &buffer, Int(PATH_MAX))
        return count > 0 ? String(decoding: buffer.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self) : ""
    }
}
