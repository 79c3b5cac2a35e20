extension PodSelectorRouter {
    static var schema: SchemaNode {
        .block("Switches the selector of the Service from one variant to another; there is nothing to set.", [:])
    }
}
