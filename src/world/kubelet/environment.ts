/** The environment of a container, from values, Secrets, ConfigMaps and the pod's own fields. */
import type { Cluster } from '../kubernetes/cluster.ts'
import type { Container, EnvFromSource, EnvVar, Pod, StringMap } from '../kubernetes/objects.ts'
import type { Environment } from './life.ts'
import { nodeIP } from './node.ts'

type Found = { readonly values: StringMap } | { readonly missing: string } | undefined

function decoded(data: StringMap | undefined): StringMap {
  const texts = Object.entries(data ?? {}).map(([key, value]) => [
    key,
    Buffer.from(value, 'base64').toString(),
  ])
  return Object.fromEntries(texts)
}

function secret(cluster: Cluster, namespace: string, name: string, optional: boolean | undefined): Found {
  const object = cluster.secrets.get(namespace, name)
  if (object !== undefined) return { values: decoded(object.data) }
  return optional ? undefined : { missing: `secret "${name}" not found` }
}

function configMap(cluster: Cluster, namespace: string, name: string, optional: boolean | undefined): Found {
  const object = cluster.configMaps.get(namespace, name)
  if (object !== undefined) return { values: object.data ?? {} }
  return optional ? undefined : { missing: `configmap "${name}" not found` }
}

function whole(cluster: Cluster, namespace: string, { secretRef, configMapRef }: EnvFromSource): Found {
  if (secretRef !== undefined) return secret(cluster, namespace, secretRef.name, secretRef.optional)
  if (configMapRef !== undefined)
    return configMap(cluster, namespace, configMapRef.name, configMapRef.optional)
  return undefined
}

function field(pod: Pod, ip: string, path: string): string {
  const fields: StringMap = {
    'metadata.name': pod.metadata.name,
    'metadata.namespace': pod.metadata.namespace,
    'metadata.uid': pod.metadata.uid,
    'spec.nodeName': pod.spec.nodeName ?? '',
    'spec.serviceAccountName': pod.spec.serviceAccountName ?? 'default',
    'status.podIP': ip,
    'status.hostIP': nodeIP,
  }
  const found = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path)
  if (found !== null)
    return pod.metadata[found[1] === 'labels' ? 'labels' : 'annotations']?.[found[2] ?? ''] ?? ''
  return fields[path] ?? ''
}

/** One variable's value, undefined for an optional one that isn't there. */
function one(
  cluster: Cluster,
  pod: Pod,
  ip: string,
  { value, valueFrom }: EnvVar,
): { readonly value: string | undefined } | { readonly missing: string } {
  const { namespace } = pod.metadata
  if (valueFrom?.fieldRef !== undefined) return { value: field(pod, ip, valueFrom.fieldRef.fieldPath) }
  const reference = valueFrom?.secretKeyRef ?? valueFrom?.configMapKeyRef
  if (reference === undefined) return { value: value ?? '' }
  const isSecret = valueFrom?.secretKeyRef !== undefined
  const found = isSecret
    ? secret(cluster, namespace, reference.name, reference.optional)
    : configMap(cluster, namespace, reference.name, reference.optional)
  if (found === undefined || 'missing' in found) return found ?? { value: undefined }
  const held = found.values[reference.key]
  if (held !== undefined || reference.optional) return { value: held }
  const kind = isSecret ? 'Secret' : 'ConfigMap'
  return { missing: `couldn't find key ${reference.key} in ${kind} ${namespace}/${reference.name}` }
}

/** What the container finds in its environment if it starts now, or the kubelet's message of what is missing. */
export function environmentOf(cluster: Cluster, pod: Pod, container: Container, ip: string): Environment {
  const env: Record<string, string> = {}
  for (const source of container.envFrom ?? []) {
    const found = whole(cluster, pod.metadata.namespace, source)
    if (found === undefined) continue
    if ('missing' in found) return found
    for (const [name, value] of Object.entries(found.values)) env[(source.prefix ?? '') + name] = value
  }
  for (const variable of container.env ?? []) {
    const found = one(cluster, pod, ip, variable)
    if ('missing' in found) return found
    // $(NAME) stands for a variable defined before it, and for itself when there is none.
    if (found.value !== undefined)
      env[variable.name] = found.value.replace(/\$\(([^)]+)\)/g, (text, name) => env[name] ?? text)
  }
  return { env }
}
