import Manifests

/// What a Job gets from the server: its numbers, and a selector for its own pods.
enum JobDefaults {
    static func fill(_ job: inout Value) {
        let name = job.name
        let uid = job.uid
        job.edit("spec") { spec in
            if spec["completions"] == nil, spec["parallelism"] == nil { spec["completions"] = 1 }
            spec.fallback("parallelism", 1)
            spec.fallback("backoffLimit", 6)
            spec.fallback("completionMode", "NonIndexed")
            spec.fallback("suspend", false)
            spec.fallback("podReplacementPolicy", "TerminatingOrFailed")
            if spec["selector"] == nil, spec["manualSelector"]?.bool != true, !uid.isEmpty {
                spec["selector"] = ["matchLabels": ["batch.kubernetes.io/controller-uid": .string(uid)]]
                let labels: Mapping = [
                    "batch.kubernetes.io/controller-uid": .string(uid), "batch.kubernetes.io/job-name": .string(name),
                    "controller-uid": .string(uid), "job-name": .string(name),
                ]
                for label in labels { spec.put(label.value, "template", "metadata", "labels", label.key) }
            }
            spec.edit("template") { $0.edit("spec", PodDefaults.fill) }
        }
    }
}
