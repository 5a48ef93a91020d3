/** What is wrong with a definition, in the words of apiextensions.k8s.io/v1. */
import type { StatusCause } from '../status.ts'
import { invalidValue, required, unsupported } from '../validation.ts'
import { type Definition, type DefinitionVersion, isTrue, type PrinterColumn } from './definition.ts'
import { parseJsonPath } from './json-path.ts'
import { validateStructural } from './structural.ts'

const labelPattern = /^[a-z]([-a-z0-9]*[a-z0-9])?$/
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/
const labelRule =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"
const subdomainRule =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"

const columnTypes = ['boolean', 'date', 'integer', 'number', 'string']
const approval = 'api-approved.kubernetes.io'

/** Everything that is wrong with a definition; `previous` is what it is to replace. */
export function validateDefinition(
  definition: Definition,
  previous: Definition | undefined,
): readonly StatusCause[] {
  const { metadata, spec } = definition
  const { names } = spec
  const rightName = `${names.plural}.${spec.group}`
  return [
    ...(metadata.name === rightName
      ? []
      : [invalidValue('metadata.name', metadata.name, 'must be spec.names.plural+"."+spec.group')]),
    ...validateGroup(definition),
    ...validateScope(spec.scope),
    ...validateNames(definition),
    ...validateVersions(definition),
    ...(previous === undefined ? [] : validateChange(definition, previous)),
  ]
}

function dnsLabel(field: string, value: string, shown = value, prefix = ''): readonly StatusCause[] {
  return labelPattern.test(value) && value.length <= 63
    ? []
    : [invalidValue(field, shown, prefix + labelRule)]
}

function validateGroup({ metadata, spec: { group } }: Definition): readonly StatusCause[] {
  if (group === '') return [required('spec.group')]
  if (!subdomain.test(group)) return [invalidValue('spec.group', group, subdomainRule)]
  if (!group.includes('.'))
    return [invalidValue('spec.group', group, 'should be a domain with at least one dot')]
  const isProtected = /(^|\.)(k8s|kubernetes)\.io$/.test(group)
  if (!isProtected || metadata.annotations?.[approval]) return []
  const why = `protected groups must have approval annotation "${approval}", see https://github.com/kubernetes/enhancements/pull/1111`
  return [required(`metadata.annotations[${approval}]`, why)]
}

function validateScope(scope: string): readonly StatusCause[] {
  if (scope === '') return [required('spec.scope')]
  return scope === 'Cluster' || scope === 'Namespaced'
    ? []
    : [unsupported('spec.scope', scope, ['Cluster', 'Namespaced'])]
}

function validateNames({ spec: { names } }: Definition): readonly StatusCause[] {
  const at = 'spec.names'
  const { plural, singular = '', kind, listKind = '', shortNames = [], categories = [] } = names
  const mixed = 'may have mixed case, but should otherwise match: '
  return [
    ...(plural === '' ? [required(`${at}.plural`)] : dnsLabel(`${at}.plural`, plural)),
    ...(singular === '' ? [required(`${at}.singular`)] : dnsLabel(`${at}.singular`, singular)),
    ...(kind === '' ? [required(`${at}.kind`)] : dnsLabel(`${at}.kind`, kind.toLowerCase(), kind, mixed)),
    ...(listKind === ''
      ? [required(`${at}.listKind`)]
      : dnsLabel(`${at}.listKind`, listKind.toLowerCase(), listKind, mixed)),
    ...shortNames.flatMap((name, index) => dnsLabel(`${at}.shortNames[${index}]`, name)),
    ...(kind !== '' && kind === listKind
      ? [invalidValue(`${at}.listKind`, listKind, 'kind and listKind may not be the same')]
      : []),
    ...categories.flatMap((name, index) => dnsLabel(`${at}.categories[${index}]`, name)),
  ]
}

function validateVersions({ spec: { versions, conversion } }: Definition): readonly StatusCause[] {
  const at = 'spec.versions'
  const names = versions.map(({ name }) => name)
  return [
    ...versions.flatMap((version, index) => validateVersion(version, `${at}[${index}]`)),
    ...(new Set(names).size < names.length
      ? [invalidValue(at, versions, 'must contain unique version names')]
      : []),
    ...(versions.filter(({ storage }) => storage).length === 1
      ? []
      : [invalidValue(at, versions, 'must have exactly one version marked as storage version')]),
    ...(conversion?.strategy === 'None'
      ? []
      : [unsupported('spec.conversion.strategy', conversion?.strategy, ['None', 'Webhook'])]),
  ]
}

function validateVersion(version: DefinitionVersion, at: string): readonly StatusCause[] {
  const schema = version.schema?.openAPIV3Schema
  return [
    ...dnsLabel(`${at}.name`, version.name),
    ...(schema === undefined
      ? [required(`${at}.schema.openAPIV3Schema`, 'schemas are required')]
      : validateStructural(schema, `${at}.schema.openAPIV3Schema`)),
    ...validateScale(version, `${at}.subresources.scale`),
    ...(version.additionalPrinterColumns ?? []).flatMap((column, index) =>
      validateColumn(column, `${at}.additionalPrinterColumns[${index}]`),
    ),
    ...(version.deprecationWarning !== undefined && !version.deprecated
      ? [
          invalidValue(
            `${at}.deprecationWarning`,
            version.deprecationWarning,
            'can only be set for deprecated versions',
          ),
        ]
      : []),
  ]
}

function validateScale({ subresources }: DefinitionVersion, at: string): readonly StatusCause[] {
  const scale = subresources?.scale
  if (scale === undefined) return []
  const { specReplicasPath, statusReplicasPath, labelSelectorPath = '' } = scale
  return [
    ...(specReplicasPath === ''
      ? [required(`${at}.specReplicasPath`)]
      : pathUnder(`${at}.specReplicasPath`, specReplicasPath, ['spec'])),
    ...(statusReplicasPath === ''
      ? [required(`${at}.statusReplicasPath`)]
      : pathUnder(`${at}.statusReplicasPath`, statusReplicasPath, ['status'])),
    ...(labelSelectorPath === ''
      ? []
      : pathUnder(`${at}.labelSelectorPath`, labelSelectorPath, ['spec', 'status'])),
  ]
}

function pathUnder(field: string, path: string, roots: readonly string[]): readonly StatusCause[] {
  if (!path.startsWith('.')) return [invalidValue(field, path, 'must be a simple json path starting with .')]
  if (roots.some((root) => path.startsWith(`.${root}.`))) return []
  const where = roots.map((root) => `.${root}`).join(' or ')
  return [invalidValue(field, path, `should be a json path under ${where}`)]
}

function validateColumn(column: PrinterColumn, at: string): readonly StatusCause[] {
  const { name, type, jsonPath } = column
  const oneOf = `must be one of ${columnTypes.join(',')}`
  return [
    ...(name === '' ? [required(`${at}.name`)] : []),
    ...(type === ''
      ? [required(`${at}.type`, oneOf)]
      : columnTypes.includes(type)
        ? []
        : [invalidValue(`${at}.type`, type, oneOf)]),
    ...(jsonPath === ''
      ? [required(`${at}.jsonPath`)]
      : jsonPath.startsWith('.') && parseJsonPath(jsonPath) !== undefined
        ? []
        : [invalidValue(`${at}.jsonPath`, jsonPath, 'must be a simple json path starting with .')]),
  ]
}

/** What a definition can't change any more. */
function validateChange(next: Definition, previous: Definition): readonly StatusCause[] {
  const kept = (field: string, value: string, before: string) =>
    value === before ? [] : [invalidValue(field, value, 'field is immutable')]
  const { spec } = previous
  const established = isTrue(previous, 'Established')
  const versions = next.spec.versions.map(({ name }) => name)
  return [
    ...(established ? kept('spec.scope', next.spec.scope, spec.scope) : []),
    ...(established ? kept('spec.names.kind', next.spec.names.kind, spec.names.kind) : []),
    ...kept('spec.group', next.spec.group, spec.group),
    ...kept('spec.names.plural', next.spec.names.plural, spec.names.plural),
    ...next.status.storedVersions.flatMap((name, index) =>
      versions.includes(name)
        ? []
        : [invalidValue(`status.storedVersions[${index}]`, name, 'must appear in spec.versions')],
    ),
  ]
}
