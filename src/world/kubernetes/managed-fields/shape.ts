/** How objects of a kind come apart into fields that can have owners of their own. */
import type { JsonSchema } from '../custom/json-schema.ts'
import { preservesUnknown } from '../custom/json-schema.ts'
import { isJsonObject, isList, type JsonObject } from '../record.ts'
import { type FieldType, fieldsOf } from '../schema.ts'
import { isAtomic, type Key, listShape } from './atoms.ts'

/** What a plain value has to be. */
export type Scalar = 'string' | 'numeric' | 'boolean' | 'any'

export type Shape =
  /** Owned as one: a plain value, or a list or map that is only ever replaced whole. */
  | { readonly kind: 'whole'; readonly holds: Scalar | 'list' | 'map' }
  /** Each field for itself. */
  | {
      readonly kind: 'map'
      /** The shape of a field that the type declares. */
      readonly declared: (name: string) => Shape | undefined
      /** The shape of every other field; undefined where there is no other. */
      readonly others: Shape | undefined
    }
  /** A list whose items are known by these keys. */
  | { readonly kind: 'byKey'; readonly keys: readonly Key[]; readonly item: Shape }
  /** A list of different plain values. */
  | { readonly kind: 'set' }
  /** Nothing is known: maps come apart, lists don't. */
  | { readonly kind: 'untyped' }

/** A shape for a value at hand: what isn't typed is what the value makes of it. */
export type Settled = Exclude<Shape, { readonly kind: 'untyped' }>

const untyped: Shape = { kind: 'untyped' }
const untypedMap: Settled = { kind: 'map', declared: () => undefined, others: untyped }

/** The shape, made definite by the values that it is for. */
export function settle(shape: Shape, ...values: readonly unknown[]): Settled {
  if (shape.kind !== 'untyped') return shape
  if (values.some(isJsonObject)) return untypedMap
  return { kind: 'whole', holds: values.some(isList) ? 'list' : 'any' }
}

/** The shape of a field; undefined where the type has no such field. */
export function fieldShape(shape: Extract<Shape, { readonly kind: 'map' }>, name: string): Shape | undefined {
  return shape.declared(name) ?? shape.others
}

/** The shape of a Kubernetes type, such as `V1Deployment`. */
export function modelShape(model: string): Shape {
  const known = models.get(model)
  if (known !== undefined) return known
  const made: Shape = { kind: 'map', declared: declaredBy(model), others: undefined }
  models.set(model, made)
  return made
}

const models = new Map<string, Shape>()

/** The fields of a model, each shape made when it is first asked for: types may hold themselves. */
function declaredBy(model: string): (name: string) => Shape | undefined {
  const made = new Map<string, Shape>()
  return (name) => {
    const type = fieldsOf(model).get(name)
    if (type === undefined) return undefined
    const shape = made.get(name) ?? typeShape(type, model, name)
    made.set(name, shape)
    return shape
  }
}

function typeShape(type: FieldType, model: string, field: string): Shape {
  switch (type.kind) {
    case 'object':
      return isAtomic(type.model, `${model}.${field}`)
        ? { kind: 'whole', holds: 'map' }
        : modelShape(type.model)
    case 'map':
      return isAtomic(undefined, `${model}.${field}`)
        ? { kind: 'whole', holds: 'map' }
        : { kind: 'map', declared: () => undefined, others: typeShape(type.of, model, field) }
    case 'list': {
      const rule = listShape(model, field)
      if (rule.kind === 'byKey') return { ...rule, item: typeShape(type.of, model, field) }
      return rule.kind === 'set' ? rule : { kind: 'whole', holds: 'list' }
    }
    case 'any':
      return untyped
    case 'int32':
    case 'int64':
    case 'number':
      return { kind: 'whole', holds: 'numeric' }
    case 'boolean':
      return { kind: 'whole', holds: 'boolean' }
    case 'intOrString':
    case 'quantity':
      return { kind: 'whole', holds: 'any' }
    default:
      return { kind: 'whole', holds: 'string' }
  }
}

/** The shape of custom objects with that schema. */
export function customShape(schema: JsonSchema): Shape {
  const inside = schemaShape(schema, true)
  return inside.kind === 'map' ? inside : untypedMap
}

const headShapes: Readonly<Record<string, Shape>> = {
  apiVersion: { kind: 'whole', holds: 'string' },
  kind: { kind: 'whole', holds: 'string' },
}

function schemaShape(schema: JsonSchema, hasHead: boolean): Shape {
  if (schema['x-kubernetes-int-or-string'] === true) return { kind: 'whole', holds: 'any' }
  switch (schema.type) {
    case 'object':
      return objectShape(schema, hasHead || schema['x-kubernetes-embedded-resource'] === true)
    case 'array':
      return arrayShape(schema)
    case 'string':
    case 'boolean':
      return { kind: 'whole', holds: schema.type }
    case 'integer':
    case 'number':
      return { kind: 'whole', holds: 'numeric' }
    default:
      return untyped
  }
}

function objectShape(schema: JsonSchema, hasHead: boolean): Shape {
  if (schema['x-kubernetes-map-type'] === 'atomic') return { kind: 'whole', holds: 'map' }
  const { properties = {}, additionalProperties } = schema
  const made = new Map<string, Shape>()
  const others =
    typeof additionalProperties === 'object'
      ? schemaShape(additionalProperties, false)
      : additionalProperties === true || preservesUnknown(schema)
        ? untyped
        : undefined
  return {
    kind: 'map',
    others,
    declared(name) {
      if (hasHead && name === 'metadata') return modelShape('V1ObjectMeta')
      if (hasHead && Object.hasOwn(headShapes, name)) return headShapes[name]
      const property = Object.hasOwn(properties, name) ? properties[name] : undefined
      if (property === undefined) return undefined
      const shape = made.get(name) ?? schemaShape(property, false)
      made.set(name, shape)
      return shape
    },
  }
}

function arrayShape(schema: JsonSchema): Shape {
  const type = schema['x-kubernetes-list-type']
  if (type === 'set') return { kind: 'set' }
  if (type !== 'map') return { kind: 'whole', holds: 'list' }
  const { items = {} } = schema
  const keys = (schema['x-kubernetes-list-map-keys'] ?? []).map((name) => {
    const given = items.properties?.[name]?.default
    return given === undefined ? { name } : { name, default: given }
  })
  return { kind: 'byKey', keys, item: schemaShape(items, false) }
}

/** An object of that type as Go has it before anything is set: parts that are always there, empty. */
export function emptyObject(model: string): JsonObject {
  const fields: Record<string, unknown> = {}
  for (const [name, type] of fieldsOf(model)) {
    if (alwaysNull.has(`${model}.${name}`)) fields[name] = null
    if (type.kind !== 'object') continue
    const here = name === 'metadata' || alwaysThere.has(`${model}.${name}`) || isTopLevelPart(model, name)
    if (here) fields[name] = emptyObject(type.model)
  }
  return fields
}

/** `spec` and `status` of every kind are there from the start. */
function isTopLevelPart(model: string, name: string): boolean {
  return (
    (name === 'spec' || name === 'status') && fieldsOf(model).has('kind') && fieldsOf(model).has('metadata')
  )
}

/** Fields that are structs in Go and no pointers (k8s.io/api, `types.go`). */
const alwaysThere = new Set([
  'V1PodTemplateSpec.spec',
  'V1JobTemplateSpec.spec',
  'V1DeploymentSpec.template',
  'V1DeploymentSpec.strategy',
  'V1ReplicaSetSpec.template',
  'V1StatefulSetSpec.template',
  'V1StatefulSetSpec.updateStrategy',
  'V1DaemonSetSpec.template',
  'V1DaemonSetSpec.updateStrategy',
  'V1JobSpec.template',
  'V1CronJobSpec.jobTemplate',
  'V1ServiceStatus.loadBalancer',
  'V1IngressStatus.loadBalancer',
  'V1NodeStatus.daemonEndpoints',
  'V1NodeDaemonEndpoints.kubeletEndpoint',
  'V1NodeStatus.nodeInfo',
  'V2HorizontalPodAutoscalerSpec.scaleTargetRef',
  'V1HorizontalPodAutoscalerSpec.scaleTargetRef',
  'CoreV1Event.involvedObject',
  'CoreV1Event.source',
  'EventsV1Event.regarding',
  'V1CustomResourceDefinitionSpec.names',
  'V1CustomResourceDefinitionStatus.acceptedNames',
])

/** Fields without `omitempty` that begin as null. */
const alwaysNull = new Set([
  'V1PodSpec.containers',
  'V1DeploymentSpec.selector',
  'V1ReplicaSetSpec.selector',
  'V1StatefulSetSpec.selector',
  'V1DaemonSetSpec.selector',
  'V1EndpointSlice.endpoints',
  'V1EndpointSlice.ports',
  'V1CustomResourceDefinitionSpec.versions',
  'V1CustomResourceDefinitionStatus.conditions',
  'V1CustomResourceDefinitionStatus.storedVersions',
])
