extension Value {
    /// The node as YAML, with a line feed at the end.
    ///
    /// Fields keep their order, lists are not indented under their key, texts of several lines become blocks, and a string
    /// that YAML 1.1 or 1.2 would read as something else is quoted.
    public func yamlText() -> String {
        YAMLWriter.text(of: self)
    }
}
