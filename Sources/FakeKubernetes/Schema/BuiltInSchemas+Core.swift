extension BuiltInSchemas {
    /// The core group without pods: namespaces, nodes, volumes, configuration, services.
    static let core = """
        AWSElasticBlockStoreVolumeSource: fsType:s partition:i readOnly:b volumeID:s
        AttachedVolume: devicePath:s name:s
        AzureDiskVolumeSource: cachingMode:s diskName:s diskURI:s fsType:s kind:s readOnly:b
        AzureFilePersistentVolumeSource: readOnly:b secretName:s secretNamespace:s shareName:s
        CSIPersistentVolumeSource: controllerExpandSecretRef:SecretReference
            controllerPublishSecretRef:SecretReference driver:s fsType:s nodeExpandSecretRef:SecretReference
            nodePublishSecretRef:SecretReference nodeStageSecretRef:SecretReference readOnly:b volumeAttributes:{s}
            volumeHandle:s
        CephFSPersistentVolumeSource: monitors:[s] path:s readOnly:b secretFile:s secretRef:SecretReference user:s
        CinderPersistentVolumeSource: fsType:s readOnly:b secretRef:SecretReference volumeID:s
        ClientIPConfig: timeoutSeconds:i
        Condition: lastTransitionTime:s message:s observedGeneration:i reason:s status:s type:s
        ConfigMap: binaryData:{s} data:{s} immutable:b metadata:ObjectMeta=
        ConfigMapNodeConfigSource: kubeletConfigKey:s name:s namespace:s resourceVersion:s uid:s
        ContainerImage: names:[s] sizeBytes:i
        DaemonEndpoint: Port:i
        EndpointAddress: hostname:s ip:s nodeName:s targetRef:ObjectReference
        EndpointPort: appProtocol:s name:s port:i protocol:s
        EndpointSubset: addresses:[EndpointAddress] notReadyAddresses:[EndpointAddress] ports:[EndpointPort]
        Endpoints: metadata:ObjectMeta= subsets:[EndpointSubset]
        Event: action:s count:i eventTime:s firstTimestamp:s involvedObject:ObjectReference= lastTimestamp:s
            message:s metadata:ObjectMeta= reason:s related:ObjectReference reportingComponent:s reportingInstance:s
            series:EventSeries source:EventSource= type:s
        EventSeries: count:i lastObservedTime:s
        EventSource: component:s host:s
        FCVolumeSource: fsType:s lun:i readOnly:b targetWWNs:[s] wwids:[s]
        FlexPersistentVolumeSource: driver:s fsType:s options:{s} readOnly:b secretRef:SecretReference
        FlockerVolumeSource: datasetName:s datasetUUID:s
        GCEPersistentDiskVolumeSource: fsType:s partition:i pdName:s readOnly:b
        GlusterfsPersistentVolumeSource: endpoints:s endpointsNamespace:s path:s readOnly:b
        HostPathVolumeSource: path:s type:s
        ISCSIPersistentVolumeSource: chapAuthDiscovery:b chapAuthSession:b fsType:s initiatorName:s iqn:s
            iscsiInterface:s lun:i portals:[s] readOnly:b secretRef:SecretReference targetPortal:s
        LabelSelector!: matchExpressions:[LabelSelectorRequirement] matchLabels:{s}
        LabelSelectorRequirement: key:s operator:s values:[s]
        LimitRange: metadata:ObjectMeta= spec:LimitRangeSpec=
        LimitRangeItem: default:{q} defaultRequest:{q} max:{q} maxLimitRequestRatio:{q} min:{q} type:s
        LimitRangeSpec: limits:[LimitRangeItem]
        LoadBalancerIngress: hostname:s ip:s ipMode:s ports:[PortStatus]
        LoadBalancerStatus: ingress:[LoadBalancerIngress]
        LocalObjectReference!: name:s
        LocalVolumeSource: fsType:s path:s
        ManagedFieldsEntry: apiVersion:s fieldsType:s fieldsV1:* manager:s operation:s subresource:s time:s
        ModifyVolumeStatus: status:s targetVolumeAttributesClassName:s
        NFSVolumeSource: path:s readOnly:b server:s
        Namespace: metadata:ObjectMeta= spec:NamespaceSpec= status:NamespaceStatus=
        NamespaceCondition: lastTransitionTime:s message:s reason:s status:s type:s
        NamespaceSpec: finalizers:[s]
        NamespaceStatus: conditions:[NamespaceCondition]{type} phase:s
        Node: metadata:ObjectMeta= spec:NodeSpec= status:NodeStatus=
        NodeAddress: address:s type:s
        NodeCondition: lastHeartbeatTime:s lastTransitionTime:s message:s reason:s status:s type:s
        NodeConfigSource: configMap:ConfigMapNodeConfigSource
        NodeConfigStatus: active:NodeConfigSource assigned:NodeConfigSource error:s lastKnownGood:NodeConfigSource
        NodeDaemonEndpoints: kubeletEndpoint:DaemonEndpoint
        NodeSelector!: nodeSelectorTerms:[NodeSelectorTerm]
        NodeSelectorRequirement: key:s operator:s values:[s]
        NodeSelectorTerm!: matchExpressions:[NodeSelectorRequirement] matchFields:[NodeSelectorRequirement]
        NodeSpec: configSource:NodeConfigSource externalID:s podCIDR:s podCIDRs:[s]{} providerID:s taints:[Taint]
            unschedulable:b
        NodeStatus: addresses:[NodeAddress]{type} allocatable:{q} capacity:{q} conditions:[NodeCondition]{type}
            config:NodeConfigStatus daemonEndpoints:NodeDaemonEndpoints= features:* images:[ContainerImage]
            nodeInfo:NodeSystemInfo= phase:s runtimeHandlers:* volumesAttached:[AttachedVolume] volumesInUse:[s]
        NodeSystemInfo: architecture:s bootID:s containerRuntimeVersion:s kernelVersion:s kubeProxyVersion:s
            kubeletVersion:s machineID:s operatingSystem:s osImage:s systemUUID:s
        ObjectMeta: annotations:{s} creationTimestamp:s deletionGracePeriodSeconds:i deletionTimestamp:s
            finalizers:[s]{} generateName:s generation:i labels:{s} managedFields:[ManagedFieldsEntry] name:s
            namespace:s ownerReferences:[OwnerReference]{uid} resourceVersion:s selfLink:s uid:s
        ObjectReference!: apiVersion:s fieldPath:s kind:s name:s namespace:s resourceVersion:s uid:s
        OwnerReference!: apiVersion:s blockOwnerDeletion:b controller:b kind:s name:s uid:s
        PersistentVolume: metadata:ObjectMeta= spec:PersistentVolumeSpec= status:PersistentVolumeStatus=
        PersistentVolumeClaim: metadata:ObjectMeta= spec:PersistentVolumeClaimSpec=
            status:PersistentVolumeClaimStatus=
        PersistentVolumeClaimCondition: lastProbeTime:s lastTransitionTime:s message:s reason:s status:s type:s
        PersistentVolumeClaimSpec: accessModes:[s] dataSource:TypedLocalObjectReference
            dataSourceRef:TypedObjectReference resources:VolumeResourceRequirements= selector:LabelSelector
            storageClassName:s volumeAttributesClassName:s volumeMode:s volumeName:s
        PersistentVolumeClaimStatus: accessModes:[s] allocatedResourceStatuses:{s} allocatedResources:{q}
            capacity:{q} conditions:[PersistentVolumeClaimCondition]{type} currentVolumeAttributesClassName:s
            modifyVolumeStatus:ModifyVolumeStatus phase:s
        PersistentVolumeSpec: accessModes:[s] awsElasticBlockStore:AWSElasticBlockStoreVolumeSource
            azureDisk:AzureDiskVolumeSource azureFile:AzureFilePersistentVolumeSource capacity:{q}
            cephfs:CephFSPersistentVolumeSource cinder:CinderPersistentVolumeSource claimRef:ObjectReference
            csi:CSIPersistentVolumeSource fc:FCVolumeSource flexVolume:FlexPersistentVolumeSource
            flocker:FlockerVolumeSource gcePersistentDisk:GCEPersistentDiskVolumeSource
            glusterfs:GlusterfsPersistentVolumeSource hostPath:HostPathVolumeSource
            iscsi:ISCSIPersistentVolumeSource local:LocalVolumeSource mountOptions:[s] nfs:NFSVolumeSource
            nodeAffinity:VolumeNodeAffinity persistentVolumeReclaimPolicy:s
            photonPersistentDisk:PhotonPersistentDiskVolumeSource portworxVolume:PortworxVolumeSource
            quobyte:QuobyteVolumeSource rbd:RBDPersistentVolumeSource scaleIO:ScaleIOPersistentVolumeSource
            storageClassName:s storageos:StorageOSPersistentVolumeSource volumeAttributesClassName:s volumeMode:s
            vsphereVolume:VsphereVirtualDiskVolumeSource
        PersistentVolumeStatus: lastPhaseTransitionTime:s message:s phase:s reason:s
        PhotonPersistentDiskVolumeSource: fsType:s pdID:s
        PortStatus: error:s port:i protocol:s
        PortworxVolumeSource: fsType:s readOnly:b volumeID:s
        QuobyteVolumeSource: group:s readOnly:b registry:s tenant:s user:s volume:s
        RBDPersistentVolumeSource: fsType:s image:s keyring:s monitors:[s] pool:s readOnly:b
            secretRef:SecretReference user:s
        ResourceQuota: metadata:ObjectMeta= spec:ResourceQuotaSpec= status:ResourceQuotaStatus=
        ResourceQuotaSpec: hard:{q} scopeSelector:ScopeSelector scopes:[s]
        ResourceQuotaStatus: hard:{q} used:{q}
        ScaleIOPersistentVolumeSource: fsType:s gateway:s protectionDomain:s readOnly:b secretRef:SecretReference
            sslEnabled:b storageMode:s storagePool:s system:s volumeName:s
        ScopeSelector!: matchExpressions:[ScopedResourceSelectorRequirement]
        ScopedResourceSelectorRequirement: operator:s scopeName:s values:[s]
        Secret: data:{s} immutable:b metadata:ObjectMeta= stringData:{s} type:s
        SecretReference!: name:s namespace:s
        Service: metadata:ObjectMeta= spec:ServiceSpec= status:ServiceStatus=
        ServiceAccount: automountServiceAccountToken:b imagePullSecrets:[LocalObjectReference] metadata:ObjectMeta=
            secrets:[ObjectReference]{name}
        ServicePort: appProtocol:s name:s nodePort:i port:i protocol:s"TCP" targetPort:p
        ServiceSpec: allocateLoadBalancerNodePorts:b clusterIP:s clusterIPs:[s] externalIPs:[s] externalName:s
            externalTrafficPolicy:s healthCheckNodePort:i internalTrafficPolicy:s ipFamilies:[s] ipFamilyPolicy:s
            loadBalancerClass:s loadBalancerIP:s loadBalancerSourceRanges:[s]
            ports:[ServicePort]{port,protocol}<port> publishNotReadyAddresses:b selector:{s}! sessionAffinity:s
            sessionAffinityConfig:SessionAffinityConfig trafficDistribution:s type:s
        ServiceStatus: conditions:[Condition]{type} loadBalancer:LoadBalancerStatus=
        SessionAffinityConfig: clientIP:ClientIPConfig
        StorageOSPersistentVolumeSource: fsType:s readOnly:b secretRef:ObjectReference volumeName:s
            volumeNamespace:s
        Taint: effect:s key:s timeAdded:s value:s
        TypedLocalObjectReference!: apiGroup:s kind:s name:s
        TypedObjectReference: apiGroup:s kind:s name:s namespace:s
        VolumeNodeAffinity: required:NodeSelector
        VolumeResourceRequirements: limits:{q} requests:{q}
        VsphereVirtualDiskVolumeSource: fsType:s storagePolicyID:s storagePolicyName:s volumePath:s
        """
}
