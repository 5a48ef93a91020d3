/** Names replica sets after what their pods are made of. */
import type { PodTemplateSpec } from '../kubernetes/objects.ts'

/** The label that ties a replica set and its pods to one version of the template. */
export const templateHashLabel = 'pod-template-hash'

/** As Kubernetes writes hashes into names (`rand.SafeEncodeString`): no vowels, so that no words come about. */
const safeLetters = 'bcdfghjklmnpqrstvwxz2456789'

/** 32-bit FNV-1 over the UTF-8 bytes of `text`. */
function fnv1(text: string): number {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(text)) hash = (Math.imul(hash, 0x01000193) ^ byte) >>> 0
  return hash
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const fields = Object.entries(value).filter(([, inner]) => inner !== undefined)
  fields.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${fields.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join()}}`
}

/** The template without the label that the deployment controller adds to a replica set's copy of it. */
function withoutHash(template: PodTemplateSpec): PodTemplateSpec {
  const { [templateHashLabel]: _, ...labels } = template.metadata?.labels ?? {}
  return { ...template, metadata: { ...template.metadata, labels } }
}

/** Whether two templates make the same pods: the order of fields and the hash label don't count. */
export function sameTemplate(one: PodTemplateSpec, other: PodTemplateSpec): boolean {
  return canonical(withoutHash(one)) === canonical(withoutHash(other))
}

/**
 * A short hash of the template, e.g. `5d488b86d`. `collisions` is how often a replica set with another template
 * was found under the name. The same template gives the same hash; it is not the one that a real cluster
 * gives, which hashes Go's memory layout.
 */
export function templateHash(template: PodTemplateSpec, collisions = 0): string {
  const salt = collisions === 0 ? '' : String(collisions)
  const digits = String(fnv1(canonical(withoutHash(template)) + salt))
  return [...digits].map((digit) => safeLetters[digit.charCodeAt(0) % safeLetters.length]).join('')
}
