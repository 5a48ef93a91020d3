/**
 * Which lists and maps of the Kubernetes types have one owner as a whole, and by which keys the items of the others
 * are known: `x-kubernetes-list-type`, `x-kubernetes-list-map-keys` and `x-kubernetes-map-type` of the API's OpenAPI
 * document, release 1.36.
 */
import { listRule } from '../patch/merge-keys.ts'

/** A key of a list's items, and its value where an item doesn't give it. */
export interface Key {
  readonly name: string
  readonly default?: unknown
}

type ListShape =
  | { readonly kind: 'whole' }
  | { readonly kind: 'set' }
  | { readonly kind: 'byKey'; readonly keys: readonly Key[] }

const protocol: Key = { name: 'protocol', default: 'TCP' }

/** Lists by more than one key, and those by one that a strategic merge replaces whole or knows by another. */
const byKeys: Readonly<Record<string, readonly Key[]>> = {
  'V1Container.ports': [{ name: 'containerPort' }, protocol],
  'V1EphemeralContainer.ports': [{ name: 'containerPort' }, protocol],
  'V1ServiceSpec.ports': [{ name: 'port' }, protocol],
  'V1PodSpec.topologySpreadConstraints': [{ name: 'topologyKey' }, { name: 'whenUnsatisfiable' }],
  'V1PodSpec.imagePullSecrets': [{ name: 'name', default: '' }],
  'V1ResourceRequirements.claims': [{ name: 'name' }],
  'V1PodStatus.resourceClaimStatuses': [{ name: 'name' }],
  'V1NodeStatus.volumesAttached': [{ name: 'name' }],
}

const sets = new Set(['V1UncountedTerminatedPods.failed', 'V1UncountedTerminatedPods.succeeded'])

/** Lists that a strategic merge takes apart and server-side apply doesn't. */
const wholeLists = new Set(['V1PodStatus.hostIPs', 'V1JobStatus.conditions'])

/** How a list in this field of the model comes apart. */
export function listShape(model: string, field: string): ListShape {
  const place = `${model}.${field}`
  if (wholeLists.has(place)) return { kind: 'whole' }
  if (sets.has(place)) return { kind: 'set' }
  const keys = byKeys[place]
  if (keys !== undefined) return { kind: 'byKey', keys }
  const rule = listRule(model, field)
  if (rule.kind === 'byKey') return { kind: 'byKey', keys: [{ name: rule.key }] }
  return rule.kind === 'set' ? { kind: 'set' } : { kind: 'whole' }
}

const atomicModels = new Set([
  'V1ConfigMapKeySelector',
  'V1CrossVersionObjectReference',
  'V1EndpointAddress',
  'V1FileKeySelector',
  'V1LabelSelector',
  'V1LocalObjectReference',
  'V1NodeSelector',
  'V1NodeSelectorTerm',
  'V1ObjectFieldSelector',
  'V1ObjectReference',
  'V1OwnerReference',
  'V1ResourceFieldSelector',
  'V1ScopeSelector',
  'V1ScopedResourceSelectorRequirement',
  'V1SecretKeySelector',
  'V1SecretReference',
  'V1ServiceBackendPort',
  'V1TopologySelectorTerm',
  'V1TypedLocalObjectReference',
  'CoreV1EndpointPort',
  'DiscoveryV1EndpointPort',
])

const atomicFields = new Set([
  'V1ServiceSpec.selector',
  'V1ReplicationControllerSpec.selector',
  'V1PodSpec.nodeSelector',
])

/** Whether an object of that model, or a map in that field (`V1ServiceSpec.selector`), has one owner as a whole. */
export function isAtomic(model: string | undefined, place: string): boolean {
  return atomicFields.has(place) || (model !== undefined && atomicModels.has(model))
}
