import Glibc

/// The data of public projects beside the package, which is not everywhere: test with `.enabled(if: Corpora.isPresent)`.
package enum Corpora {
    /// The path of a file or folder of the corpora, such as `online-boutique/release`.
    package static func path(_ relative: String) -> String {
        PackageRoot.path("../shared/corpora/\(relative)")
    }

    /// Whether the corpora are there.
    package static let isPresent = access(path(""), R_OK) == 0
}
