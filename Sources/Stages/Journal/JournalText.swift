/// The lines of a journal.
///
/// A process that is killed may leave its last line cut; everything before it counts.
package struct JournalText: Sendable {
    /// The records of the whole lines, in order.
    package let records: [JournalRecord]
    /// The bytes of the whole lines; what follows is a cut line.
    package let length: Int

    /// Reads a journal.
    ///
    /// - Throws: `JournalError.Reason` when a whole line cannot be read, or the first one is missing.
    package init(_ bytes: [UInt8]) throws {
        var records: [JournalRecord] = []
        var start = bytes.startIndex
        var number = 0
        while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            number += 1
            do {
                if let record = try JournalRecord(line: Array(bytes[start..<end])) { records.append(record) }
            } catch JournalError.Reason.malformed(let detail) {
                throw JournalError.Reason.malformed("line \(number): \(detail)")
            }
            start = end + 1
        }
        self.records = records
        length = start
    }
}
