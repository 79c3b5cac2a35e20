extension TestFiles {
    /// The text of a file once it has a certain part, which another process writes.
    package static func text(_ path: String, having part: String) async throws -> String {
        var pause = Duration.milliseconds(1)
        while true {
            if let text = try? text(path), text.contains(part) { return text }
            try await Task.sleep(for: pause)
            pause = min(pause * 2, .milliseconds(100))
        }
    }
}
