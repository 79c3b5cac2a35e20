import Manifests

extension TrafficRoutingOptions {
    init(_ fields: ConfigurationFields, isGiven: Bool) {
        if !isGiven {
            fields.problems.problem(
                fields.path,
                "a traffic routing stage needs options; write all or primary, canary, …"
            )
        }
        let all = fields.oneOf("all", Variant.allCases, named: \.rawValue)
        var shares: [Variant: Int] = [:]
        for variant in Variant.allCases {
            shares[variant] = Self.percentage(variant.rawValue, fields)
        }
        if let all {
            self.init(primary: 0)
            percentages = TrafficPercentages(all)
            if !shares.isEmpty {
                fields.problem("all", "excludes primary, canary and baseline; write one or the others")
            }
        } else {
            self.init(primary: shares[.primary], canary: shares[.canary] ?? 0, baseline: shares[.baseline] ?? 0)
            checkSum(fields)
        }
    }

    private static func percentage(_ key: String, _ fields: ConfigurationFields) -> Int? {
        guard let value = fields.raw(key) else { return nil }
        do {
            return try Percentage(value).value
        } catch {
            fields.problem(key, "\(error)")
            return nil
        }
    }

    /// Shares with a primary add up to exactly 100, those without to no more.
    private func checkSum(_ fields: ConfigurationFields) {
        let sum = Variant.allCases.reduce(0) { $0 + percentages[$1] }
        let isRight = isPrimaryWritten ? sum == 100 : sum <= 100
        guard !isRight else { return }
        let wanted = isPrimaryWritten ? "must add up to 100" : "must not add up to more than 100"
        fields.problems.problem(fields.path, "\(percentages.displayText) \(wanted), found \(sum)")
    }
}

extension TrafficPercentages {
    /// Everything to one variant.
    init(_ variant: Variant) {
        self.init(
            primary: variant == .primary ? 100 : 0,
            canary: variant == .canary ? 100 : 0,
            baseline: variant == .baseline ? 100 : 0
        )
    }
}
