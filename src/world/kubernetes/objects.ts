/**
 * The Kubernetes objects of the practice world, as far as anything here reads them. Fields that nobody reads
 * (affinity, tolerations, …) are kept and served, but have no type.
 *
 * Times are RFC 3339 strings with whole seconds (`2026-11-23T05:18:28Z`). In stored objects `uid`,
 * `resourceVersion` and `creationTimestamp` are always set; in an object that is still to be created they are
 * empty strings, as in Go.
 */
import type { ManagedFieldsEntry } from './managed-fields/entry.ts'

/** Labels, annotations, selectors, data. */
export type StringMap = Readonly<Record<string, string>>

/** A number, or a string such as `25%` or a port's name. */
export type IntOrString = number | string

export interface OwnerReference {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly uid: string
  readonly controller?: boolean
  readonly blockOwnerDeletion?: boolean
}

export interface ObjectMeta {
  readonly name: string
  /** What a name is made from when `name` is empty: this and five random characters. */
  readonly generateName?: string
  /** Empty for objects outside of namespaces. */
  readonly namespace: string
  readonly uid: string
  readonly resourceVersion: string
  /** Counts changes of what is wanted (`spec`); 0 for kinds that don't count. */
  readonly generation: number
  readonly creationTimestamp: string
  readonly deletionTimestamp?: string
  readonly deletionGracePeriodSeconds?: number
  readonly labels?: StringMap
  readonly annotations?: StringMap
  readonly ownerReferences?: readonly OwnerReference[]
  readonly finalizers?: readonly string[]
  /** Who owns which fields; the collection keeps it. */
  readonly managedFields?: readonly ManagedFieldsEntry[]
}

/** What every object has. */
export interface KubeObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: ObjectMeta
}

/**
 * Metadata for an object that is still to be created: what is given, with uid, resourceVersion, generation and
 * creationTimestamp left for the collection to set. Give `name`, or `generateName` alone.
 */
export function newMeta(
  given: Omit<
    ObjectMeta,
    'name' | 'namespace' | 'uid' | 'resourceVersion' | 'generation' | 'creationTimestamp'
  > & {
    readonly name?: string
    readonly namespace?: string
  },
): ObjectMeta {
  return {
    name: '',
    namespace: '',
    uid: '',
    resourceVersion: '',
    generation: 0,
    creationTimestamp: '',
    ...given,
  }
}

/** A time in milliseconds since 1970 as Kubernetes writes times: RFC 3339 in UTC with whole seconds. */
export function timestamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z')
}

/** The owner that manages the object (the reference with `controller: true`), or undefined. */
export function controllerOf(object: KubeObject): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find((owner) => owner.controller === true)
}

export interface LabelSelector {
  readonly matchLabels?: StringMap
  readonly matchExpressions?: readonly {
    readonly key: string
    readonly operator: string
    readonly values?: readonly string[]
  }[]
}

export interface Condition {
  readonly type: string
  readonly status: string
  readonly reason?: string
  readonly message?: string
  readonly lastUpdateTime?: string
  readonly lastTransitionTime?: string
  readonly lastProbeTime?: string
  readonly observedGeneration?: number
}

// ── pods ─────────────────────────────────────────────────────────────────────────────────────────────────

export interface EnvVar {
  readonly name: string
  readonly value?: string
  readonly valueFrom?: {
    readonly secretKeyRef?: { readonly name: string; readonly key: string; readonly optional?: boolean }
    readonly configMapKeyRef?: { readonly name: string; readonly key: string; readonly optional?: boolean }
    readonly fieldRef?: { readonly apiVersion?: string; readonly fieldPath: string }
  }
}

export interface EnvFromSource {
  readonly prefix?: string
  readonly secretRef?: { readonly name: string; readonly optional?: boolean }
  readonly configMapRef?: { readonly name: string; readonly optional?: boolean }
}

interface ContainerPort {
  readonly name?: string
  readonly containerPort: number
  /** A port of the node that leads here. */
  readonly hostPort?: number
  readonly hostIP?: string
  readonly protocol?: string
}

export interface Probe {
  readonly httpGet?: { readonly path?: string; readonly port: IntOrString; readonly scheme?: string }
  readonly tcpSocket?: { readonly port: IntOrString }
  readonly exec?: { readonly command?: readonly string[] }
  readonly initialDelaySeconds?: number
  readonly timeoutSeconds?: number
  readonly periodSeconds?: number
  readonly successThreshold?: number
  readonly failureThreshold?: number
}

interface KeyToPath {
  readonly key: string
  readonly path: string
}

interface VolumeSource {
  readonly secret?: {
    readonly secretName?: string
    readonly name?: string
    readonly items?: readonly KeyToPath[]
    readonly optional?: boolean
  }
  readonly configMap?: {
    readonly name?: string
    readonly items?: readonly KeyToPath[]
    readonly optional?: boolean
  }
}

export interface Volume extends VolumeSource {
  readonly name: string
  readonly projected?: { readonly sources?: readonly VolumeSource[] }
}

interface VolumeMount {
  readonly name: string
  readonly mountPath: string
  readonly subPath?: string
  readonly readOnly?: boolean
}

/** What runs before a container is told to end. */
interface LifecycleHandler {
  readonly exec?: { readonly command?: readonly string[] }
  readonly sleep?: { readonly seconds: number }
}

interface ResourceRequirements {
  readonly requests?: Readonly<Record<string, IntOrString>>
  readonly limits?: Readonly<Record<string, IntOrString>>
}

export interface Container {
  readonly name: string
  readonly image: string
  readonly command?: readonly string[]
  readonly args?: readonly string[]
  readonly ports?: readonly ContainerPort[]
  readonly env?: readonly EnvVar[]
  readonly envFrom?: readonly EnvFromSource[]
  readonly resources?: ResourceRequirements
  readonly readinessProbe?: Probe
  readonly livenessProbe?: Probe
  readonly startupProbe?: Probe
  readonly imagePullPolicy?: string
  readonly workingDir?: string
  readonly stdin?: boolean
  readonly stdinOnce?: boolean
  readonly tty?: boolean
  readonly lifecycle?: { readonly preStop?: LifecycleHandler }
  readonly volumeMounts?: readonly VolumeMount[]
  /** `Always` makes an init container one that runs beside the others. */
  readonly restartPolicy?: string
}

export interface PodSpec {
  readonly containers: readonly Container[]
  readonly initContainers?: readonly Container[]
  readonly nodeName?: string
  readonly restartPolicy?: string
  readonly terminationGracePeriodSeconds?: number
  readonly activeDeadlineSeconds?: number
  readonly serviceAccountName?: string
  readonly automountServiceAccountToken?: boolean
  readonly nodeSelector?: StringMap
  readonly hostname?: string
  readonly volumes?: readonly Volume[]
}

interface ContainerStateWaiting {
  readonly reason?: string
  readonly message?: string
}

interface ContainerStateTerminated {
  readonly exitCode: number
  readonly reason?: string
  readonly message?: string
  readonly startedAt?: string
  readonly finishedAt?: string
  readonly containerID?: string
}

export interface ContainerState {
  readonly waiting?: ContainerStateWaiting
  readonly running?: { readonly startedAt?: string }
  readonly terminated?: ContainerStateTerminated
}

export interface ContainerStatus {
  readonly name: string
  readonly state?: ContainerState
  readonly lastState?: ContainerState
  readonly ready: boolean
  readonly restartCount: number
  readonly image: string
  readonly imageID: string
  readonly containerID?: string
  readonly started?: boolean
}

export interface PodStatus {
  /** Pending, Running, Succeeded, Failed or Unknown. */
  readonly phase?: string
  readonly conditions?: readonly Condition[]
  readonly message?: string
  readonly reason?: string
  readonly hostIP?: string
  readonly hostIPs?: readonly { readonly ip: string }[]
  readonly podIP?: string
  readonly podIPs?: readonly { readonly ip: string }[]
  readonly startTime?: string
  readonly containerStatuses?: readonly ContainerStatus[]
  readonly initContainerStatuses?: readonly ContainerStatus[]
  readonly qosClass?: string
  readonly observedGeneration?: number
}

export interface Pod extends KubeObject {
  readonly spec: PodSpec
  readonly status: PodStatus
}

interface TemplateMeta {
  readonly labels?: StringMap
  readonly annotations?: StringMap
}

export interface PodTemplateSpec {
  readonly metadata?: TemplateMeta
  readonly spec: PodSpec
}

// ── workloads ────────────────────────────────────────────────────────────────────────────────────────────

export interface ReplicaSet extends KubeObject {
  readonly spec: {
    readonly replicas: number
    readonly selector: LabelSelector
    readonly template: PodTemplateSpec
    readonly minReadySeconds?: number
  }
  readonly status: {
    readonly replicas: number
    readonly fullyLabeledReplicas?: number
    readonly readyReplicas?: number
    readonly availableReplicas?: number
    readonly terminatingReplicas?: number
    readonly observedGeneration?: number
    readonly conditions?: readonly Condition[]
  }
}

interface DeploymentStrategy {
  readonly type: string
  readonly rollingUpdate?: { readonly maxSurge?: IntOrString; readonly maxUnavailable?: IntOrString }
}

export interface Deployment extends KubeObject {
  readonly spec: {
    readonly replicas: number
    readonly selector: LabelSelector
    readonly template: PodTemplateSpec
    readonly strategy: DeploymentStrategy
    readonly minReadySeconds?: number
    readonly revisionHistoryLimit?: number
    readonly progressDeadlineSeconds?: number
    readonly paused?: boolean
  }
  readonly status: {
    readonly observedGeneration?: number
    readonly replicas?: number
    readonly updatedReplicas?: number
    readonly readyReplicas?: number
    readonly availableReplicas?: number
    readonly unavailableReplicas?: number
    readonly terminatingReplicas?: number
    readonly conditions?: readonly Condition[]
  }
}

// ── network ──────────────────────────────────────────────────────────────────────────────────────────────

export interface ServicePort {
  readonly name?: string
  readonly protocol: string
  readonly port: number
  readonly targetPort: IntOrString
  readonly nodePort?: number
}

export interface Service extends KubeObject {
  readonly spec: {
    readonly type: string
    readonly selector?: StringMap
    readonly ports?: readonly ServicePort[]
    /** An address, or `None` for a headless Service. */
    readonly clusterIP?: string
    readonly clusterIPs?: readonly string[]
    readonly externalIPs?: readonly string[]
    readonly externalName?: string
    readonly sessionAffinity?: string
    readonly publishNotReadyAddresses?: boolean
    readonly ipFamilies?: readonly string[]
    readonly ipFamilyPolicy?: string
    readonly internalTrafficPolicy?: string
  }
  readonly status: {
    readonly loadBalancer?: {
      readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[]
    }
  }
}

export interface ObjectReference {
  readonly apiVersion?: string
  readonly kind?: string
  readonly namespace?: string
  readonly name?: string
  readonly uid?: string
  readonly resourceVersion?: string
  readonly fieldPath?: string
}

export interface EndpointAddress {
  readonly ip: string
  readonly hostname?: string
  readonly nodeName?: string
  readonly targetRef?: ObjectReference
}

export interface EndpointSubset {
  readonly addresses?: readonly EndpointAddress[]
  readonly notReadyAddresses?: readonly EndpointAddress[]
  readonly ports?: readonly { readonly name?: string; readonly port: number; readonly protocol?: string }[]
}

/** The older record of a Service's addresses; deprecated since 1.33, still kept beside the slices. */
export interface Endpoints extends KubeObject {
  readonly subsets?: readonly EndpointSubset[]
}

export interface Endpoint {
  readonly addresses: readonly string[]
  readonly conditions?: {
    readonly ready?: boolean
    readonly serving?: boolean
    readonly terminating?: boolean
  }
  readonly targetRef?: ObjectReference
  readonly nodeName?: string
  readonly zone?: string
}

export interface EndpointSlice extends KubeObject {
  readonly addressType: string
  readonly endpoints: readonly Endpoint[]
  readonly ports?: readonly { readonly name?: string; readonly port?: number; readonly protocol?: string }[]
}

interface IngressBackend {
  readonly service?: {
    readonly name: string
    readonly port?: { readonly number?: number; readonly name?: string }
  }
}

export interface Ingress extends KubeObject {
  readonly spec: {
    readonly ingressClassName?: string
    readonly defaultBackend?: IngressBackend
    readonly tls?: readonly { readonly hosts?: readonly string[]; readonly secretName?: string }[]
    readonly rules?: readonly {
      readonly host?: string
      readonly http?: {
        readonly paths: readonly {
          readonly path?: string
          readonly pathType: string
          readonly backend: IngressBackend
        }[]
      }
    }[]
  }
  readonly status: {
    readonly loadBalancer?: {
      readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[]
    }
  }
}

// ── configuration, events, the cluster itself ────────────────────────────────────────────────────────────

export interface ConfigMap extends KubeObject {
  readonly data?: StringMap
  readonly binaryData?: StringMap
  readonly immutable?: boolean
}

export interface Secret extends KubeObject {
  readonly type: string
  /** Values in base64. */
  readonly data?: StringMap
  readonly immutable?: boolean
}

/** core/v1 Event, as `kubectl describe` reads it. */
export interface Event extends KubeObject {
  readonly involvedObject: ObjectReference
  readonly reason?: string
  readonly message?: string
  readonly type?: string
  readonly count?: number
  readonly firstTimestamp?: string
  readonly lastTimestamp?: string
  readonly source?: { readonly component?: string; readonly host?: string }
  readonly reportingComponent?: string
  readonly reportingInstance?: string
}

export interface Namespace extends KubeObject {
  readonly spec: { readonly finalizers?: readonly string[] }
  readonly status: { readonly phase?: string }
}

export interface ServiceAccount extends KubeObject {
  readonly automountServiceAccountToken?: boolean
}

export interface Node extends KubeObject {
  readonly spec: { readonly podCIDR?: string; readonly unschedulable?: boolean }
  readonly status: {
    readonly capacity?: Readonly<Record<string, IntOrString>>
    readonly allocatable?: Readonly<Record<string, IntOrString>>
    readonly conditions?: readonly Condition[]
    readonly addresses?: readonly { readonly type: string; readonly address: string }[]
    readonly nodeInfo?: Readonly<Record<string, unknown>>
  }
}
