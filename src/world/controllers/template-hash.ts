/** Names replica sets after what their pods are made of. */
import canonicalize from 'canonicalize'
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

/** Fields in order and nothing undefined, so that equal templates read the same (RFC 8785). */
function canonicalJson(template: PodTemplateSpec): string {
  return canonicalize(template) ?? ''
}

/** The template without the label that the deployment controller adds to a replica set's copy of it. */
function withoutHash(template: PodTemplateSpec): PodTemplateSpec {
  const { [templateHashLabel]: _, ...labels } = template.metadata?.labels ?? {}
  return { ...template, metadata: { ...template.metadata, labels } }
}

/** Whether two templates make the same pods: the order of fields and the hash label don't count. */
export function sameTemplate(one: PodTemplateSpec, other: PodTemplateSpec): boolean {
  return canonicalJson(withoutHash(one)) === canonicalJson(withoutHash(other))
}

/**
 * A short hash of the template, e.g. `5d488b86d`. `collisions` is how often a replica set with another template
 * was found under the name. The same template gives the same hash; it is not the one that a real cluster
 * gives, which hashes Go's memory layout. FNV-1 rather than FNV-1a: with it the recorded transcript's two revisions
 * sort the way they did in the recorded cluster; nothing else depends on which one it is.
 */
export function templateHash(template: PodTemplateSpec, collisions = 0): string {
  const salt = collisions === 0 ? '' : String(collisions)
  const digits = String(fnv1(canonicalJson(withoutHash(template)) + salt))
  return [...digits].map((digit) => safeLetters[digit.charCodeAt(0) % safeLetters.length]).join('')
}
