/**
 * How a strategic merge treats each list, and which objects keep only the keys that a patch names: the
 * `patchStrategy` and `patchMergeKey` of the Kubernetes API types. What isn't listed is replaced whole.
 */

export type ListRule =
  /** Items are matched by this key and merged. */
  | { readonly kind: 'byKey'; readonly key: string }
  /** Plain values are added, each once. */
  | { readonly kind: 'set' }
  | { readonly kind: 'replace' }

/** Model and field → the key that identifies an item of the list. */
const mergeKeys: Readonly<Record<string, string>> = {
  'V1ObjectMeta.ownerReferences': 'uid',
  'V1PodSpec.containers': 'name',
  'V1PodSpec.initContainers': 'name',
  'V1PodSpec.ephemeralContainers': 'name',
  'V1PodSpec.volumes': 'name',
  'V1PodSpec.imagePullSecrets': 'name',
  'V1PodSpec.hostAliases': 'ip',
  'V1PodSpec.topologySpreadConstraints': 'topologyKey',
  'V1PodSpec.resourceClaims': 'name',
  'V1PodSpec.schedulingGates': 'name',
  'V1Container.env': 'name',
  'V1Container.ports': 'containerPort',
  'V1Container.volumeMounts': 'mountPath',
  'V1Container.volumeDevices': 'devicePath',
  'V1EphemeralContainer.env': 'name',
  'V1EphemeralContainer.ports': 'containerPort',
  'V1EphemeralContainer.volumeMounts': 'mountPath',
  'V1EphemeralContainer.volumeDevices': 'devicePath',
  'V1PodStatus.podIPs': 'ip',
  'V1PodStatus.hostIPs': 'ip',
  'V1ServiceSpec.ports': 'port',
  'V1ServiceAccount.secrets': 'name',
  'V1NodeStatus.addresses': 'type',
}

const sets = new Set(['V1ObjectMeta.finalizers', 'V1NodeSpec.podCIDRs'])

/** Objects of which a patch with `$retainKeys` keeps the named keys only (one of several alternatives). */
const retainKeys = new Set(['V1DeploymentSpec.strategy', 'V1PodSpec.volumes', 'V1PodSpec.resourceClaims'])

/** How lists in this field of the model are merged. */
export function listRule(model: string, field: string): ListRule {
  const place = `${model}.${field}`
  const key = mergeKeys[place]
  if (key !== undefined) return { kind: 'byKey', key }
  // Conditions are merged by their type in every status.
  if (field === 'conditions' && model.endsWith('Status')) return { kind: 'byKey', key: 'type' }
  return sets.has(place) ? { kind: 'set' } : { kind: 'replace' }
}

/** Whether the field is merged with the `retainKeys` strategy. */
export function retainsKeys(model: string, field: string): boolean {
  return retainKeys.has(`${model}.${field}`)
}
