extension Duration {
    /// The length in milliseconds.
    var milliseconds: Double { self / .milliseconds(1) }
}

extension Int {
    /// A number of bytes in MiB.
    var mebibytes: Double { Double(self) / 1_048_576 }
}
