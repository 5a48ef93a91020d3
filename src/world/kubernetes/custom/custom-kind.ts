/** A version of a definition as a kind: its names, its schema, its columns and its subresources. */
import { decode } from '../decode.ts'
import type { Column, Kind } from '../kind.ts'
import type { StringMap } from '../objects.ts'
import { asJsonObject, isJsonObject, isList, type JsonObject } from '../record.ts'
import { internalError } from '../status.ts'
import { ageColumn, since } from '../table.ts'
import {
  type CustomObject,
  contentOf,
  type Definition,
  type DefinitionVersion,
  type PrinterColumn,
  schemaOf,
} from './definition.ts'
import { findAll, parseJsonPath } from './json-path.ts'
import { customObjectSchema } from './object-schema.ts'
import { pruneAndDefault } from './prune.ts'
import { validateValue } from './validate-value.ts'

/** The kind that a version of the definition makes. `admit` may refuse an object by throwing StatusError. */
export function customKind(
  { spec }: Definition,
  version: DefinitionVersion,
  admit: () => void,
): Kind<CustomObject> {
  const schema = schemaOf(version)
  const { names } = spec
  const { status, scale } = version.subresources ?? {}
  const selectable = (version.selectableFields ?? []).map(({ jsonPath }) => jsonPath)
  const columns = version.additionalPrinterColumns ?? []
  const warning = deprecation(spec.group, version, names.kind)
  return {
    group: spec.group,
    version: version.name,
    kind: names.kind,
    resource: names.plural,
    singular: names.singular ?? names.kind.toLowerCase(),
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    namespaced: spec.scope === 'Namespaced',
    model: '',
    custom: {
      schema,
      decode: (body) => decodeCustom(body, (value) => pruneAndDefault(schema, value)),
      selectableFields: selectable.map((path) => path.replace(/^\./, '')),
    },
    schema: customObjectSchema,
    desired: (object) => {
      const { status: _status, ...rest } = contentOf(object)
      return status === undefined ? contentOf(object) : rest
    },
    admit: (object) => {
      admit()
      return object
    },
    validate: (object, previous) => validateValue(schema, object, previous),
    columns: columns.length === 0 ? [ageColumn] : columns.map(printerColumn),
    selectable: (object) => selectedFields(object, selectable),
    ...(status === undefined ? {} : { status: true }),
    ...(scale === undefined ? {} : { scale: scaling(scale) }),
    ...(warning === undefined ? {} : { warning }),
  }
}

function deprecation(group: string, version: DefinitionVersion, kind: string): string | undefined {
  if (!version.deprecated) return undefined
  return version.deprecationWarning ?? `${group}/${version.name} ${kind} is deprecated`
}

/** The fields of a body that its schema knows, and metadata as every object has it. */
function decodeCustom(body: JsonObject, prune: (body: JsonObject) => ReturnType<typeof pruneAndDefault>) {
  const metadata = decode('V1ObjectMeta', asJsonObject(body.metadata))
  const { value, unknownFields } = prune(body)
  return {
    value: { ...value, metadata: metadata.value },
    unknownFields: [...metadata.unknownFields.map((field) => `metadata.${field}`), ...unknownFields],
  }
}

function printerColumn(column: PrinterColumn): Column<CustomObject> {
  const path = parseJsonPath(column.jsonPath) ?? []
  return {
    name: column.name,
    type: column.type,
    format: column.format ?? '',
    description:
      column.description ?? `Custom resource definition column (in JSONPath format): ${column.jsonPath}`,
    ...((column.priority ?? 0) > 0 ? { wide: true } : {}),
    cell: (object, now) => {
      const found = findAll(path, object).filter((value) => value !== undefined && value !== null)
      const [first] = found
      if (first === undefined) return null
      return column.type === 'string' ? found.map(printed).join(' ') : typedCell(column.type, first, now)
    },
  }
}

/** A value as Go's JSONPath prints it into text. */
function printed(value: unknown): string {
  return isJsonObject(value) || isList(value) ? JSON.stringify(value) : String(value)
}

function typedCell(type: string, value: unknown, now: number): string | number | boolean | null {
  if (type === 'boolean') return typeof value === 'boolean' ? value : null
  if (type === 'integer') return typeof value === 'number' ? Math.trunc(value) : null
  if (type === 'number') return typeof value === 'number' ? value : null
  if (typeof value !== 'string') return null
  return Number.isNaN(Date.parse(value)) ? '<invalid>' : since(value, now)
}

function selectedFields(object: CustomObject, paths: readonly string[]): StringMap {
  return Object.fromEntries(
    paths.map((path) => {
      const [found] = findAll(parseJsonPath(path) ?? [], object)
      return [path.replace(/^\./, ''), found === undefined || found === null ? '' : String(found)]
    }),
  )
}

type ScalePaths = NonNullable<NonNullable<DefinitionVersion['subresources']>['scale']>

function scaling({
  specReplicasPath,
  statusReplicasPath,
  labelSelectorPath = '',
}: ScalePaths): NonNullable<Kind<CustomObject>['scale']> {
  const at = (object: CustomObject, path: string) => findAll(parseJsonPath(path) ?? [], object)[0]
  return {
    wanted(object) {
      const found = at(object, specReplicasPath)
      if (typeof found !== 'number')
        throw internalError(`the spec replicas field "${specReplicasPath}" does not exist`)
      return found
    },
    current(object) {
      const found = at(object, statusReplicasPath)
      return typeof found === 'number' ? found : 0
    },
    selector(object) {
      const found = labelSelectorPath === '' ? '' : at(object, labelSelectorPath)
      return typeof found === 'string' ? found : ''
    },
    scaled(object, replicas) {
      const path = specReplicasPath.split('.').filter((name) => name !== '')
      return customObjectSchema.parse(withValue(asJsonObject(object), path, replicas))
    },
  }
}

function withValue(object: JsonObject, [name, ...rest]: readonly string[], value: unknown): JsonObject {
  if (name === undefined) return object
  return { ...object, [name]: rest.length === 0 ? value : withValue(asJsonObject(object[name]), rest, value) }
}
