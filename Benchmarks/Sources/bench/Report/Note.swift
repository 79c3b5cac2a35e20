import Glibc

/// Writes a line of progress to stderr; stdout holds the results only.
func note(_ line: String) {
    let text = line + "\n"
    _ = write(STDERR_FILENO, text, text.utf8.count)
}
