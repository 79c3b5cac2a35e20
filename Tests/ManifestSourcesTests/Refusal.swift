import ManifestSources

/// The text of the error that something throws, `nil` when it throws none.
func refusal(_ body: () throws -> some Any) -> String? {
    do {
        _ = try body()
        return nil
    } catch {
        return "\(error)"
    }
}
