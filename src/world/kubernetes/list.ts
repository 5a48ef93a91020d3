/** Lists: what is selected, in pages, in the form that the client asked for. */
import { Buffer } from 'node:buffer'
import { z } from 'zod'
import { apiVersionOf } from './kind.ts'
import { type Form, flag, type Target, wholeNumber } from './request.ts'
import type { Resource } from './resource.ts'
import { matchesFields, matchesLabels, parseFieldSelector, parseLabelSelector } from './selectors.ts'
import { badRequest } from './status.ts'
import { type IncludeObject, table } from './table.ts'
import type { Item } from './wire.ts'

/** Which objects a list or a watch is about. */
export interface Selection {
  /** The one name that the field selector asks for, if it asks for one. */
  readonly name: string | undefined
  readonly everything: boolean
  matches(item: Item): boolean
}

/** The selectors of a request. Throws StatusError (400) for those that can't be read. */
export function readSelection(target: Target, query: URLSearchParams): Selection {
  const labels = parseLabelSelector(query.get('labelSelector') ?? '')
  const fields = parseFieldSelector(query.get('fieldSelector') ?? '')
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

const tokenSchema = z.object({ v: z.literal('meta.k8s.io/v1'), start: z.string() })

function readToken(token: string): string {
  try {
    return tokenSchema.parse(JSON.parse(Buffer.from(token, 'base64url').toString())).start
  } catch {
    throw badRequest('continue key is not valid: it has to be the one that the list before gave')
  }
}

const keyOf = ({ meta }: Item) => `${meta.namespace}/${meta.name}`

interface Page {
  readonly items: readonly Item[]
  readonly metadata: Readonly<Record<string, unknown>>
}

function page(items: readonly Item[], query: URLSearchParams, version: number, exact: boolean): Page {
  const token = query.get('continue')
  const start = token ? readToken(token) : undefined
  const rest = start === undefined ? items : items.filter((item) => keyOf(item) > start)
  const limit = wholeNumber(query, 'limit') ?? 0
  const resourceVersion = String(version)
  if (limit === 0 || rest.length <= limit) return { items: rest, metadata: { resourceVersion } }
  const shown = rest.slice(0, limit)
  const last = shown.at(-1)
  const next = { v: 'meta.k8s.io/v1', start: last === undefined ? '' : keyOf(last) }
  return {
    items: shown,
    metadata: {
      resourceVersion,
      continue: Buffer.from(JSON.stringify(next)).toString('base64url'),
      // With a selector the real server doesn't know how many are left.
      ...(exact ? { remainingItemCount: rest.length - limit } : {}),
    },
  }
}

/** A list as JSON text. `version` is the latest of the cluster, `now` in milliseconds since 1970. */
export function listText(
  target: Target,
  query: URLSearchParams,
  form: Form,
  version: number,
  now: number,
): string {
  const selection = readSelection(target, query)
  const { items, metadata } = page(select(target, selection), query, version, selection.everything)
  const { resource } = target
  if (form === 'table') return JSON.stringify(tableOf(resource, items, metadata, includeObject(query), now))
  if (form === 'metadata')
    return JSON.stringify({
      kind: 'PartialObjectMetadataList',
      apiVersion: 'meta.k8s.io/v1',
      metadata,
      items: items.map((item) => item.partial()),
    })
  const head = JSON.stringify({ kind: `${resource.kind}List`, apiVersion: apiVersionOf(resource), metadata })
  return `${head.slice(0, -1)},"items":[${items.map((item) => item.itemText()).join(',')}]}`
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
  const rows = items.map((item) => {
    const cells = item.cells(now)
    if (include === 'None') return { cells }
    return { cells, object: include === 'Object' ? item.wire() : item.partial() }
  })
  return table(headings ? resource.columns : [], metadata, rows)
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
