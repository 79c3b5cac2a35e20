import Manifests

/// Reads the binary form in which `kubectl create` sends a few types.
///
/// The frame and the field numbers are those of the `generated.proto` files of
/// [kubernetes/api](https://github.com/kubernetes/api).
enum ProtobufBody {
    static let mediaType = "application/vnd.kubernetes.protobuf"

    /// The object in a body, with its type; `nil` when the type or a field of it is not known here.
    static func object(_ body: [UInt8]) -> Value? {
        guard body.starts(with: Array("k8s".utf8) + [0]), let frame = ProtobufMessage(body.dropFirst(4)),
            let typeMeta = frame.bytes(1).flatMap(ProtobufMessage.init), let raw = frame.bytes(2),
            let kind = typeMeta.text(2), let message = ProtobufMessage(raw),
            case .mapping(var object)? = ProtobufTable.object(message, kind)
        else { return nil }
        object["apiVersion"] = typeMeta.text(1).map(Value.string)
        object["kind"] = .string(kind)
        return .mapping(object)
    }
}
