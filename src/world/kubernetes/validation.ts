/** Rules that many kinds share, each broken one a cause in the real API's words. */
import { Buffer } from 'node:buffer'
import type { ObjectMeta, StringMap } from './objects.ts'
import type { StatusCause } from './status.ts'

/** A field that has to be there and isn't. */
export function required(field: string, detail = ''): StatusCause {
  return {
    reason: 'FieldValueRequired',
    message: detail === '' ? 'Required value' : `Required value: ${detail}`,
    field,
  }
}

/** A field with a value that won't do. */
export function invalidValue(field: string, value: unknown, detail: string): StatusCause {
  return { reason: 'FieldValueInvalid', message: `Invalid value: ${JSON.stringify(value)}: ${detail}`, field }
}

/** A value that is there twice where each may be there once. */
export function duplicate(field: string, value: unknown): StatusCause {
  return { reason: 'FieldValueDuplicate', message: `Duplicate value: ${JSON.stringify(value)}`, field }
}

/** A field that must not be there, or not change. */
export function forbiddenField(field: string, detail: string): StatusCause {
  return { reason: 'FieldValueForbidden', message: `Forbidden: ${detail}`, field }
}

/** A value out of a fixed list, and not one of it. */
export function unsupported(field: string, value: unknown, supported: readonly string[]): StatusCause {
  const list = supported.map((each) => JSON.stringify(each)).join(', ')
  return {
    reason: 'FieldValueNotSupported',
    message: `Unsupported value: ${JSON.stringify(value)}: supported values: ${list}`,
    field,
  }
}

const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/
const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/
const qualifiedName = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/
const labelValue = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/

const subdomainRule =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
const labelRule =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
const labelValueRule =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
const namePartRule =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"

/** A DNS label (RFC 1123), such as a container's name. */
export function dnsLabel(field: string, value: string): readonly StatusCause[] {
  if (value === '') return [required(field)]
  if (value.length > 63) return [invalidValue(field, value, 'must be no more than 63 bytes')]
  return label.test(value) ? [] : [invalidValue(field, value, labelRule)]
}

/** A DNS subdomain (RFC 1123), such as most objects' names. */
function dnsSubdomain(field: string, value: string): readonly StatusCause[] {
  if (value.length > 253) return [invalidValue(field, value, 'must be no more than 253 bytes')]
  return subdomain.test(value) ? [] : [invalidValue(field, value, subdomainRule)]
}

/** Labels: keys are qualified names, values short. */
export function labels(field: string, map: StringMap | undefined): readonly StatusCause[] {
  return Object.entries(map ?? {}).flatMap(([key, value]) => [
    ...qualifiedKey(field, key),
    ...(value.length > 63 ? [invalidValue(field, value, 'must be no more than 63 bytes')] : []),
    ...(labelValue.test(value) ? [] : [invalidValue(field, value, labelValueRule)]),
  ])
}

/** Why the text can't be a label's key; undefined for one that can. */
export function labelKeyFault(key: string): string | undefined {
  return keyFaults(key)[0]
}

/** Why the text can't be a label's value; undefined for one that can. */
export function labelValueFault(value: string): string | undefined {
  if (value.length > 63) return 'must be no more than 63 bytes'
  return labelValue.test(value) ? undefined : labelValueRule
}

/** A key of labels or annotations: a name, maybe after `prefix/`. */
function qualifiedKey(field: string, key: string): readonly StatusCause[] {
  return keyFaults(key).map((fault) => invalidValue(field, key, fault))
}

function keyFaults(key: string): readonly string[] {
  const parts = key.split('/')
  const [name = '', prefix] = parts.toReversed()
  if (parts.length > 2)
    return [
      `a qualified name ${namePartRule} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ]
  return [
    ...(prefix === undefined ? [] : prefixFaults(prefix).map((fault) => `prefix part ${fault}`)),
    ...(name === '' ? ['name part must be non-empty'] : []),
    ...(name.length > 63 ? ['name part must be no more than 63 bytes'] : []),
    ...(qualifiedName.test(name) ? [] : [`name part ${namePartRule}`]),
  ]
}

function prefixFaults(prefix: string): readonly string[] {
  if (prefix === '') return ['must be non-empty']
  if (prefix.length > 253) return ['must be no more than 253 bytes']
  return subdomain.test(prefix) ? [] : [subdomainRule]
}

/** How much all of an object's annotations may be together, in bytes. */
const annotationLimit = 256 * 1024

function annotationsSize(map: StringMap | undefined): readonly StatusCause[] {
  const size = Object.entries(map ?? {}).reduce((sum, pair) => sum + Buffer.byteLength(pair.join('')), 0)
  if (size <= annotationLimit) return []
  const message = `Too long: may not be more than ${annotationLimit} bytes`
  return [{ reason: 'FieldValueTooLong', message, field: 'metadata.annotations' }]
}

/** Finalizers that need no domain. */
const standardFinalizers = new Set(['orphan', 'foregroundDeletion', 'kubernetes'])

function finalizer(value: string): readonly StatusCause[] {
  const field = 'metadata.finalizers'
  const faults = keyFaults(value)
  if (faults.length > 0) return faults.map((fault) => invalidValue(field, value, fault))
  if (value.includes('/') || standardFinalizers.has(value)) return []
  const detail = 'name is neither a standard finalizer name nor is it fully qualified'
  return [invalidValue(field, value, detail)]
}

/** A number that must not be below zero. */
export function notNegative(field: string, value: number | undefined): readonly StatusCause[] {
  if (value === undefined || value >= 0) return []
  return [invalidValue(field, value, 'must be greater than or equal to 0')]
}

/** A port number. */
export function port(field: string, value: number): readonly StatusCause[] {
  return value >= 1 && value <= 65535
    ? []
    : [invalidValue(field, value, 'must be between 1 and 65535, inclusive')]
}

/** Name, labels, annotations and finalizers of any object. */
export function metadata(meta: ObjectMeta, nameRule: 'subdomain' | 'label'): readonly StatusCause[] {
  const check = nameRule === 'label' ? dnsLabel : dnsSubdomain
  const { name, generateName } = meta
  const named =
    name !== ''
      ? check('metadata.name', name)
      : generateName === undefined
        ? [required('metadata.name', 'name or generateName is required')]
        : []
  return [
    ...named,
    ...labels('metadata.labels', meta.labels),
    ...Object.keys(meta.annotations ?? {}).flatMap((key) =>
      // Annotations may have a domain in capitals.
      keyFaults(key.toLowerCase()).map((fault) => invalidValue('metadata.annotations', key, fault)),
    ),
    ...annotationsSize(meta.annotations),
    ...(meta.finalizers ?? []).flatMap(finalizer),
  ]
}
