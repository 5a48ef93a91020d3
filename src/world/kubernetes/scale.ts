/** The scale subresource: how many replicas an object wants, as an autoscaling/v1 Scale. */
import type { Collection } from './collection.ts'
import { DecodeError, decode } from './decode.ts'
import type { Kind } from './kind.ts'
import { applyTo } from './managed-fields/application.ts'
import { members } from './managed-fields/field-set.ts'
import { type Owner, ownedDifference } from './managed-fields/owners.ts'
import type { Tracker, Writer } from './managed-fields/tracker.ts'
import { type KubeObject, timestamp } from './objects.ts'
import { applyPatch, type Patch } from './patch/patch.ts'
import { asJsonObject, type JsonObject } from './record.ts'
import { badRequest, conflict, invalid, notFound } from './status.ts'
import { notNegative } from './validation.ts'
import type { WriteRequest } from './write-request.ts'

/** All of these throw StatusError with what the client is to be told, and have changed nothing then. */
export interface Scales<T extends KubeObject> {
  readonly read: (object: T) => JsonObject
  readonly replace: (object: T, body: unknown, request: WriteRequest) => JsonObject
  readonly patch: (object: T, patch: Patch, request: WriteRequest) => JsonObject
  readonly apply: (object: T, body: unknown, request: WriteRequest) => JsonObject
}

/** The scales of the objects of a kind. */
export function scalesOf<T extends KubeObject>(
  kind: Kind<T>,
  collection: Collection<T>,
  tracker: Tracker<T>,
  ownerFor: (request: WriteRequest) => Owner,
): Scales<T> {
  const { scale } = kind

  function read(object: T): JsonObject {
    if (scale === undefined) throw notFound(kind, object.metadata.name)
    const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata
    const wanted = scale.wanted(object)
    return {
      kind: 'Scale',
      apiVersion: 'autoscaling/v1',
      metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
      spec: wanted === 0 ? {} : { replicas: wanted },
      status: { replicas: scale.current(object), selector: scale.selector(object) },
    }
  }

  /** The object scaled as a Scale says. */
  function scaled(current: T, body: JsonObject): T {
    const { name, resourceVersion } = current.metadata
    const value = readScale(body)
    const replicas = asJsonObject(value.spec).replicas ?? 0
    const wanted = typeof replicas === 'number' ? replicas : 0
    const causes = notNegative('spec.replicas', wanted)
    if (causes.length > 0) throw invalid('autoscaling', 'Scale', name, causes)
    const version = asJsonObject(value.metadata).resourceVersion
    if (typeof version === 'string' && version !== '' && version !== resourceVersion)
      throw conflict(kind, name)
    return scale?.scaled(current, wanted) ?? current
  }

  function store(next: T, request: WriteRequest, by: Writer | undefined): JsonObject {
    const stored = collection.update(next, { dryRun: request.dryRun, by })
    const { pretend = stored.metadata.resourceVersion } = request
    return read({ ...stored, metadata: { ...stored.metadata, resourceVersion: pretend } })
  }

  function write(current: T, body: JsonObject, request: WriteRequest): JsonObject {
    const by = { kind: 'update', ...ownerFor(request) } as const
    return store(scaled(current, body), request, request.manager === undefined ? undefined : by)
  }

  function apply(current: T, body: unknown, request: WriteRequest): JsonObject {
    const next = scaled(current, asJsonObject(body))
    // Where the number stands in the object is where another number would stand.
    const other = scale?.scaled(current, scale.wanted(current) + 1)
    const { changed } = ownedDifference(tracker.shape, current, other)
    const [path = []] = changed === undefined ? [] : members(changed)
    const { entries } = applyTo(
      {
        shape: tracker.shape,
        live: asJsonObject(current),
        entries: current.metadata.managedFields ?? [],
        configuration: valueAt(path, scale?.wanted(next)),
        owner: ownerFor(request),
        force: request.force === true,
        time: timestamp(collection.now()),
      },
      changed,
      [],
    )
    return store(next, request, { kind: 'entries', entries })
  }

  return {
    read,
    replace: (object, body, request) => write(object, asJsonObject(body), request),
    patch: (object, patch, request) => write(object, applyPatch('V1Scale', read(object), patch), request),
    apply,
  }
}

function readScale(body: JsonObject): JsonObject {
  try {
    return decode('V1Scale', body).value
  } catch (error) {
    if (error instanceof DecodeError)
      throw badRequest(`Scale in version "v1" cannot be handled as a Scale: ${error.message}`)
    throw error
  }
}

/** An object that holds nothing but the value at that path of fields. */
function valueAt([element, ...rest]: readonly string[], value: unknown): JsonObject {
  if (element === undefined) return {}
  return { [element.slice(2)]: rest.length === 0 ? value : valueAt(rest, value) }
}
