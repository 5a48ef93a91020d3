/**
 * Bodies in Kubernetes' protobuf form, which kubectl 1.32 and later posts for what it makes itself (`kubectl create
 * namespace`, `create deployment`, …). The numbers of fields are those of the API's .proto files; what each
 * field holds is in schema.ts. Only the types that kubectl posts are here.
 */
import { Buffer } from 'node:buffer'
import type { JsonObject } from './record.ts'
import { type FieldType, fieldsOf } from './schema.ts'

export const protobufType = 'application/vnd.kubernetes.protobuf'

/** Model → the names of its fields in the order of their numbers, `_` for a number that isn't read. */
const messages: Readonly<Record<string, string>> = {
  V1ObjectMeta:
    'name generateName namespace _ uid resourceVersion generation creationTimestamp deletionTimestamp deletionGracePeriodSeconds labels annotations ownerReferences finalizers',
  V1OwnerReference: 'kind _ name uid apiVersion controller blockOwnerDeletion',
  V1LabelSelector: 'matchLabels matchExpressions',
  V1LabelSelectorRequirement: 'key operator values',
  V1DeleteOptions: 'gracePeriodSeconds preconditions orphanDependents propagationPolicy dryRun',
  V1Preconditions: 'uid resourceVersion',
  V1Namespace: 'metadata spec',
  V1NamespaceSpec: 'finalizers',
  V1ConfigMap: 'metadata data binaryData immutable',
  V1Secret: 'metadata data type stringData immutable',
  V1ServiceAccount: 'metadata _ _ automountServiceAccountToken',
  V1Service: 'metadata spec',
  V1ServiceSpec:
    'ports selector clusterIP type externalIPs _ sessionAffinity loadBalancerIP loadBalancerSourceRanges externalName externalTrafficPolicy healthCheckNodePort publishNotReadyAddresses _ _ _ ipFamilyPolicy clusterIPs ipFamilies _ _ internalTrafficPolicy',
  V1ServicePort: 'name protocol port targetPort nodePort appProtocol',
  V1Deployment: 'metadata spec',
  V1DeploymentSpec:
    'replicas selector template strategy minReadySeconds revisionHistoryLimit paused _ progressDeadlineSeconds',
  V1DeploymentStrategy: 'type rollingUpdate',
  V1RollingUpdateDeployment: 'maxUnavailable maxSurge',
  V1PodTemplateSpec: 'metadata spec',
  V1PodSpec:
    '_ containers restartPolicy terminationGracePeriodSeconds activeDeadlineSeconds dnsPolicy nodeSelector serviceAccountName',
  V1Container: 'name image command args workingDir ports env resources',
  V1ContainerPort: 'name hostPort containerPort protocol hostIP',
  V1EnvVar: 'name value',
  V1ResourceRequirements: 'limits requests',
  V1Ingress: 'metadata spec',
  V1IngressSpec: 'defaultBackend tls rules ingressClassName',
  V1IngressTLS: 'hosts secretName',
  V1IngressRule: 'host http*',
  V1HTTPIngressRuleValue: 'paths',
  V1HTTPIngressPath: 'path backend pathType',
  V1IngressBackend: '_ _ _ service',
  V1IngressServiceBackend: 'name port',
  V1ServiceBackendPort: 'name number',
}

/** Fields that Go holds as pointers: there, zero and false are values, elsewhere they mean "not set". */
const pointers = new Set([
  'replicas',
  'immutable',
  'gracePeriodSeconds',
  'terminationGracePeriodSeconds',
  'orphanDependents',
])

/** A body that is no protobuf of a type that is read here. */
export class ProtobufError extends Error {}

/** The object in a body, with its kind and apiVersion. Throws ProtobufError. */
export function readProtobuf(body: Buffer): JsonObject {
  if (body.subarray(0, 4).toString('latin1') !== 'k8s\0')
    throw new ProtobufError('the magic number is missing')
  let raw: Buffer = Buffer.alloc(0)
  let typeMeta: Buffer = Buffer.alloc(0)
  for (const { number, bytes } of fields(body.subarray(4))) {
    if (number === 1) typeMeta = bytes
    if (number === 2) raw = bytes
  }
  let apiVersion = ''
  let kind = ''
  for (const { number, bytes } of fields(typeMeta)) {
    if (number === 1) apiVersion = bytes.toString()
    if (number === 2) kind = bytes.toString()
  }
  return { apiVersion, kind, ...message(`V1${kind}`, raw) }
}

interface Field {
  readonly number: number
  readonly value: bigint
  readonly bytes: Buffer
}

/** The fields of a message (protobuf encoding, wire types 0, 1, 2 and 5). */
function* fields(bytes: Buffer): Iterable<Field> {
  let at = 0
  const none = Buffer.alloc(0)
  const take = (length: number): Buffer => {
    if (at + length > bytes.length) throw new ProtobufError('it ends in the middle of a field')
    at += length
    return bytes.subarray(at - length, at)
  }
  const varint = (): bigint => {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = take(1)[0] ?? 0
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
    throw new ProtobufError('a number is too long')
  }
  while (at < bytes.length) {
    const tag = Number(varint())
    const number = tag >> 3
    const wire = tag & 7
    if (wire === 0) yield { number, value: varint(), bytes: none }
    else if (wire === 2) yield { number, value: 0n, bytes: take(Number(varint())) }
    else if (wire === 1) take(8)
    else if (wire === 5) take(4)
    else throw new ProtobufError(`wire type ${wire} is unknown`)
  }
}

function message(model: string, bytes: Buffer): JsonObject {
  const names = messages[model]?.split(' ')
  if (names === undefined) throw new ProtobufError(`${model} is not read from protobuf`)
  const types = fieldsOf(model)
  const out: Record<string, unknown> = {}
  for (const field of fields(bytes)) {
    const listed = names[field.number - 1]
    if (listed === undefined || listed === '_') continue
    const name = listed.replace('*', '')
    const type = types.get(name)
    if (type === undefined) continue
    // A starred field lies in a message of its own that JSON doesn't show.
    const found = listed.endsWith('*') ? inner(field) : field
    if (found !== undefined) add(out, name, type, found)
  }
  return out
}

function inner({ bytes }: Field): Field | undefined {
  for (const field of fields(bytes)) if (field.number === 1) return field
  return undefined
}

function add(out: Record<string, unknown>, name: string, type: FieldType, field: Field): void {
  if (type.kind === 'list') {
    const before = out[name]
    out[name] = [...(Array.isArray(before) ? before : []), single(type.of, field)]
    return
  }
  if (type.kind === 'map') {
    const [key, value] = [...fields(field.bytes)]
    if (key === undefined) return
    out[name] = {
      ...(typeof out[name] === 'object' ? out[name] : {}),
      [key.bytes.toString()]: value === undefined ? '' : single(type.of, value),
    }
    return
  }
  const value = single(type, field)
  const unset = value === undefined || value === '' || value === 0 || value === false || isEmpty(value)
  if (!unset || (pointers.has(name) && value !== undefined)) out[name] = value
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}

function single(type: FieldType, field: Field): unknown {
  switch (type.kind) {
    case 'string':
      return field.bytes.toString()
    case 'bytes':
      return field.bytes.toString('base64')
    case 'boolean':
      return field.value !== 0n
    case 'int32':
    case 'int64':
    case 'number':
      return Number(BigInt.asIntN(64, field.value))
    case 'time': {
      const seconds = [...fields(field.bytes)].find(({ number }) => number === 1)
      return seconds === undefined ? undefined : new Date(Number(seconds.value) * 1000).toISOString()
    }
    case 'quantity':
      return inner(field)?.bytes.toString()
    case 'intOrString':
      return intOrString(field.bytes)
    case 'object':
      return message(type.model, field.bytes)
    default:
      return undefined
  }
}

/** 1: whether it is a number (0) or text (1); 2 the number, 3 the text. */
function intOrString(bytes: Buffer): number | string | undefined {
  const found = new Map([...fields(bytes)].map((field) => [field.number, field]))
  if (found.get(1)?.value === 1n) return found.get(3)?.bytes.toString()
  return Number(found.get(2)?.value ?? 0n)
}
