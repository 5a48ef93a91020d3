/**
 * Pods and their containers: the numbers that their fields have in the API's .proto files (k8s.io/api, core/v1/generated.proto; kubectl
 * 1.35 encodes them so). What the marks mean stands in fields.ts.
 */

export const podFields: Readonly<Record<string, string>> = {
  CoreV1ResourceClaim: 'name request',
  V1Affinity: 'nodeAffinity? podAffinity? podAntiAffinity?',
  V1AppArmorProfile: 'type localhostProfile?',
  V1Capabilities: 'add drop',
  V1ConfigMapEnvSource: '&V1ConfigMapEnvSource#1 optional?',
  'V1ConfigMapEnvSource#1': 'name',
  V1ConfigMapKeySelector: '&V1ConfigMapKeySelector#1 key optional?',
  'V1ConfigMapKeySelector#1': 'name',
  'V1ConfigMapVolumeSource#1': 'name',
  V1Container:
    'name image command args workingDir ports env resources volumeMounts livenessProbe? readinessProbe? lifecycle? terminationMessagePath imagePullPolicy securityContext? stdin stdinOnce tty envFrom terminationMessagePolicy volumeDevices startupProbe? resizePolicy restartPolicy? restartPolicyRules',
  V1ContainerPort: 'name hostPort containerPort protocol hostIP',
  V1ContainerResizePolicy: 'resourceName restartPolicy',
  V1ContainerRestartRule: 'action exitCodes?',
  V1ContainerRestartRuleOnExitCodes: 'operator values',
  V1EnvFromSource: 'prefix configMapRef? secretRef?',
  V1EnvVar: 'name value valueFrom?',
  V1EnvVarSource: 'fieldRef? resourceFieldRef? configMapKeyRef? secretKeyRef? fileKeyRef?',
  V1EphemeralContainer: '&V1EphemeralContainer#1 targetContainerName',
  'V1EphemeralContainer#1':
    'name image command args workingDir ports env resources volumeMounts livenessProbe? readinessProbe? lifecycle? terminationMessagePath imagePullPolicy securityContext? stdin stdinOnce tty envFrom terminationMessagePolicy volumeDevices startupProbe? resizePolicy restartPolicy? restartPolicyRules',
  V1ExecAction: 'command',
  V1FileKeySelector: 'volumeName path key optional?',
  V1GRPCAction: 'port service?',
  V1HTTPGetAction: 'path port host scheme httpHeaders',
  V1HTTPHeader: 'name value',
  V1HostAlias: 'ip hostnames',
  V1Lifecycle: 'postStart? preStop? stopSignal?',
  V1LifecycleHandler: 'exec? httpGet? tcpSocket? sleep?',
  V1LocalObjectReference: 'name',
  V1NodeAffinity:
    'requiredDuringSchedulingIgnoredDuringExecution? preferredDuringSchedulingIgnoredDuringExecution',
  V1NodeSelector: 'nodeSelectorTerms',
  V1NodeSelectorRequirement: 'key operator values',
  V1NodeSelectorTerm: 'matchExpressions matchFields',
  V1ObjectFieldSelector: 'apiVersion fieldPath',
  V1PodAffinity:
    'requiredDuringSchedulingIgnoredDuringExecution preferredDuringSchedulingIgnoredDuringExecution',
  V1PodAffinityTerm:
    'labelSelector? namespaces topologyKey namespaceSelector? matchLabelKeys mismatchLabelKeys',
  V1PodAntiAffinity:
    'requiredDuringSchedulingIgnoredDuringExecution preferredDuringSchedulingIgnoredDuringExecution',
  V1PodDNSConfig: 'nameservers searches options',
  V1PodDNSConfigOption: 'name value?',
  V1PodOS: 'name',
  V1PodReadinessGate: 'conditionType',
  V1PodResourceClaim: 'name _ resourceClaimName? resourceClaimTemplateName?',
  V1PodSchedulingGate: 'name',
  V1PodSecurityContext:
    'seLinuxOptions? runAsUser? runAsNonRoot? supplementalGroups fsGroup? runAsGroup? sysctls windowsOptions? fsGroupChangePolicy? seccompProfile? appArmorProfile? supplementalGroupsPolicy? seLinuxChangePolicy?',
  V1PodSpec:
    'volumes containers restartPolicy terminationGracePeriodSeconds? activeDeadlineSeconds? dnsPolicy nodeSelector serviceAccountName serviceAccount nodeName hostNetwork hostPID hostIPC securityContext? imagePullSecrets hostname subdomain affinity? schedulerName initContainers automountServiceAccountToken? tolerations hostAliases priorityClassName priority? dnsConfig? shareProcessNamespace? readinessGates runtimeClassName? enableServiceLinks? preemptionPolicy? overhead topologySpreadConstraints ephemeralContainers setHostnameAsFQDN? os? hostUsers? schedulingGates resourceClaims resources? hostnameOverride?',
  V1PodTemplateSpec: 'metadata spec',
  V1PreferredSchedulingTerm: 'weight preference',
  V1Probe:
    '&V1Probe#1 initialDelaySeconds timeoutSeconds periodSeconds successThreshold failureThreshold terminationGracePeriodSeconds?',
  'V1Probe#1': 'exec? httpGet? tcpSocket? grpc?',
  V1ResourceFieldSelector: 'containerName resource divisor',
  V1ResourceRequirements: 'limits requests claims',
  V1SELinuxOptions: 'user role type level',
  V1SeccompProfile: 'type localhostProfile?',
  V1SecretEnvSource: '&V1SecretEnvSource#1 optional?',
  'V1SecretEnvSource#1': 'name',
  V1SecretKeySelector: '&V1SecretKeySelector#1 key optional?',
  'V1SecretKeySelector#1': 'name',
  V1SecurityContext:
    'capabilities? privileged? seLinuxOptions? runAsUser? runAsNonRoot? readOnlyRootFilesystem? allowPrivilegeEscalation? runAsGroup? procMount? windowsOptions? seccompProfile? appArmorProfile?',
  V1SleepAction: 'seconds',
  V1Sysctl: 'name value',
  V1TCPSocketAction: 'port host',
  V1Toleration: 'key operator value effect tolerationSeconds?',
  V1TopologySpreadConstraint:
    'maxSkew topologyKey whenUnsatisfiable labelSelector? minDomains? nodeAffinityPolicy? nodeTaintsPolicy? matchLabelKeys',
  V1VolumeDevice: 'name devicePath',
  V1VolumeMount: 'name readOnly mountPath subPath mountPropagation? subPathExpr recursiveReadOnly?',
  V1WeightedPodAffinityTerm: 'weight podAffinityTerm',
  V1WindowsSecurityContextOptions: 'gmsaCredentialSpecName? gmsaCredentialSpec? runAsUserName? hostProcess?',
}
