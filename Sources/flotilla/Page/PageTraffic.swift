import Manifests
import Stages

/// The shares of the traffic over the time of a run, as lines with steps.
struct PageTraffic {
    let history: RunHistory
    /// The moment up to which the last shares hold.
    let end: Moment

    /// The shares that some clusters had one after the other.
    private struct Course {
        var targets: [String]
        let steps: [(time: Moment, shares: [String: Int])]
    }

    /// One chart for clusters with the same shares one after the other; nothing when no traffic was routed.
    var html: HTML {
        let courses = courses
        guard !courses.isEmpty else { return "" }
        return """
            <h3>Traffic during the run</h3>
            <div class="charts">\(courses.map(chart))</div>
            """
    }

    private var courses: [Course] {
        let byTarget = Dictionary(grouping: history.routings, by: \.target)
        return history.header.targets.reduce(into: []) { courses, target in
            let steps = (byTarget[target] ?? []).map { (time: $0.time, shares: $0.shares) }
            guard !steps.isEmpty else { return }
            if let index = courses.firstIndex(where: { $0.steps.map(\.shares) == steps.map(\.shares) }) {
                courses[index].targets.append(target)
            } else {
                courses.append(Course(targets: [target], steps: steps))
            }
        }
    }

    private func chart(_ course: Course) -> HTML {
        let isAll = course.targets.count == history.header.targets.count && course.targets.count > 1
        let title = isAll ? "All clusters" : course.targets.joined(separator: ", ")
        let variants = ["primary", "canary", "baseline"].filter { name in
            course.steps.contains { ($0.shares[name] ?? 0) > 0 }
        }
        let items = course.steps.map { step -> HTML in
            let shares = step.shares.filter { $0.value > 0 }.map { ($0.key, $0.value) }
                .sorted { ($1.1, $0.0) < ($0.1, $1.0) }
            let words = shares.map { "\($0.0) \($0.1) %" }.joined(separator: ", ")
            return "<li><time datetime=\"\(step.time.wholeSeconds)\">\(step.time.timeOfDay)</time> \(words)</li>"
        }
        return """
            <figure class="traffic">
            <figcaption>\(title)</figcaption>
            <div class="plot">
            <div class="scale" aria-hidden="true"><span>100 %</span><span>50 %</span><span>0 %</span></div>
            <svg aria-hidden="true" viewBox="0 0 1000 100" preserveAspectRatio="none">
            <path class="grid" d="M0 0H1000M0 50H1000M0 100H1000"/>\(variants.map { line($0, course) })</svg>
            <div class="names" aria-hidden="true">\(labels(variants, course))</div>
            <div class="times" aria-hidden="true"><span>\(history.start.timeOfDay)</span><span>\(end.timeOfDay)</span></div>
            </div>
            <ol class="steps" aria-label="Shares of the traffic, in order">\(items)</ol>
            </figure>
            """
    }

    /// The line of a variant from the first time that traffic was routed.
    private func line(_ variant: String, _ course: Course) -> HTML {
        var path = ""
        for step in course.steps {
            let level = 100 - (step.shares[variant] ?? 0)
            path += path.isEmpty ? "M\(place(of: step.time)) \(level)" : "H\(place(of: step.time))V\(level)"
        }
        return "<path class=\"line \(variant)\" d=\"\(path)H1000\"/>"
    }

    /// The place of a moment from 0 to 1000.
    private func place(of time: Moment) -> Int {
        let whole = milliseconds(end) - milliseconds(history.start)
        guard whole > 0 else { return 0 }
        return Int(min(max(0, milliseconds(time) - milliseconds(history.start)), whole) * 1000 / whole)
    }

    private func milliseconds(_ moment: Moment) -> Int64 {
        let (seconds, attoseconds) = moment.sinceEpoch.components
        return seconds * 1000 + attoseconds / 1_000_000_000_000_000
    }

    /// The name of each line at its end, moved apart where they would be over each other.
    private func labels(_ variants: [String], _ course: Course) -> [HTML] {
        let last = course.steps.last?.shares ?? [:]
        let ordered = variants.map { ($0, last[$0] ?? 0) }.sorted { $0.1 > $1.1 }
        var lowest = -20
        var places: [Int] = []
        for (_, share) in ordered {
            let level = max(100 - share, lowest + 18)
            places.append(level)
            lowest = level
        }
        let excess = max(0, (places.last ?? 0) - 100)
        return zip(ordered, places).map { label, level in
            "<span class=\"\(label.0)\" style=\"top:\(level - excess)%\">\(label.0) \(label.1) %</span>"
        }
    }
}
