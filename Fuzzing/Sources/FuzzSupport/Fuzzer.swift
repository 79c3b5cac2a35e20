import CFuzzer

/// Hands the inputs that libFuzzer makes up to one check.
///
/// [libFuzzer](https://llvm.org/docs/LibFuzzer.html) reads its options from the command line.
package enum Fuzzer {
    /// Written once, before libFuzzer starts, and only read by the one thread on which it runs.
    nonisolated(unsafe) private static var check: ([UInt8]) -> Void = { _ in }

    /// Runs a check on one input after the other, until the time is over or a check traps.
    package static func run(_ check: @escaping ([UInt8]) -> Void) {
        self.check = check
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        _ = LLVMFuzzerRunDriver(&count, &arguments) { data, size in
            Fuzzer.check(Array(UnsafeBufferPointer(start: data, count: size)))
            return 0
        }
    }
}
