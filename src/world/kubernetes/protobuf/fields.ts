/**
 * The messages that clients post in Kubernetes' protobuf form: for each model its fields, in the order of their
 * numbers in the API's .proto files (k8s.io/api, `generated.proto` of each group).
 *
 * `_` is a number that isn't read. A `?` marks what Go holds as a pointer: zero, false and an empty object are values
 * there, and mean "not set" elsewhere. `&` names a message of its own whose fields JSON shows among the outer ones.
 */
import { podFields } from './pod-fields.ts'
import { volumeFields } from './volume-fields.ts'

const meta = {
  V1ObjectMeta:
    'name generateName namespace _ uid resourceVersion generation creationTimestamp deletionTimestamp? deletionGracePeriodSeconds? labels annotations ownerReferences finalizers',
  V1OwnerReference: 'kind _ name uid apiVersion controller? blockOwnerDeletion?',
  V1LabelSelector: 'matchLabels matchExpressions',
  V1LabelSelectorRequirement: 'key operator values',
  V1DeleteOptions: 'gracePeriodSeconds? preconditions? orphanDependents? propagationPolicy? dryRun',
  V1Preconditions: 'uid? resourceVersion?',
}

const core = {
  V1Namespace: 'metadata spec',
  V1NamespaceSpec: 'finalizers',
  V1ConfigMap: 'metadata data binaryData immutable?',
  V1Secret: 'metadata data type stringData immutable?',
  V1ServiceAccount: 'metadata secrets imagePullSecrets automountServiceAccountToken?',
  V1ObjectReference: 'kind namespace name uid apiVersion resourceVersion fieldPath',
  V1Pod: 'metadata spec',
  V1Service: 'metadata spec',
  V1ServiceSpec:
    'ports selector clusterIP type externalIPs _ sessionAffinity loadBalancerIP loadBalancerSourceRanges externalName externalTrafficPolicy healthCheckNodePort publishNotReadyAddresses sessionAffinityConfig? _ _ ipFamilyPolicy? clusterIPs ipFamilies allocateLoadBalancerNodePorts? loadBalancerClass? internalTrafficPolicy? trafficDistribution?',
  V1ServicePort: 'name protocol port targetPort nodePort appProtocol?',
  V1SessionAffinityConfig: 'clientIP?',
  V1ClientIPConfig: 'timeoutSeconds?',
  V1ResourceQuota: 'metadata spec',
  V1ResourceQuotaSpec: 'hard scopes scopeSelector?',
  V1ScopeSelector: 'matchExpressions',
  V1ScopedResourceSelectorRequirement: 'scopeName operator values',
}

const workloads = {
  V1Deployment: 'metadata spec',
  V1DeploymentSpec:
    'replicas? selector? template strategy minReadySeconds revisionHistoryLimit? paused _ progressDeadlineSeconds?',
  V1DeploymentStrategy: 'type rollingUpdate?',
  V1RollingUpdateDeployment: 'maxUnavailable? maxSurge?',
  V1Job: 'metadata spec',
  V1JobSpec:
    'parallelism? completions? activeDeadlineSeconds? selector? manualSelector? template backoffLimit? ttlSecondsAfterFinished? completionMode? suspend? podFailurePolicy? backoffLimitPerIndex? maxFailedIndexes? podReplacementPolicy? managedBy? successPolicy?',
  V1PodFailurePolicy: 'rules',
  V1PodFailurePolicyRule: 'action onExitCodes? onPodConditions',
  V1PodFailurePolicyOnExitCodesRequirement: 'containerName? operator values',
  V1PodFailurePolicyOnPodConditionsPattern: 'type status',
  V1SuccessPolicy: 'rules',
  V1SuccessPolicyRule: 'succeededIndexes? succeededCount?',
  V1CronJob: 'metadata spec',
  V1CronJobSpec:
    'schedule startingDeadlineSeconds? concurrencyPolicy suspend? jobTemplate successfulJobsHistoryLimit? failedJobsHistoryLimit? timeZone?',
  V1JobTemplateSpec: 'metadata spec',
  V1PodDisruptionBudget: 'metadata spec',
  V1PodDisruptionBudgetSpec: 'minAvailable? selector? maxUnavailable? unhealthyPodEvictionPolicy?',
  V1Eviction: 'metadata deleteOptions?',
  V1Lease: 'metadata spec',
  V1LeaseSpec:
    'holderIdentity? leaseDurationSeconds? acquireTime? renewTime? leaseTransitions? strategy? preferredHolder?',
  V1PriorityClass: 'metadata value globalDefault description preemptionPolicy?',
}

const autoscaling = {
  V1Scale: 'metadata spec',
  V1ScaleSpec: 'replicas',
  V1HorizontalPodAutoscaler: 'metadata spec',
  V1HorizontalPodAutoscalerSpec: 'scaleTargetRef minReplicas? maxReplicas targetCPUUtilizationPercentage?',
  V1CrossVersionObjectReference: 'kind name apiVersion',
  V2HorizontalPodAutoscaler: 'metadata spec',
  V2HorizontalPodAutoscalerSpec: 'scaleTargetRef minReplicas? maxReplicas metrics behavior?',
  V2CrossVersionObjectReference: 'kind name apiVersion',
  V2MetricSpec: 'type object? pods? resource? external? _ containerResource?',
  V2MetricIdentifier: 'name selector?',
  V2MetricTarget: 'type value? averageValue? averageUtilization?',
  V2ObjectMetricSource: 'describedObject target metric',
  V2PodsMetricSource: 'metric target',
  V2ResourceMetricSource: 'name target',
  V2ContainerResourceMetricSource: 'name target container',
  V2ExternalMetricSource: 'metric target',
  V2HorizontalPodAutoscalerBehavior: 'scaleUp? scaleDown?',
  V2HPAScalingRules: 'selectPolicy? policies stabilizationWindowSeconds? tolerance?',
  V2HPAScalingPolicy: 'type value periodSeconds',
}

const network = {
  V1Ingress: 'metadata spec',
  V1IngressSpec: 'defaultBackend? tls rules ingressClassName?',
  V1IngressTLS: 'hosts secretName',
  V1IngressRule: 'host &V1IngressRule#2',
  'V1IngressRule#2': 'http?',
  V1HTTPIngressRuleValue: 'paths',
  V1HTTPIngressPath: 'path backend pathType?',
  V1IngressBackend: '_ _ resource? service?',
  V1IngressServiceBackend: 'name port',
  V1ServiceBackendPort: 'name number',
}

const access = {
  V1Role: 'metadata rules',
  V1ClusterRole: 'metadata rules aggregationRule?',
  V1AggregationRule: 'clusterRoleSelectors',
  V1PolicyRule: 'verbs apiGroups resources resourceNames nonResourceURLs',
  V1RoleBinding: 'metadata subjects roleRef',
  V1ClusterRoleBinding: 'metadata subjects roleRef',
  RbacV1Subject: 'kind apiGroup name namespace',
  V1RoleRef: 'apiGroup kind name',
  V1SelfSubjectAccessReview: 'metadata spec',
  V1SelfSubjectAccessReviewSpec: 'resourceAttributes? nonResourceAttributes?',
  V1ResourceAttributes: 'namespace verb group version resource subresource name',
  V1NonResourceAttributes: 'path verb',
  V1SelfSubjectRulesReview: 'metadata spec',
  V1SelfSubjectRulesReviewSpec: 'namespace',
  V1SubjectAccessReview: 'metadata spec',
  V1LocalSubjectAccessReview: 'metadata spec',
  V1SubjectAccessReviewSpec: 'resourceAttributes? nonResourceAttributes? user groups _ uid',
  V1SelfSubjectReview: 'metadata',
  V1TokenReview: 'metadata spec',
  V1TokenReviewSpec: 'token audiences',
  AuthenticationV1TokenRequest: 'metadata spec',
  V1TokenRequestSpec: 'audiences _ boundObjectRef? expirationSeconds?',
  V1BoundObjectReference: 'kind apiVersion name uid',
}

/** Model, or part of one, → its fields. */
export const messageFields: Readonly<Record<string, string>> = {
  ...{ ...meta, ...core, ...podFields, ...volumeFields },
  ...{ ...workloads, ...autoscaling, ...network, ...access },
}
