/// A program and its arguments.
struct Command {
    /// The path of the program.
    let program: String
    let arguments: [String]
    /// The file that it prints to, in place of one of its lane.
    var output: String?

    init(_ program: String, _ arguments: [String]) {
        self.program = program
        self.arguments = arguments
    }

    /// The command in one short line, for messages.
    var summary: String {
        let name = program.split(separator: "/").last ?? ""
        return ([String(name)] + arguments.prefix(6)).joined(separator: " ")
    }
}
