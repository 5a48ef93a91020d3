/** Watches: every change that a client selected, once and in order, as lines of JSON. */
import { Buffer } from 'node:buffer'
import { apiVersionOf } from './kind.ts'
import { includeObject, readSelection, type Selection, select, tableOf } from './list.ts'
import type { KubeObject } from './objects.ts'
import { type Form, flag, type Target, wholeNumber } from './request.ts'
import type { ItemChange } from './resource.ts'
import { badRequest, StatusError, watchInvalid } from './status.ts'
import type { IncludeObject } from './table.ts'
import type { Item } from './wire.ts'

/** How often a quiet watch says how far it has come, in milliseconds. */
const bookmarkEvery = 60_000

export interface WatchContext {
  /** The cluster's time in milliseconds since 1970. */
  readonly now: () => number
  /** The latest version in the cluster. */
  readonly version: () => number
  /** Encodes what all watches send. */
  readonly encode: EventEncoder
  /** Sends text to the client. */
  readonly send: (text: string | Buffer) => void
  /** Sends texts that are made as the client takes them. */
  readonly sendAll: (texts: Iterable<string>) => void
  /** Ends the answer. */
  readonly end: () => void
}

/** An object's event as a line of JSON, in bytes. */
export type EventEncoder = (type: ItemChange['type'], item: Item) => Buffer

/**
 * An encoder that encodes once what many watches send: a change is told to one watch after another, so that
 * remembering the last one is enough.
 */
export function createEventEncoder(): EventEncoder {
  let last: KubeObject | undefined
  let lines = new Map<ItemChange['type'], Buffer>()
  return (type, item) => {
    if (item.object !== last) {
      last = item.object
      lines = new Map()
    }
    const known = lines.get(type)
    if (known !== undefined) return known
    const made = Buffer.from(`{"type":"${type}","object":${item.text()}}\n`)
    lines.set(type, made)
    return made
  }
}

/** One watch: how its events are written. */
interface Lines {
  readonly target: Target
  readonly form: Form
  readonly include: IncludeObject
  headings: boolean
}

/**
 * Starts a watch and gives the function that ends it, for when the client has gone. Throws StatusError (400,
 * 422) before anything is sent; a version that is too old is told in the stream, as the real server does.
 */
export function startWatch(
  target: Target,
  query: URLSearchParams,
  form: Form,
  context: WatchContext,
): () => void {
  const selection = readSelection(target, query)
  const initial = flag(query, 'sendInitialEvents')
  const match = query.get('resourceVersionMatch')
  if (initial && match !== 'NotOlderThan')
    throw watchInvalid(
      'resourceVersionMatch',
      'Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
    )
  if (!query.has('sendInitialEvents') && match)
    throw watchInvalid(
      'resourceVersionMatch',
      'Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
    )
  const asked = query.get('resourceVersion') ?? ''
  if (asked !== '' && !/^\d+$/.test(asked))
    throw badRequest(`Invalid value: ${JSON.stringify(asked)}: resourceVersion`)

  const lines: Lines = { target, form, include: includeObject(query), headings: true }
  const bookmarks = flag(query, 'allowWatchBookmarks')
  const { send, now, encode } = context
  const fresh = asked === '' || asked === '0' || initial

  try {
    if (fresh && query.get('sendInitialEvents') !== 'false') startWith(select(target, selection))
    else if (!fresh) for (const change of target.resource.since(Number(asked))) tell(change)
  } catch (error) {
    if (!(error instanceof StatusError)) throw error
    send(`${JSON.stringify({ type: 'ERROR', object: error.status })}\n`)
    context.end()
    return () => {}
  }
  if (initial && bookmarks) send(bookmark(lines, context.version(), { 'k8s.io/initial-events-end': 'true' }))

  function startWith(items: readonly Item[]): void {
    context.sendAll(initialLines({ ...lines }, items, now()))
    // What is told while these still wait comes after them: only the first of all has headings.
    if (items.length > 0) lines.headings = false
  }

  function tell(change: ItemChange): void {
    const selected = selectedChange(change, target, selection)
    if (selected === undefined) return
    send(form === 'object' ? encode(selected, change.item) : line(lines, selected, change.item, now()))
  }

  const unsubscribe = target.resource.subscribe(tell)
  const ticking = bookmarks
    ? setInterval(() => send(bookmark(lines, context.version())), bookmarkEvery)
    : undefined
  const seconds = wholeNumber(query, 'timeoutSeconds')
  const ending = seconds ? setTimeout(finish, seconds * 1000) : undefined
  ticking?.unref()
  ending?.unref()

  function stop(): void {
    unsubscribe()
    clearInterval(ticking)
    clearTimeout(ending)
  }

  function finish(): void {
    stop()
    if (bookmarks) send(bookmark(lines, context.version()))
    context.end()
  }

  return stop
}

/** The objects that there are, as if each had just been added. */
function* initialLines(lines: Lines, items: readonly Item[], now: number): Generator<string> {
  for (const item of items)
    yield lines.form === 'object'
      ? `{"type":"ADDED","object":${item.text()}}\n`
      : line(lines, 'ADDED', item, now)
}

/** What a change is to someone who sees the selected objects alone: one that leaves the selection is deleted. */
function selectedChange(
  { type, item, previous }: ItemChange,
  { namespace }: Target,
  selection: Selection,
): ItemChange['type'] | undefined {
  if (namespace !== undefined && item.meta.namespace !== namespace) return undefined
  if (selection.everything) return type
  const before = previous !== undefined && selection.matches(previous)
  const after = type !== 'DELETED' && selection.matches(item)
  if (before && after) return 'MODIFIED'
  if (after) return 'ADDED'
  return before ? 'DELETED' : undefined
}

/** An event in a form other than the object's own. */
function line(lines: Lines, type: ItemChange['type'], item: Item, now: number): string {
  if (lines.form === 'metadata') return `{"type":"${type}","object":${JSON.stringify(item.partial())}}\n`
  const { headings, include, target } = lines
  lines.headings = false
  const metadata = { resourceVersion: item.meta.resourceVersion }
  const object = tableOf(target.resource, [item], metadata, include, now, headings)
  return `{"type":"${type}","object":${JSON.stringify(object)}}\n`
}

/** An event that says how far the watch has come, and changes nothing. */
function bookmark(lines: Lines, version: number, annotations?: Readonly<Record<string, string>>): string {
  const { resource } = lines.target
  const metadata = {
    resourceVersion: String(version),
    creationTimestamp: null,
    ...(annotations === undefined ? {} : { annotations }),
  }
  const bare = { kind: resource.kind, apiVersion: apiVersionOf(resource), metadata }
  const partial = { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata }
  const object =
    lines.form === 'object'
      ? bare
      : lines.form === 'metadata'
        ? partial
        : {
            kind: 'Table',
            apiVersion: 'meta.k8s.io/v1',
            metadata: { resourceVersion: String(version) },
            columnDefinitions: lines.headings ? resource.columns : [],
            rows: [
              { cells: resource.columns.map(() => ''), object: lines.include === 'Object' ? bare : partial },
            ],
          }
  return `${JSON.stringify({ type: 'BOOKMARK', object })}\n`
}
