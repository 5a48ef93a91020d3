/** Lists: what is selected, in pages, in the form that the client asked for. */
import { checkFields } from './field-labels.ts'
import { apiVersionOf } from './kind.ts'
import { parseLabelSelector } from './label-selector.ts'
import { type ListOptions, type PageStart, readListOptions, writeToken } from './list-options.ts'
import { itemsAt } from './past-state.ts'
import { type Form, flag, type Target } from './request.ts'
import type { Resource } from './resource.ts'
import { matchesFields, matchesLabels, parseFieldSelector } from './selectors.ts'
import { badRequest, listExpired, pagesExpired, StatusError } from './status.ts'
import { type IncludeObject, type TableRow, table } from './table.ts'
import type { Item } from './wire.ts'

/** Which objects a list or a watch is about. */
export interface Selection {
  /** The one name that the field selector asks for, if it asks for one. */
  readonly name: string | undefined
  readonly everything: boolean
  matches(item: Item): boolean
}

/** The selectors of a request. Throws StatusError (400) for those that can't be read, or that the kind doesn't have. */
export function readSelection(target: Target, query: URLSearchParams): Selection {
  const labels = parseLabelSelector(query.get('labelSelector') ?? '')
  const fields = parseFieldSelector(query.get('fieldSelector') ?? '')
  checkFields(target.resource, fields)
  const named = fields.find(({ field, equals }) => field === 'metadata.name' && equals)?.value
  return {
    name: target.name ?? named,
    everything: labels.length === 0 && fields.length === 0 && target.name === undefined,
    matches: (item) =>
      (target.name === undefined || item.meta.name === target.name) &&
      matchesLabels(labels, item.meta.labels) &&
      (fields.length === 0 || matchesFields(fields, item.fields())),
  }
}

/** The selected items, in order. One that is asked for by name costs no walk over the others. */
export function select(target: Target, selection: Selection): readonly Item[] {
  const { resource, namespace } = target
  if (selection.name !== undefined && namespace !== undefined) {
    const item = resource.get(namespace, selection.name)
    return item !== undefined && selection.matches(item) ? [item] : []
  }
  const items = resource.list(namespace)
  return selection.everything ? items : items.filter(selection.matches)
}

interface Page {
  readonly items: readonly Item[]
  readonly metadata: Readonly<Record<string, unknown>>
}

/** The items that the options ask for, in the state that they ask for; `current` is the latest version. */
function readPage(target: Target, selection: Selection, options: ListOptions, current: number): Page {
  const { at, limit, start } = options
  const version = at ?? current
  const items = at === undefined ? select(target, selection) : selectAt(target, selection, options, at)
  const rest = start === undefined ? items : items.filter((item) => isBehind(item, start))
  const resourceVersion = String(version)
  const last = rest[limit - 1]
  if (limit === 0 || rest.length <= limit || last === undefined)
    return { items: rest, metadata: { resourceVersion } }
  return {
    items: rest.slice(0, limit),
    metadata: {
      resourceVersion,
      // The pages after an inconsistent one are as inconsistent.
      continue: writeToken(last.meta, start !== undefined && at === undefined ? undefined : version),
      // With a selector the real server doesn't know how many are left.
      ...(selection.everything ? { remainingItemCount: rest.length - limit } : {}),
    },
  }
}

/** The selected items as they were at a version. Throws StatusError (410) when it is too old. */
function selectAt(
  { resource, namespace }: Target,
  selection: Selection,
  { start }: ListOptions,
  version: number,
): readonly Item[] {
  try {
    const items = itemsAt(resource, namespace, version)
    return selection.everything ? items : items.filter(selection.matches)
  } catch (error) {
    if (!(error instanceof StatusError) || error.code !== 410) throw error
    throw start === undefined ? listExpired() : pagesExpired(writeToken(start, undefined))
  }
}

function isBehind({ meta }: Item, { namespace, name }: PageStart): boolean {
  return meta.namespace === namespace ? meta.name > name : meta.namespace > namespace
}

/**
 * A list as JSON text in pieces, each made when it is asked for; the list is settled from the start. `version` is the
 * latest of the cluster, `now` in milliseconds since 1970. Throws StatusError for a request that can't be answered.
 */
export function listPieces(
  target: Target,
  query: URLSearchParams,
  form: Form,
  version: number,
  now: number,
): Iterable<string> {
  const selection = readSelection(target, query)
  const { items, metadata } = readPage(target, selection, readListOptions(query, version), version)
  const { resource } = target
  if (form === 'table') {
    const include = includeObject(query)
    const empty = JSON.stringify(tableOf(resource, [], metadata, include, now))
    return enclosed(empty.slice(0, -2), items, (item) => JSON.stringify(rowOf(item, include, now)))
  }
  const kind =
    form === 'metadata'
      ? { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata }
      : { kind: `${resource.kind}List`, apiVersion: apiVersionOf(resource), metadata }
  const text =
    form === 'metadata' ? (item: Item) => JSON.stringify(item.partial()) : (item: Item) => item.itemText()
  return enclosed(`${JSON.stringify(kind).slice(0, -1)},"items":[`, items, text)
}

/** Texts of items, separated by commas, after the head of an object whose last field is their list. */
function* enclosed(head: string, items: readonly Item[], text: (item: Item) => string): Generator<string> {
  yield head
  for (const [index, item] of items.entries()) yield index === 0 ? text(item) : `,${text(item)}`
  yield ']}'
}

/** The same as one text. */
export function listText(...list: Parameters<typeof listPieces>): string {
  return [...listPieces(...list)].join('')
}

/** What a table's rows are to carry besides their cells. */
export function includeObject(query: URLSearchParams): IncludeObject {
  const value = query.get('includeObject')
  if (value === null || value === '' || value === 'Metadata') return 'Metadata'
  if (value === 'None' || value === 'Object') return value
  throw badRequest(`unrecognized includeObject value: ${JSON.stringify(value)}`)
}

/** Items as a table; `headings` false leaves the column definitions out, as later events of a watch do. */
export function tableOf(
  resource: Resource,
  items: readonly Item[],
  metadata: Readonly<Record<string, unknown>>,
  include: IncludeObject,
  now: number,
  headings = true,
) {
  const rows = items.map((item) => rowOf(item, include, now))
  return table(headings ? resource.columns : [], metadata, rows)
}

function rowOf(item: Item, include: IncludeObject, now: number): TableRow {
  const cells = item.cells(now)
  if (include === 'None') return { cells }
  return { cells, object: include === 'Object' ? item.wire() : item.partial() }
}

/** One object as JSON text, in the form that was asked for. */
export function itemText(
  resource: Resource,
  item: Item,
  query: URLSearchParams,
  form: Form,
  now: number,
): string {
  if (form === 'object') return item.text()
  if (form === 'metadata') return JSON.stringify(item.partial())
  const metadata = item.meta.resourceVersion === '' ? {} : { resourceVersion: item.meta.resourceVersion }
  return JSON.stringify(tableOf(resource, [item], metadata, includeObject(query), now))
}

/** Whether the request is to watch: by its parameter, whatever the path names. */
export function isWatch(query: URLSearchParams): boolean {
  return flag(query, 'watch')
}
