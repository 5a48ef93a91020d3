/** Tables as `kubectl get` asks the server for them, and the words in their cells. */
import type { Cell, Column, Kind } from './kind.ts'
import type { KubeObject } from './objects.ts'
import type { JsonObject } from './record.ts'

/** What goes with each row: nothing, the object's metadata, or all of it. */
export type IncludeObject = 'None' | 'Metadata' | 'Object'

export interface TableRow {
  readonly cells: readonly Cell[]
  readonly object?: JsonObject
}

/** A meta.k8s.io/v1 Table. Without `columns` it is a later one of a watch, which leaves the headings out. */
export function table(
  columns: readonly JsonObject[],
  metadata: JsonObject,
  rows: readonly TableRow[],
): JsonObject {
  return { kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata, columnDefinitions: columns, rows }
}

/** The headings of a kind's table, the object's name first. */
export function columnDefinitions<T extends KubeObject>(kind: Kind<T>): readonly JsonObject[] {
  const name = {
    name: 'Name',
    type: 'string',
    format: 'name',
    description: `The ${kind.singular}'s name.`,
    priority: 0,
  }
  return [
    ...(kind.nameColumn === false ? [] : [name]),
    ...kind.columns.map((column) => ({
      name: column.name,
      type: column.type,
      format: column.format ?? '',
      description: column.description ?? `${column.name} of the ${kind.singular}.`,
      priority: column.wide ? 1 : 0,
    })),
  ]
}

/** The cells of an object's row. */
export function cells<T extends KubeObject>(kind: Kind<T>, object: T, now: number): readonly Cell[] {
  const rest = kind.columns.map((column) => column.cell(object, now))
  return kind.nameColumn === false ? rest : [object.metadata.name, ...rest]
}

/** The metadata of an object alone, as rows of a table carry it. `wire` is the object as it is sent. */
export function partial(wire: JsonObject): JsonObject {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: wire.metadata }
}

/** The column that every table has: how long the object has existed. */
export const ageColumn: Column<KubeObject> = {
  name: 'Age',
  type: 'string',
  cell: (object, now) => since(object.metadata.creationTimestamp, now),
}

/** How long ago a time was, or `<unknown>` without one. */
export function since(time: string | undefined, now: number): string {
  if (time === undefined || time === '') return '<unknown>'
  return duration(now - Date.parse(time))
}

/**
 * Milliseconds as kubectl prints durations: the two largest units while they tell something (`5s`, `2m30s`,
 * `3h20m`, `2d5h`, `30d`, `1y20d`).
 */
export function duration(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000)
  if (seconds < -1) return '<invalid>'
  if (seconds < 0) return '0s'
  if (seconds < 120) return `${seconds}s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 10) return pair(minutes, 'm', seconds % 60, 's')
  if (minutes < 180) return `${minutes}m`
  const hours = Math.floor(minutes / 60)
  if (hours < 8) return pair(hours, 'h', minutes % 60, 'm')
  if (hours < 48) return `${hours}h`
  const days = Math.floor(hours / 24)
  if (hours < 192) return pair(days, 'd', hours % 24, 'h')
  if (days < 730) return `${days}d`
  const years = Math.floor(days / 365)
  if (years < 8) return pair(years, 'y', days % 365, 'd')
  return `${years}y`
}

function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit}${small}${smallUnit}`
}

/** Names joined by commas, `<none>` for none. */
export function listed(values: readonly string[]): string {
  return values.length === 0 ? '<none>' : values.join(',')
}
