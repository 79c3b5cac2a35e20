extension BuiltInSchemas {
    /// What makes pods, and what scales it.
    static let workloads = """
        ContainerResourceMetricSource: container:s name:s target:MetricTarget=
        ContainerResourceMetricStatus: container:s current:MetricValueStatus name:s
        ControllerRevision: data:* metadata:ObjectMeta= revision:i
        CronJob: metadata:ObjectMeta= spec:CronJobSpec= status:CronJobStatus=
        CronJobSpec: concurrencyPolicy:s failedJobsHistoryLimit:i jobTemplate:JobTemplateSpec= schedule:s
            startingDeadlineSeconds:i successfulJobsHistoryLimit:i suspend:b timeZone:s
        CronJobStatus: active:[ObjectReference] lastScheduleTime:s lastSuccessfulTime:s
        CrossVersionObjectReference!: apiVersion:s kind:s name:s
        DaemonSet: metadata:ObjectMeta= spec:DaemonSetSpec= status:DaemonSetStatus=
        DaemonSetCondition: lastTransitionTime:s message:s reason:s status:s type:s
        DaemonSetSpec: minReadySeconds:i revisionHistoryLimit:i selector:LabelSelector template:PodTemplateSpec=
            updateStrategy:DaemonSetUpdateStrategy=
        DaemonSetStatus: collisionCount:i conditions:[DaemonSetCondition]{type} currentNumberScheduled:i
            desiredNumberScheduled:i numberAvailable:i numberMisscheduled:i numberReady:i numberUnavailable:i
            observedGeneration:i updatedNumberScheduled:i
        DaemonSetUpdateStrategy: rollingUpdate:RollingUpdateDaemonSet type:s
        Deployment: metadata:ObjectMeta= spec:DeploymentSpec= status:DeploymentStatus=
        DeploymentCondition: lastTransitionTime:s lastUpdateTime:s message:s reason:s status:s type:s
        DeploymentSpec: minReadySeconds:i paused:b progressDeadlineSeconds:i replicas:i revisionHistoryLimit:i
            selector:LabelSelector strategy:DeploymentStrategy=~ template:PodTemplateSpec=
        DeploymentStatus: availableReplicas:i collisionCount:i conditions:[DeploymentCondition]{type}
            observedGeneration:i readyReplicas:i replicas:i unavailableReplicas:i updatedReplicas:i
        DeploymentStrategy: rollingUpdate:RollingUpdateDeployment type:s
        ExternalMetricSource: metric:MetricIdentifier target:MetricTarget=
        ExternalMetricStatus: current:MetricValueStatus metric:MetricIdentifier
        HPAScalingPolicy: periodSeconds:i type:s value:i
        HPAScalingRules: policies:[HPAScalingPolicy] selectPolicy:s stabilizationWindowSeconds:i
        HorizontalPodAutoscaler: metadata:ObjectMeta= spec:HorizontalPodAutoscalerSpec=
            status:HorizontalPodAutoscalerStatus=
        HorizontalPodAutoscaler.v1: metadata:ObjectMeta= spec:HorizontalPodAutoscalerSpec.v1=
            status:HorizontalPodAutoscalerStatus.v1=
        HorizontalPodAutoscalerBehavior: scaleDown:HPAScalingRules scaleUp:HPAScalingRules
        HorizontalPodAutoscalerCondition: lastTransitionTime:s message:s reason:s status:s type:s
        HorizontalPodAutoscalerSpec: behavior:HorizontalPodAutoscalerBehavior maxReplicas:i metrics:[MetricSpec]
            minReplicas:i scaleTargetRef:CrossVersionObjectReference=
        HorizontalPodAutoscalerSpec.v1: maxReplicas:i minReplicas:i scaleTargetRef:CrossVersionObjectReference=
            targetCPUUtilizationPercentage:i
        HorizontalPodAutoscalerStatus: conditions:[HorizontalPodAutoscalerCondition]{type}
            currentMetrics:[MetricStatus] currentReplicas:i desiredReplicas:i lastScaleTime:s observedGeneration:i
        HorizontalPodAutoscalerStatus.v1: currentCPUUtilizationPercentage:i currentReplicas:i desiredReplicas:i
            lastScaleTime:s observedGeneration:i
        Job: metadata:ObjectMeta= spec:JobSpec= status:JobStatus=
        JobCondition: lastProbeTime:s lastTransitionTime:s message:s reason:s status:s type:s
        JobSpec: activeDeadlineSeconds:i backoffLimit:i backoffLimitPerIndex:i completionMode:s completions:i
            managedBy:s manualSelector:b maxFailedIndexes:i parallelism:i podFailurePolicy:PodFailurePolicy
            podReplacementPolicy:s selector:LabelSelector successPolicy:SuccessPolicy suspend:b
            template:PodTemplateSpec= ttlSecondsAfterFinished:i
        JobStatus: active:i completedIndexes:s completionTime:s conditions:[JobCondition]<type> failed:i
            failedIndexes:s ready:i startTime:s succeeded:i terminating:i
            uncountedTerminatedPods:UncountedTerminatedPods
        JobTemplateSpec: metadata:ObjectMeta= spec:JobSpec=
        MetricIdentifier: name:s selector:LabelSelector
        MetricSpec: containerResource:ContainerResourceMetricSource external:ExternalMetricSource
            object:ObjectMetricSource pods:PodsMetricSource resource:ResourceMetricSource type:s
        MetricStatus: containerResource:ContainerResourceMetricStatus external:ExternalMetricStatus
            object:ObjectMetricStatus pods:PodsMetricStatus resource:ResourceMetricStatus type:s
        MetricTarget: averageUtilization:i averageValue:q type:s value:q
        MetricValueStatus: averageUtilization:i averageValue:q value:q
        ObjectMetricSource: describedObject:CrossVersionObjectReference metric:MetricIdentifier target:MetricTarget=
        ObjectMetricStatus: current:MetricValueStatus describedObject:CrossVersionObjectReference
            metric:MetricIdentifier
        PodFailurePolicy: rules:[PodFailurePolicyRule]
        PodFailurePolicyOnExitCodes: containerName:s operator:s values:[i]{}<->
        PodFailurePolicyOnPodCondition: status:s type:s
        PodFailurePolicyRule: action:s onExitCodes:PodFailurePolicyOnExitCodes
            onPodConditions:[PodFailurePolicyOnPodCondition]
        PodTemplate: metadata:ObjectMeta= template:PodTemplateSpec
        PodTemplateSpec: metadata:ObjectMeta= spec:PodSpec=
        PodsMetricSource: metric:MetricIdentifier target:MetricTarget=
        PodsMetricStatus: current:MetricValueStatus metric:MetricIdentifier
        ReplicaSet: metadata:ObjectMeta= spec:ReplicaSetSpec= status:ReplicaSetStatus=
        ReplicaSetCondition: lastTransitionTime:s message:s reason:s status:s type:s
        ReplicaSetSpec: minReadySeconds:i replicas:i selector:LabelSelector template:PodTemplateSpec=
        ReplicaSetStatus: availableReplicas:i conditions:[ReplicaSetCondition]{type} fullyLabeledReplicas:i
            observedGeneration:i readyReplicas:i replicas:i
        ReplicationController: metadata:ObjectMeta= spec:ReplicationControllerSpec=
            status:ReplicationControllerStatus=
        ReplicationControllerCondition: lastTransitionTime:s message:s reason:s status:s type:s
        ReplicationControllerSpec: minReadySeconds:i replicas:i selector:{s}! template:PodTemplateSpec
        ReplicationControllerStatus: availableReplicas:i conditions:[ReplicationControllerCondition]{type}
            fullyLabeledReplicas:i observedGeneration:i readyReplicas:i replicas:i
        ResourceMetricSource: name:s target:MetricTarget=
        ResourceMetricStatus: current:MetricValueStatus name:s
        RollingUpdateDaemonSet: maxSurge:p maxUnavailable:p
        RollingUpdateDeployment: maxSurge:p maxUnavailable:p
        RollingUpdateStatefulSetStrategy: maxUnavailable:p partition:i
        Scale: metadata:ObjectMeta= spec:ScaleSpec= status:ScaleStatus=
        ScaleSpec: replicas:i
        ScaleStatus: replicas:i selector:s
        StatefulSet: metadata:ObjectMeta= spec:StatefulSetSpec= status:StatefulSetStatus=
        StatefulSetClaimRetentionPolicy: whenDeleted:s whenScaled:s
        StatefulSetCondition: lastTransitionTime:s message:s reason:s status:s type:s
        StatefulSetOrdinals: start:i
        StatefulSetSpec: minReadySeconds:i ordinals:StatefulSetOrdinals
            persistentVolumeClaimRetentionPolicy:StatefulSetClaimRetentionPolicy podManagementPolicy:s replicas:i
            revisionHistoryLimit:i selector:LabelSelector serviceName:s template:PodTemplateSpec=
            updateStrategy:StatefulSetUpdateStrategy= volumeClaimTemplates:[PersistentVolumeClaim]
        StatefulSetStatus: availableReplicas:i collisionCount:i conditions:[StatefulSetCondition]{type}
            currentReplicas:i currentRevision:s observedGeneration:i readyReplicas:i replicas:i updateRevision:s
            updatedReplicas:i
        StatefulSetUpdateStrategy: rollingUpdate:RollingUpdateStatefulSetStrategy type:s
        SuccessPolicy: rules:[SuccessPolicyRule]
        SuccessPolicyRule: succeededCount:i succeededIndexes:s
        UncountedTerminatedPods: failed:[s]{}<-> succeeded:[s]{}<->
        """
}
