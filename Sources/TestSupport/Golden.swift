import Glibc
package import Testing

extension Tag {
    /// Compares with files in `testdata`.
    @Tag package static var golden: Self
    /// Shows what a cancelled task leaves behind.
    @Tag package static var cancellation: Self
    /// Talks over a socket.
    @Tag package static var network: Self
}

/// Compares a text with the file that holds what is expected, `testdata/<path>`.
///
/// With `UPDATE_GOLDEN=1` in the environment the file is written anew, and the test fails all the same, so that a
/// recording run never passes for a check.
package func expectGolden(
    _ text: String,
    _ path: String,
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let file = PackageRoot.path("testdata/\(path)")
    let expected = try? TestFiles.text(file)
    guard getenv("UPDATE_GOLDEN").map({ String(cString: $0) }) == "1" else {
        #expect(
            text == expected,
            "run with UPDATE_GOLDEN=1 to write testdata/\(path) anew",
            sourceLocation: sourceLocation
        )
        return
    }
    if text != expected { try TestFiles.write(text, to: file) }
    Issue.record("testdata/\(path) was written, not checked", sourceLocation: sourceLocation)
}
