import FoundationEssentials
import Manifests

/// The messages that are understood.
enum ProtobufTable {
    /// A line is `Name: NUMBER=field:type …`, with the types of `BuiltInSchemas` and `B` for bytes, `t` for a time.
    private static let table = """
        ConfigMap: 1=metadata:ObjectMeta 2=data:{s} 3=binaryData:{B} 4=immutable:b
        Container: 1=name:s 2=image:s 3=command:[s] 4=args:[s] 5=workingDir:s 6=ports:[ContainerPort] 7=env:[EnvVar] \
        8=resources:Empty 13=terminationMessagePath:s 14=imagePullPolicy:s 16=stdin:b 17=stdinOnce:b 18=tty:b \
        20=terminationMessagePolicy:s
        ContainerPort: 1=name:s 2=hostPort:i 3=containerPort:i 4=protocol:s 5=hostIP:s
        Deployment: 1=metadata:ObjectMeta 2=spec:DeploymentSpec 3=status:Empty
        DeploymentSpec: 1=replicas:i 2=selector:LabelSelector 3=template:PodTemplateSpec 4=strategy:DeploymentStrategy \
        5=minReadySeconds:i 6=revisionHistoryLimit:i 7=paused:b 9=progressDeadlineSeconds:i
        DeploymentStrategy: 1=type:s
        Empty:
        EnvVar: 1=name:s 2=value:s
        Job: 1=metadata:ObjectMeta 2=spec:JobSpec 3=status:Empty
        JobSpec: 1=parallelism:i 2=completions:i 3=activeDeadlineSeconds:i 4=selector:LabelSelector 5=manualSelector:b \
        6=template:PodTemplateSpec 7=backoffLimit:i 8=ttlSecondsAfterFinished:i
        LabelSelector: 1=matchLabels:{s}
        Namespace: 1=metadata:ObjectMeta 2=spec:NamespaceSpec 3=status:NamespaceStatus
        NamespaceSpec: 1=finalizers:[s]
        NamespaceStatus: 1=phase:s
        ObjectMeta: 1=name:s 2=generateName:s 3=namespace:s 4=selfLink:s 5=uid:s 6=resourceVersion:s 7=generation:i \
        8=creationTimestamp:t 9=deletionTimestamp:t 11=labels:{s} 12=annotations:{s} 13=ownerReferences:[OwnerReference] \
        14=finalizers:[s]
        OwnerReference: 1=kind:s 3=name:s 4=uid:s 5=apiVersion:s 6=controller:b 7=blockOwnerDeletion:b
        PodSpec: 2=containers:[Container] 3=restartPolicy:s 4=terminationGracePeriodSeconds:i 6=dnsPolicy:s \
        7=nodeSelector:{s} 8=serviceAccountName:s 9=serviceAccount:s 10=nodeName:s 11=hostNetwork:b 12=hostPID:b \
        13=hostIPC:b 16=hostname:s 17=subdomain:s 19=schedulerName:s 24=priorityClassName:s
        PodTemplateSpec: 1=metadata:ObjectMeta 2=spec:PodSpec
        Secret: 1=metadata:ObjectMeta 2=data:{B} 3=type:s 4=stringData:{s} 5=immutable:b
        Service: 1=metadata:ObjectMeta 2=spec:ServiceSpec 3=status:ServiceStatus
        ServiceAccount: 1=metadata:ObjectMeta 4=automountServiceAccountToken:b
        ServicePort: 1=name:s 2=protocol:s 3=port:i 4=targetPort:p 5=nodePort:i 6=appProtocol:s
        ServiceSpec: 1=ports:[ServicePort] 2=selector:{s} 3=clusterIP:s 4=type:s 7=sessionAffinity:s 8=loadBalancerIP:s \
        10=externalName:s 11=externalTrafficPolicy:s 12=healthCheckNodePort:i 13=publishNotReadyAddresses:b
        ServiceStatus: 1=loadBalancer:Empty
        """

    /// The fields of each message by number: their names and types.
    private static let messages: [String: [Int: (name: String, type: String)]] = {
        var messages: [String: [Int: (name: String, type: String)]] = [:]
        for line in table.split(separator: "\n") {
            let words = line.split(separator: " ")
            var fields: [Int: (name: String, type: String)] = [:]
            for word in words.dropFirst() {
                let parts = word.split { $0 == "=" || $0 == ":" }
                if parts.count == 3, let number = Int(parts[0]) {
                    fields[number] = (String(parts[1]), String(parts[2]))
                }
            }
            messages[String(words.first?.dropLast() ?? "")] = fields
        }
        return messages
    }()

    /// A message as an object; `nil` when it holds something that is not understood.
    static func object(_ message: ProtobufMessage, _ name: String) -> Value? {
        guard let known = messages[name] else { return nil }
        var object = Mapping()
        for (number, content) in message.fields {
            guard let field = known[number] else {
                // A typed client also sends its empty fields.
                guard isEmpty(content) else { return nil }
                continue
            }
            guard add(content, field.name, field.type, &object) else { return nil }
        }
        return .mapping(object)
    }

    private static func isEmpty(_ content: ProtobufMessage.Content) -> Bool {
        switch content {
        case .number(let number): number == 0
        case .bytes(let bytes): bytes.isEmpty
        }
    }

    private static func add(_ content: ProtobufMessage.Content, _ name: String, _ type: String, _ object: inout Mapping)
        -> Bool
    {
        switch (type.first, content) {
        case ("[", .bytes):
            guard let entry = value(content, String(type.dropFirst().dropLast())) else { return false }
            object[name] = .array((object[name]?.array ?? []) + [entry])
        case ("{", .bytes(let bytes)):
            guard let pair = ProtobufMessage(bytes) else { return false }
            let inner = String(type.dropFirst().dropLast())
            var map = object[name]?.mapping ?? [:]
            map[pair.text(1) ?? ""] = value(.bytes(pair.bytes(2) ?? []), inner)
            object[name] = .mapping(map)
        default:
            guard let value = value(content, type) else { return false }
            if value != "", !value.isNull { object[name] = value }
        }
        return true
    }

    private static func value(_ content: ProtobufMessage.Content, _ type: String) -> Value? {
        switch (type, content) {
        case ("i", .number(let number)): .int(Int(truncatingIfNeeded: number))
        case ("b", .number(let number)): .bool(number != 0)
        case ("s", .bytes(let bytes)): .string(String(decoding: bytes, as: UTF8.self))
        case ("B", .bytes(let bytes)): .string(Data(bytes).base64EncodedString())
        case ("t", .bytes): .null
        case ("p", .bytes(let bytes)): ProtobufMessage(bytes).flatMap(intOrString)
        case (_, .bytes(let bytes)): ProtobufMessage(bytes).flatMap { object($0, type) }
        default: nil
        }
    }

    private static func intOrString(_ message: ProtobufMessage) -> Value? {
        var isText = false
        var number: UInt64 = 0
        for field in message.fields {
            guard case .number(let content) = field.content else { continue }
            if field.number == 1 { isText = content == 1 }
            if field.number == 2 { number = content }
        }
        return isText ? .string(message.text(3) ?? "") : .int(Int(truncatingIfNeeded: number))
    }
}
