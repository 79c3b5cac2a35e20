/// The faults that wait for their requests.
struct FaultList: Sendable {
    private var faults: [Fault] = []
    private var random: RandomFaults?

    init(random: RandomFaults?) {
        self.random = random
    }

    mutating func add(_ fault: Fault) {
        faults.append(fault)
    }

    /// Forgets the faults that were added; those that come by chance stay.
    mutating func clear() {
        faults = []
    }

    /// The first fault that fits a request, or one by chance; one with a count is used up.
    mutating func take(_ request: APIRequest) -> Fault.Effect? {
        fitting(request) ?? random?.next()
    }

    private mutating func fitting(_ request: APIRequest) -> Fault.Effect? {
        guard !faults.isEmpty else { return nil }
        let shape = RequestShape(request)
        guard let index = faults.firstIndex(where: { shape.fits($0) }) else { return nil }
        let effect = faults[index].effect
        if let times = faults[index].times {
            faults[index].times = times - 1
            if times <= 1 { faults.remove(at: index) }
        }
        return effect
    }
}

/// What a request is about, read from its method and path alone.
struct RequestShape: Sendable {
    let method: String
    let path: String
    var verb: Fault.Verb
    private(set) var group = ""
    private(set) var namespace = ""
    private(set) var resource = ""
    private(set) var name = ""

    init(_ request: APIRequest) {
        method = request.method
        self.path = request.path
        let path = request.segments
        let prefix = path.first == "api" ? 2 : 3
        guard ["api", "apis"].contains(path.first), path.count > prefix else {
            verb = .discovery
            return
        }
        if path.first == "apis" { group = path[1] }
        var rest = path.dropFirst(prefix)
        if rest.first == "namespaces", rest.count >= 2 {
            namespace = path[prefix + 1]
            if rest.count > 2, !["status", "finalize"].contains(rest.last) || rest.count > 3 {
                rest = rest.dropFirst(2)
            }
        }
        resource = rest.popFirst() ?? ""
        name = rest.popFirst() ?? ""
        if let part = rest.popFirst() { resource += "/\(part)" }
        verb =
            switch request.method {
            case "POST": .create
            case "PUT": .update
            case "PATCH": .patch
            case "DELETE": name.isEmpty ? .deletecollection : .delete
            default: request.flag("watch") ? .watch : name.isEmpty ? .list : .get
            }
    }

    func fits(_ fault: Fault) -> Bool {
        (fault.verbs.isEmpty || fault.verbs.contains(verb))
            && (fault.resource == nil || fault.resource == resource)
            && (fault.name == nil || fault.name == name)
    }
}
