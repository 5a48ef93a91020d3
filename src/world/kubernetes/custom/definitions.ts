/**
 * Keeps what the API serves in step with the definitions that there are: a definition whose names are free is
 * served at once, and one that is deleted takes its objects along.
 */
import { isDeepStrictEqual } from 'node:util'
import { type Collection, createCollection, type Shared, type StoredCollection } from '../collection.ts'
import { apiVersionOf } from '../kind.ts'
import { timestamp } from '../objects.ts'
import type { Registry } from '../registry.ts'
import { type Resource, serve } from '../resource.ts'
import { whileTerminating } from '../status.ts'
import { customKind } from './custom-kind.ts'
import { type CustomObject, type Definition, type DefinitionVersion, isTrue, schemaOf } from './definition.ts'
import { definitionStatus, withCondition } from './definition-conditions.ts'
import { versionOf } from './stored-objects.ts'

/** Holds a definition that is being deleted until its objects are gone. */
export const cleanupFinalizer = 'customresourcecleanup.apiextensions.k8s.io'

/** The API server itself says how a definition stands. */
const apiServer = {
  kind: 'update',
  manager: 'kube-apiserver',
  apiVersion: 'apiextensions.k8s.io/v1',
  subresource: 'status',
} as const

interface Served {
  readonly stored: StoredCollection<CustomObject>
  readonly versions: Map<string, { readonly shape: string; readonly resource: Resource }>
  terminating: boolean
}

/** The stored objects of the definition of that name, or undefined when there is none that is served. */
type CustomObjects = (definition: string) => StoredCollection<CustomObject> | undefined

/** Serves what is defined in `definitions`, now and later. Gives the way to what is stored. */
export function serveDefinitions(
  shared: Shared,
  registry: Registry,
  definitions: Collection<Definition>,
): CustomObjects {
  const served = new Map<string, Served>()

  function begin(definition: Definition): Served {
    const [first] = definition.spec.versions
    const version = storageVersion(definition) ?? first
    if (version === undefined) throw new Error(`${definition.metadata.name} has no version`)
    const stored = createCollection(shared, customKind(definition, version, refuseWhileTerminating))
    const entry: Served = { stored, versions: new Map(), terminating: false }
    function refuseWhileTerminating(): void {
      const { group, names } = definition.spec
      if (entry.terminating) throw whileTerminating({ group, resource: names.plural }, 'create')
    }
    stored.subscribe(({ type, object }) => {
      if (type === 'DELETED' && entry.terminating) finish(definition.metadata.name)
      else if (type === 'MODIFIED') removeIfReleased(stored, object)
    })
    served.set(definition.metadata.uid, entry)
    return entry
  }

  /** Serves the versions as the definition has them now; those that haven't changed stay as they are. */
  function serveVersions(definition: Definition): void {
    const { spec, metadata } = definition
    const entry = served.get(metadata.uid) ?? begin(definition)
    const storage = storageVersion(definition)
    const storedAs = apiVersionOf({ group: spec.group, version: storage?.name ?? '' })
    const wanted = new Map(spec.versions.filter((version) => version.served).map((each) => [each.name, each]))
    for (const [name, { resource, shape }] of entry.versions) {
      const next = wanted.get(name)
      if (next !== undefined && shape === shapeOf(definition, next)) continue
      registry.remove(resource)
      entry.versions.delete(name)
    }
    for (const [name, version] of wanted) {
      if (entry.versions.has(name)) continue
      const kind = customKind(definition, version, () => {})
      const objects = versionOf(entry.stored, schemaOf(version), apiVersionOf(kind), storedAs)
      const resource = serve(kind, objects)
      entry.versions.set(name, { shape: shapeOf(definition, version), resource })
      registry.add(resource)
    }
  }

  function write(definition: Definition, changes: Partial<Definition>): void {
    definitions.update({ ...definition, ...changes }, { by: apiServer })
  }

  function reconcile(name: string): void {
    const definition = definitions.get('', name)
    if (definition === undefined) return
    if (definition.metadata.deletionTimestamp !== undefined) {
      terminate(definition)
      return
    }
    const status = definitionStatus(definition, definitions.list(), shared.now())
    if (!isDeepStrictEqual(status, definition.status)) write(definition, { status })
    const current = definitions.get('', name)
    if (current !== undefined && isTrue(current, 'Established')) serveVersions(current)
  }

  /** Deletes every object of a definition that is to go. */
  function terminate(definition: Definition): void {
    const entry = served.get(definition.metadata.uid)
    if (entry?.terminating) return
    if (entry !== undefined) entry.terminating = true
    const conditions = withCondition(
      definition.status.conditions,
      {
        type: 'Terminating',
        status: 'True',
        reason: 'InstanceDeletionInProgress',
        message: 'CustomResource deletion is in progress',
      },
      shared.now(),
    )
    write(definition, { status: { ...definition.status, conditions } })
    for (const object of entry?.stored.list() ?? []) removeObject(shared, entry?.stored, object)
    finish(definition.metadata.name)
  }

  /** Lets a definition go whose last object is gone. */
  function finish(name: string): void {
    const definition = definitions.get('', name)
    if (definition?.metadata.deletionTimestamp === undefined) return
    const entry = served.get(definition.metadata.uid)
    if (entry !== undefined && entry.stored.list().length > 0) return
    const { metadata } = definition
    const finalizers = (metadata.finalizers ?? []).filter((each) => each !== cleanupFinalizer)
    if (finalizers.length === 0) definitions.remove('', name)
    else if (finalizers.length < (metadata.finalizers ?? []).length)
      write(definition, { metadata: { ...metadata, finalizers } })
  }

  function forget({ metadata }: Definition): void {
    for (const { resource } of served.get(metadata.uid)?.versions.values() ?? []) registry.remove(resource)
    served.delete(metadata.uid)
    // The names that it had are free for others now.
    for (const other of definitions.list()) reconcile(other.metadata.name)
  }

  definitions.subscribe(({ type, object }) => {
    if (type === 'DELETED') forget(object)
    else reconcile(object.metadata.name)
  })

  return (name) => {
    const definition = definitions.get('', name)
    return definition === undefined ? undefined : served.get(definition.metadata.uid)?.stored
  }
}

function storageVersion({ spec }: Definition): DefinitionVersion | undefined {
  return spec.versions.find((version) => version.storage)
}

/** Everything that decides how a version is served. */
function shapeOf({ spec }: Definition, version: DefinitionVersion): string {
  return JSON.stringify([spec.names, version, spec.versions.find((each) => each.storage)?.name])
}

/** Deletes an object; one with finalizers is marked, and goes when the last of them is taken off. */
function removeObject(
  shared: Shared,
  stored: Collection<CustomObject> | undefined,
  object: CustomObject,
): void {
  const { namespace, name, finalizers = [], deletionTimestamp } = object.metadata
  if (finalizers.length === 0) stored?.remove(namespace, name)
  else if (deletionTimestamp === undefined)
    stored?.update({
      ...object,
      metadata: {
        ...object.metadata,
        deletionTimestamp: timestamp(shared.now()),
        deletionGracePeriodSeconds: 0,
      },
    })
}

function removeIfReleased(stored: Collection<CustomObject>, { metadata }: CustomObject): void {
  const { namespace, name, finalizers = [], deletionTimestamp } = metadata
  if (deletionTimestamp !== undefined && finalizers.length === 0) stored.remove(namespace, name)
}
