extension BuiltInSchemas {
    /// Pods and all that they are made of.
    static let pods = """
        Affinity: nodeAffinity:NodeAffinity podAffinity:PodAffinity podAntiAffinity:PodAntiAffinity
        AppArmorProfile: localhostProfile:s type:s
        AzureFileVolumeSource: readOnly:b secretName:s shareName:s
        CSIVolumeSource: driver:s fsType:s nodePublishSecretRef:LocalObjectReference readOnly:b volumeAttributes:{s}
        Capabilities: add:[s] drop:[s]
        CephFSVolumeSource: monitors:[s] path:s readOnly:b secretFile:s secretRef:LocalObjectReference user:s
        CinderVolumeSource: fsType:s readOnly:b secretRef:LocalObjectReference volumeID:s
        ClusterTrustBundleProjection: labelSelector:LabelSelector name:s optional:b path:s signerName:s
        ConfigMapEnvSource: name:s optional:b
        ConfigMapKeySelector!: key:s name:s optional:b
        ConfigMapProjection: items:[KeyToPath] name:s optional:b
        ConfigMapVolumeSource: defaultMode:i items:[KeyToPath] name:s optional:b
        Container: args:[s] command:[s] env:[EnvVar]{name} envFrom:[EnvFromSource] image:s imagePullPolicy:s
            lifecycle:Lifecycle livenessProbe:Probe name:s
            ports:[ContainerPort]{containerPort,protocol}<containerPort> readinessProbe:Probe
            resizePolicy:[ContainerResizePolicy] resources:ResourceRequirements= restartPolicy:s
            securityContext:SecurityContext startupProbe:Probe stdin:b stdinOnce:b terminationMessagePath:s
            terminationMessagePolicy:s tty:b volumeDevices:[VolumeDevice]{devicePath}
            volumeMounts:[VolumeMount]{mountPath} workingDir:s
        ContainerPort: containerPort:i hostIP:s hostPort:i name:s protocol:s"TCP"
        ContainerResizePolicy: resourceName:s restartPolicy:s
        ContainerState: running:ContainerStateRunning terminated:ContainerStateTerminated
            waiting:ContainerStateWaiting
        ContainerStateRunning: startedAt:s
        ContainerStateTerminated: containerID:s exitCode:i finishedAt:s message:s reason:s signal:i startedAt:s
        ContainerStateWaiting: message:s reason:s
        ContainerStatus: allocatedResources:{q} containerID:s image:s imageID:s lastState:ContainerState= name:s
            ready:b resources:ResourceRequirements restartCount:i started:b state:ContainerState= user:ContainerUser
            volumeMounts:[VolumeMountStatus]{mountPath}
        ContainerUser: linux:*
        DownwardAPIProjection: items:[DownwardAPIVolumeFile]
        DownwardAPIVolumeFile: fieldRef:ObjectFieldSelector mode:i path:s resourceFieldRef:ResourceFieldSelector
        DownwardAPIVolumeSource: defaultMode:i items:[DownwardAPIVolumeFile]
        EmptyDirVolumeSource: medium:s sizeLimit:q
        EnvFromSource: configMapRef:ConfigMapEnvSource prefix:s secretRef:SecretEnvSource
        EnvVar: name:s value:s valueFrom:EnvVarSource
        EnvVarSource: configMapKeyRef:ConfigMapKeySelector fieldRef:ObjectFieldSelector
            resourceFieldRef:ResourceFieldSelector secretKeyRef:SecretKeySelector
        EphemeralContainer: args:[s] command:[s] env:[EnvVar]{name} envFrom:[EnvFromSource] image:s
            imagePullPolicy:s lifecycle:Lifecycle livenessProbe:Probe name:s
            ports:[ContainerPort]{containerPort,protocol}<containerPort> readinessProbe:Probe
            resizePolicy:[ContainerResizePolicy] resources:ResourceRequirements= restartPolicy:s
            securityContext:SecurityContext startupProbe:Probe stdin:b stdinOnce:b targetContainerName:s
            terminationMessagePath:s terminationMessagePolicy:s tty:b volumeDevices:[VolumeDevice]{devicePath}
            volumeMounts:[VolumeMount]{mountPath} workingDir:s
        EphemeralVolumeSource: volumeClaimTemplate:PersistentVolumeClaimTemplate
        ExecAction: command:[s]
        FlexVolumeSource: driver:s fsType:s options:{s} readOnly:b secretRef:LocalObjectReference
        GRPCAction: port:i service:s
        GitRepoVolumeSource: directory:s repository:s revision:s
        GlusterfsVolumeSource: endpoints:s path:s readOnly:b
        HTTPGetAction: host:s httpHeaders:[HTTPHeader] path:s port:p scheme:s
        HTTPHeader: name:s value:s
        HostAlias: hostnames:[s] ip:s
        HostIP: ip:s
        ISCSIVolumeSource: chapAuthDiscovery:b chapAuthSession:b fsType:s initiatorName:s iqn:s iscsiInterface:s
            lun:i portals:[s] readOnly:b secretRef:LocalObjectReference targetPortal:s
        ImageVolumeSource: pullPolicy:s reference:s
        KeyToPath: key:s mode:i path:s
        Lifecycle: postStart:LifecycleHandler preStop:LifecycleHandler
        LifecycleHandler: exec:ExecAction httpGet:HTTPGetAction sleep:SleepAction tcpSocket:TCPSocketAction
        NodeAffinity: preferredDuringSchedulingIgnoredDuringExecution:[PreferredSchedulingTerm]
            requiredDuringSchedulingIgnoredDuringExecution:NodeSelector
        ObjectFieldSelector!: apiVersion:s fieldPath:s
        PersistentVolumeClaimTemplate: metadata:ObjectMeta= spec:PersistentVolumeClaimSpec=
        PersistentVolumeClaimVolumeSource: claimName:s readOnly:b
        Pod: metadata:ObjectMeta= spec:PodSpec= status:PodStatus=
        PodAffinity: preferredDuringSchedulingIgnoredDuringExecution:[WeightedPodAffinityTerm]
            requiredDuringSchedulingIgnoredDuringExecution:[PodAffinityTerm]
        PodAffinityTerm: labelSelector:LabelSelector matchLabelKeys:[s] mismatchLabelKeys:[s]
            namespaceSelector:LabelSelector namespaces:[s] topologyKey:s
        PodAntiAffinity: preferredDuringSchedulingIgnoredDuringExecution:[WeightedPodAffinityTerm]
            requiredDuringSchedulingIgnoredDuringExecution:[PodAffinityTerm]
        PodCondition: lastProbeTime:s lastTransitionTime:s message:s reason:s status:s type:s
        PodDNSConfig: nameservers:[s] options:[PodDNSConfigOption] searches:[s]
        PodDNSConfigOption: name:s value:s
        PodIP: ip:s
        PodOS: name:s
        PodReadinessGate: conditionType:s
        PodResourceClaim: name:s resourceClaimName:s resourceClaimTemplateName:s
        PodResourceClaimStatus: name:s resourceClaimName:s
        PodSchedulingGate: name:s
        PodSecurityContext: appArmorProfile:AppArmorProfile fsGroup:i fsGroupChangePolicy:s runAsGroup:i
            runAsNonRoot:b runAsUser:i seLinuxChangePolicy:s seLinuxOptions:SELinuxOptions
            seccompProfile:SeccompProfile supplementalGroups:[i] supplementalGroupsPolicy:s sysctls:[Sysctl]
            windowsOptions:WindowsSecurityContextOptions
        PodSpec: activeDeadlineSeconds:i affinity:Affinity automountServiceAccountToken:b
            containers:[Container]{name}= dnsConfig:PodDNSConfig dnsPolicy:s enableServiceLinks:b
            ephemeralContainers:[EphemeralContainer]{name} hostAliases:[HostAlias]{ip} hostIPC:b hostNetwork:b
            hostPID:b hostUsers:b hostname:s imagePullSecrets:[LocalObjectReference]{name}
            initContainers:[Container]{name} nodeName:s nodeSelector:{s}! os:PodOS overhead:{q} preemptionPolicy:s
            priority:i priorityClassName:s readinessGates:[PodReadinessGate]
            resourceClaims:[PodResourceClaim]{name}~ resources:ResourceRequirements restartPolicy:s
            runtimeClassName:s schedulerName:s schedulingGates:[PodSchedulingGate]{name}
            securityContext:PodSecurityContext serviceAccount:s serviceAccountName:s setHostnameAsFQDN:b
            shareProcessNamespace:b subdomain:s terminationGracePeriodSeconds:i tolerations:[Toleration]
            topologySpreadConstraints:[TopologySpreadConstraint]{topologyKey,whenUnsatisfiable}<topologyKey>
            volumes:[Volume]{name}~
        PodStatus: conditions:[PodCondition]{type} containerStatuses:[ContainerStatus]
            ephemeralContainerStatuses:[ContainerStatus] hostIP:s hostIPs:[HostIP]<ip>
            initContainerStatuses:[ContainerStatus] message:s nominatedNodeName:s phase:s podIP:s podIPs:[PodIP]{ip}
            qosClass:s reason:s resize:s resourceClaimStatuses:[PodResourceClaimStatus]{name}~ startTime:s
        PreferredSchedulingTerm: preference:NodeSelectorTerm= weight:i
        Probe: exec:ExecAction failureThreshold:i grpc:GRPCAction httpGet:HTTPGetAction initialDelaySeconds:i
            periodSeconds:i successThreshold:i tcpSocket:TCPSocketAction terminationGracePeriodSeconds:i
            timeoutSeconds:i
        ProjectedVolumeSource: defaultMode:i sources:[VolumeProjection]
        RBDVolumeSource: fsType:s image:s keyring:s monitors:[s] pool:s readOnly:b secretRef:LocalObjectReference
            user:s
        ResourceClaim: name:s request:s
        ResourceFieldSelector!: containerName:s divisor:q resource:s
        ResourceRequirements: claims:[ResourceClaim]{name}<-> limits:{q} requests:{q}
        SELinuxOptions: level:s role:s type:s user:s
        ScaleIOVolumeSource: fsType:s gateway:s protectionDomain:s readOnly:b secretRef:LocalObjectReference
            sslEnabled:b storageMode:s storagePool:s system:s volumeName:s
        SeccompProfile: localhostProfile:s type:s
        SecretEnvSource: name:s optional:b
        SecretKeySelector!: key:s name:s optional:b
        SecretProjection: items:[KeyToPath] name:s optional:b
        SecretVolumeSource: defaultMode:i items:[KeyToPath] optional:b secretName:s
        SecurityContext: allowPrivilegeEscalation:b appArmorProfile:AppArmorProfile capabilities:Capabilities
            privileged:b procMount:s readOnlyRootFilesystem:b runAsGroup:i runAsNonRoot:b runAsUser:i
            seLinuxOptions:SELinuxOptions seccompProfile:SeccompProfile windowsOptions:WindowsSecurityContextOptions
        ServiceAccountTokenProjection: audience:s expirationSeconds:i path:s
        SleepAction: seconds:i
        StorageOSVolumeSource: fsType:s readOnly:b secretRef:LocalObjectReference volumeName:s volumeNamespace:s
        Sysctl: name:s value:s
        TCPSocketAction: host:s port:p
        Toleration: effect:s key:s operator:s tolerationSeconds:i value:s
        TopologySpreadConstraint: labelSelector:LabelSelector matchLabelKeys:[s] maxSkew:i minDomains:i
            nodeAffinityPolicy:s nodeTaintsPolicy:s topologyKey:s whenUnsatisfiable:s
        Volume: awsElasticBlockStore:AWSElasticBlockStoreVolumeSource azureDisk:AzureDiskVolumeSource
            azureFile:AzureFileVolumeSource cephfs:CephFSVolumeSource cinder:CinderVolumeSource
            configMap:ConfigMapVolumeSource csi:CSIVolumeSource downwardAPI:DownwardAPIVolumeSource
            emptyDir:EmptyDirVolumeSource ephemeral:EphemeralVolumeSource fc:FCVolumeSource
            flexVolume:FlexVolumeSource flocker:FlockerVolumeSource gcePersistentDisk:GCEPersistentDiskVolumeSource
            gitRepo:GitRepoVolumeSource glusterfs:GlusterfsVolumeSource hostPath:HostPathVolumeSource
            image:ImageVolumeSource iscsi:ISCSIVolumeSource name:s nfs:NFSVolumeSource
            persistentVolumeClaim:PersistentVolumeClaimVolumeSource
            photonPersistentDisk:PhotonPersistentDiskVolumeSource portworxVolume:PortworxVolumeSource
            projected:ProjectedVolumeSource quobyte:QuobyteVolumeSource rbd:RBDVolumeSource
            scaleIO:ScaleIOVolumeSource secret:SecretVolumeSource storageos:StorageOSVolumeSource
            vsphereVolume:VsphereVirtualDiskVolumeSource
        VolumeDevice: devicePath:s name:s
        VolumeMount: mountPath:s mountPropagation:s name:s readOnly:b recursiveReadOnly:s subPath:s subPathExpr:s
        VolumeMountStatus: mountPath:s name:s readOnly:b recursiveReadOnly:s
        VolumeProjection: clusterTrustBundle:ClusterTrustBundleProjection configMap:ConfigMapProjection
            downwardAPI:DownwardAPIProjection secret:SecretProjection
            serviceAccountToken:ServiceAccountTokenProjection
        WeightedPodAffinityTerm: podAffinityTerm:PodAffinityTerm= weight:i
        WindowsSecurityContextOptions: gmsaCredentialSpec:s gmsaCredentialSpecName:s hostProcess:b runAsUserName:s
        """
}
