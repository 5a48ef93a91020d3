/** Server-side apply on the API's side: what a request has to be, and what a client is told of conflicts. */
import { apiVersionOf, type Kind } from '../kind.ts'
import type { KubeObject } from '../objects.ts'
import { asJsonObject, isJsonObject, isList, type JsonObject } from '../record.ts'
import { applyConflict, badRequest, unclassified } from '../status.ts'
import { compare, fieldsGiven } from './compare.ts'
import type { ManagedFieldsEntry } from './entry.ts'
import { difference, type FieldSet, members, pathText, without } from './field-set.ts'
import { type Applied, applyConfiguration, type Conflict, type Entries, type Owner } from './owners.ts'
import type { Shape } from './shape.ts'

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration'

/** What is to be applied to what. */
export interface ApplyRequest {
  readonly shape: Shape
  /** The object as the API shows it, or an empty one. */
  readonly live: JsonObject
  readonly entries: Entries
  readonly configuration: JsonObject
  readonly owner: Owner
  readonly force: boolean
  /** RFC 3339. */
  readonly time: string
}

export interface AppliedObject {
  readonly object: JsonObject
  readonly entries: Entries
}

/**
 * A configuration for a kind, read from the body of a request. Throws StatusError (400, 500) for one that is none, or
 * of another kind.
 */
export function readConfiguration<T extends KubeObject>(
  kind: Kind<T>,
  shape: Shape,
  body: unknown,
): { readonly configuration: JsonObject; readonly fields: FieldSet | undefined } {
  if (!isJsonObject(body)) throw badRequest('error decoding YAML: the body has to be one object')
  const expected = apiVersionOf(kind)
  if (body.apiVersion !== expected)
    throw badRequest(
      `Incorrect version specified in apply patch. Specified patch version: ${String(body.apiVersion ?? '')}, expected: ${expected}`,
    )
  const metadata = asJsonObject(body.metadata)
  if (metadata.managedFields !== undefined && metadata.managedFields !== null)
    throw badRequest('metadata.managedFields must be nil')
  const { fields, faults } = fieldsGiven(shape, body)
  if (faults.length > 0) {
    const list =
      faults.length === 1 ? faults[0] : ['errors:', ...faults.map((fault) => `  ${fault}`)].join('\n')
    const name = `${String(metadata.namespace ?? '')}/${String(metadata.name ?? '')}`
    const version = kind.group === '' ? `/${kind.version}` : expected
    throw unclassified(
      `failed to create typed patch object (${name}; ${version}, Kind=${kind.kind}): ${list}`,
    )
  }
  return { configuration: body, fields }
}

/**
 * The object with the configuration applied. `given` are the fields of the configuration; those in `ignored` are not
 * the request's to set. Throws StatusError (409) when others own what it would change and it may not force them.
 */
export function applyTo(
  request: ApplyRequest,
  given: FieldSet | undefined,
  ignored: readonly string[],
): AppliedObject {
  const { configuration, owner, force, live } = request
  const paths = ignored.map((field) => [`f:${field}`])
  const kept = Object.fromEntries(Object.entries(configuration).filter(([name]) => !ignored.includes(name)))
  const attempt = (forced: boolean): Applied =>
    applyConfiguration({ ...request, configuration: kept, fields: without(given, paths), force: forced })
  const first = attempt(force)
  const done = first.kind === 'conflicts' && isOwnApply(request, first.conflicts) ? attempt(true) : first
  if (done.kind === 'conflicts') throw conflictStatus(done.conflicts)
  const object = asJsonObject(done.object)
  // Who goes on with client-side apply is to find what was applied last.
  const synced = owner.manager === 'kubectl' && annotation(live) !== undefined
  return { object: synced ? withAnnotation(object, applyText(configuration)) : object, entries: done.entries }
}

function annotation(object: JsonObject): string | undefined {
  const value = asJsonObject(asJsonObject(object.metadata).annotations)[lastApplied]
  return typeof value === 'string' ? value : undefined
}

function withAnnotation(object: JsonObject, text: string): JsonObject {
  const metadata = asJsonObject(object.metadata)
  if (annotation(object) === undefined) return object
  return {
    ...object,
    metadata: { ...metadata, annotations: { ...asJsonObject(metadata.annotations), [lastApplied]: text } },
  }
}

/** The configuration as kubectl writes it into the annotation. */
function applyText(configuration: JsonObject): string {
  const metadata = asJsonObject(configuration.metadata)
  const { [lastApplied]: _own, ...annotations } = asJsonObject(metadata.annotations)
  const plain =
    metadata.annotations === undefined
      ? configuration
      : { ...configuration, metadata: { ...metadata, annotations } }
  return `${goJson(plain)}\n`
}

/** JSON as Go writes it: keys in order, and `<`, `>`, `&` escaped. */
function goJson(value: unknown): string {
  const escapes: Readonly<Record<string, string>> = { '<': '\\u003c', '>': '\\u003e', '&': '\\u0026' }
  return JSON.stringify(inOrder(value)).replace(/[<>&]/g, (letter) => escapes[letter] ?? letter)
}

function inOrder(value: unknown): unknown {
  if (isList(value)) return value.map(inOrder)
  if (!isJsonObject(value)) return value
  const sorted = Object.keys(value).sort()
  return Object.fromEntries(sorted.map((key) => [key, inOrder(value[key])]))
}

/** Whether every conflict is with what kubectl itself had applied on the client's side, and still stands so. */
function isOwnApply({ owner, live, shape }: ApplyRequest, conflicts: readonly Conflict[]): boolean {
  const text = annotation(live)
  if (owner.manager !== 'kubectl' || text === undefined) return false
  const applied = readJson(text)
  if (applied === undefined) return false
  const { fields } = fieldsGiven(shape, applied)
  const { changed, removed } = compare(shape, applied, live)
  const standing = difference(difference(fields, changed), removed)
  return conflicts.every((conflict) => difference(conflict.fields, standing) === undefined)
}

function readJson(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isJsonObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function conflictStatus(conflicts: readonly Conflict[]) {
  const sorted = conflicts.toSorted((a, b) => (managerText(a.owner) < managerText(b.owner) ? -1 : 1))
  const all = sorted.flatMap(({ owner, fields }) =>
    members(fields).map((path) => ({ owner, path: pathText(path) })),
  )
  const causes = all.map(({ owner, path }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${managerText(owner)}`,
    field: path,
  }))
  const [first] = all
  if (all.length === 1 && first !== undefined)
    return applyConflict(
      `Apply failed with 1 conflict: conflict with ${managerText(first.owner)}: ${first.path}`,
      causes,
    )
  const lines = sorted.flatMap(({ owner, fields }) => [
    `conflicts with ${managerText(owner)}:`,
    ...members(fields).map((path) => `- ${pathText(path)}`),
  ])
  return applyConflict(`Apply failed with ${all.length} conflicts: ${lines.join('\n')}`, causes)
}

/** A manager as the real server names it in a conflict. */
function managerText({ manager, subresource, operation, apiVersion }: ManagedFieldsEntry): string {
  const name =
    JSON.stringify(manager) +
    (subresource === undefined ? '' : ` with subresource ${JSON.stringify(subresource)}`)
  return operation === 'Update' ? `${name} using ${apiVersion}` : name
}
