import Stages

extension Moment {
    /// The time since a moment in Unix seconds, in its largest unit.
    func age(since created: Int64) -> String {
        let seconds = max(0, sinceEpoch.components.seconds - created)
        return switch seconds {
        case ..<120: "\(seconds)s"
        case ..<7_200: "\(seconds / 60)m"
        case ..<172_800: "\(seconds / 3_600)h"
        default: "\(seconds / 86_400)d"
        }
    }

    /// The time since an earlier moment, in its largest unit.
    func age(since earlier: Moment) -> String { age(since: earlier.sinceEpoch.components.seconds) }
}
