/// How long ago something was, as people read it.
enum Age {
    static func text(since timestamp: String) -> String {
        guard let then = Timestamp(text: timestamp).seconds else { return "<unknown>" }
        return text(seconds: max(0, (Timestamp.now.seconds ?? then) - then))
    }

    /// The two largest units that matter: `90s`, `5m30s`, `3h`, `2d4h`, `400d`.
    static func text(seconds: Int) -> String {
        let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400)
        switch seconds {
        case ..<120: return "\(seconds)s"
        case ..<600: return "\(minutes)m" + (seconds % 60 == 0 ? "" : "\(seconds % 60)s")
        case ..<10_800: return "\(minutes)m"
        case ..<28_800: return "\(hours)h" + (minutes % 60 == 0 ? "" : "\(minutes % 60)m")
        case ..<172_800: return "\(hours)h"
        case ..<691_200: return "\(days)d" + (hours % 24 == 0 ? "" : "\(hours % 24)h")
        default: return "\(days)d"
        }
    }
}
