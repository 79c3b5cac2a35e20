extension BuiltInSchemas {
    /// Networks, rights, storage, coordination, and extensions.
    static let others = """
        APIService: metadata:ObjectMeta= spec:* status:*
        AggregationRule: clusterRoleSelectors:[LabelSelector]
        ClusterRole: aggregationRule:AggregationRule metadata:ObjectMeta= rules:[PolicyRule]=
        ClusterRoleBinding: metadata:ObjectMeta= roleRef:RoleRef= subjects:[Subject]
        CustomResourceColumnDefinition: description:s format:s jsonPath:s name:s priority:i type:s
        CustomResourceConversion: strategy:s webhook:*
        CustomResourceDefinition: metadata:ObjectMeta= spec:CustomResourceDefinitionSpec=
            status:CustomResourceDefinitionStatus=
        CustomResourceDefinitionCondition: lastTransitionTime:s message:s reason:s status:s type:s
        CustomResourceDefinitionNames: categories:[s] kind:s listKind:s plural:s shortNames:[s] singular:s
        CustomResourceDefinitionSpec: conversion:CustomResourceConversion group:s
            names:CustomResourceDefinitionNames= preserveUnknownFields:b scope:s
            versions:[CustomResourceDefinitionVersion]
        CustomResourceDefinitionStatus: acceptedNames:CustomResourceDefinitionNames=
            conditions:[CustomResourceDefinitionCondition]{type} storedVersions:[s]
        CustomResourceDefinitionVersion: additionalPrinterColumns:[CustomResourceColumnDefinition] deprecated:b
            deprecationWarning:s name:s schema:CustomResourceValidation selectableFields:[SelectableField] served:b
            storage:b subresources:CustomResourceSubresources
        CustomResourceSubresourceScale: labelSelectorPath:s specReplicasPath:s statusReplicasPath:s
        CustomResourceSubresources: scale:CustomResourceSubresourceScale status:*
        CustomResourceValidation: openAPIV3Schema:*
        Endpoint: addresses:[s]{}<-> conditions:EndpointConditions= deprecatedTopology:{s} hints:EndpointHints
            hostname:s nodeName:s targetRef:ObjectReference zone:s
        EndpointConditions: ready:b serving:b terminating:b
        EndpointHints: forZones:[ForZone]
        EndpointSlice: addressType:s endpoints:[Endpoint]= metadata:ObjectMeta= ports:[EndpointPort]
        ForZone: name:s
        HTTPIngressPath: backend:IngressBackend= path:s pathType:s
        HTTPIngressRuleValue: paths:[HTTPIngressPath]
        IPBlock: cidr:s except:[s]
        Ingress: metadata:ObjectMeta= spec:IngressSpec= status:IngressStatus=
        IngressBackend: resource:TypedLocalObjectReference service:IngressServiceBackend
        IngressClass: metadata:ObjectMeta= spec:IngressClassSpec=
        IngressClassParametersReference: apiGroup:s kind:s name:s namespace:s scope:s
        IngressClassSpec: controller:s parameters:IngressClassParametersReference
        IngressLoadBalancerIngress: hostname:s ip:s ports:[PortStatus]
        IngressLoadBalancerStatus: ingress:[IngressLoadBalancerIngress]
        IngressRule: host:s http:HTTPIngressRuleValue
        IngressServiceBackend: name:s port:ServiceBackendPort=
        IngressSpec: defaultBackend:IngressBackend ingressClassName:s rules:[IngressRule] tls:[IngressTLS]
        IngressStatus: loadBalancer:IngressLoadBalancerStatus=
        IngressTLS: hosts:[s] secretName:s
        Lease: metadata:ObjectMeta= spec:LeaseSpec=
        LeaseSpec: acquireTime:s holderIdentity:s leaseDurationSeconds:i leaseTransitions:i preferredHolder:s
            renewTime:s strategy:s
        MatchCondition: expression:s name:s
        MutatingWebhook: admissionReviewVersions:[s] clientConfig:WebhookClientConfig= failurePolicy:s
            matchConditions:[MatchCondition]{name} matchPolicy:s name:s namespaceSelector:LabelSelector
            objectSelector:LabelSelector reinvocationPolicy:s rules:[RuleWithOperations] sideEffects:s
            timeoutSeconds:i
        MutatingWebhookConfiguration: metadata:ObjectMeta= webhooks:[MutatingWebhook]{name}
        NetworkPolicy: metadata:ObjectMeta= spec:NetworkPolicySpec=
        NetworkPolicyEgressRule: ports:[NetworkPolicyPort] to:[NetworkPolicyPeer]
        NetworkPolicyIngressRule: from:[NetworkPolicyPeer] ports:[NetworkPolicyPort]
        NetworkPolicyPeer: ipBlock:IPBlock namespaceSelector:LabelSelector podSelector:LabelSelector
        NetworkPolicyPort: endPort:i port:p protocol:s
        NetworkPolicySpec: egress:[NetworkPolicyEgressRule] ingress:[NetworkPolicyIngressRule]
            podSelector:LabelSelector policyTypes:[s]
        PodDisruptionBudget: metadata:ObjectMeta= spec:PodDisruptionBudgetSpec= status:PodDisruptionBudgetStatus=
        PodDisruptionBudgetSpec: maxUnavailable:p minAvailable:p selector:LabelSelector unhealthyPodEvictionPolicy:s
        PodDisruptionBudgetStatus: conditions:[Condition]{type} currentHealthy:i desiredHealthy:i disruptedPods:{s}
            disruptionsAllowed:i expectedPods:i observedGeneration:i
        PolicyRule: apiGroups:[s] nonResourceURLs:[s] resourceNames:[s] resources:[s] verbs:[s]
        PriorityClass: description:s globalDefault:b metadata:ObjectMeta= preemptionPolicy:s value:i
        Role: metadata:ObjectMeta= rules:[PolicyRule]=
        RoleBinding: metadata:ObjectMeta= roleRef:RoleRef= subjects:[Subject]
        RoleRef!: apiGroup:s kind:s name:s
        RuleWithOperations: apiGroups:[s] apiVersions:[s] operations:[s] resources:[s] scope:s
        SelectableField: jsonPath:s
        ServiceBackendPort!: name:s number:i
        ServiceReference: name:s namespace:s path:s port:i
        StorageClass: allowVolumeExpansion:b allowedTopologies:[TopologySelectorTerm] metadata:ObjectMeta=
            mountOptions:[s] parameters:{s} provisioner:s reclaimPolicy:s volumeBindingMode:s
        Subject!: apiGroup:s kind:s name:s namespace:s
        TopologySelectorLabelRequirement: key:s values:[s]
        TopologySelectorTerm!: matchLabelExpressions:[TopologySelectorLabelRequirement]
        ValidatingWebhook: admissionReviewVersions:[s] clientConfig:WebhookClientConfig= failurePolicy:s
            matchConditions:[MatchCondition]{name} matchPolicy:s name:s namespaceSelector:LabelSelector
            objectSelector:LabelSelector rules:[RuleWithOperations] sideEffects:s timeoutSeconds:i
        ValidatingWebhookConfiguration: metadata:ObjectMeta= webhooks:[ValidatingWebhook]{name}
        WebhookClientConfig: caBundle:s service:ServiceReference url:s
        """
}
