/**
 * Keeps the objects of one kind as the cluster has them: a list, then a watch from there, then what went wrong.
 * Any error ends in a new list, since a cluster that came back from a backup knows other versions than before.
 */
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { type ApiClient, ApiError, type Query } from './api-client.ts'

export interface Kind<Projection extends { readonly name: string }> {
  /** As RBAC and `kubectl get` name it, e.g. "deployments". */
  readonly plural: string
  readonly path: string
  readonly query: Query
  /** Raw JSON of one object → what is kept of it; throws for what is no such object. */
  readonly parse: (raw: unknown) => Projection
}

export interface FollowedKind<Projection> {
  /** By name; always the same map. */
  readonly objects: ReadonlyMap<string, Projection>
  /** Goes up with each change of what is kept of the objects: what is not kept of them changes nothing. */
  readonly version: () => number
  /** Whether a whole list was ever read. */
  readonly listed: () => boolean
  /** Why the objects may be outdated, in one short line; undefined while they are being followed. */
  readonly trouble: () => string | undefined
  /** When this kind was last heard of, in the caller's milliseconds; undefined when never. */
  readonly heardAt: () => number | undefined
  /** Lists again at once, whatever is going on; with `why`, the objects count as outdated until that has worked. */
  readonly restart: (why?: string) => void
}

export interface Following {
  readonly now: () => number
  /** After each sign of life and each change of what the functions above give. */
  readonly onNews: () => void
  /** Its abort ends everything. */
  readonly signal: AbortSignal
}

const pageSize = '500'
const listWithinMs = 30_000
/** Bookmarks are asked for, but nobody promises them: silence of this length isn't believed, and ends in a new list. */
const silenceMs = 30_000
/** The server ends the watch after this time, so that a connection that only seems open doesn't live for ever. */
const watchSeconds = '240'
const backOffMs = { first: 500, most: 10_000 } as const
/** A watch that ends sooner without a word counts as a failure: or a broken server would be asked in a tight loop. */
const suddenMs = 1000

const listSchema = z.object({
  metadata: z.object({ resourceVersion: z.string(), continue: z.string().nullish() }),
  items: z.array(z.unknown()).nullish(),
})
const eventSchema = z.object({ type: z.string(), object: z.unknown() })
const versionSchema = z.object({ metadata: z.object({ resourceVersion: z.string() }) })
const statusSchema = z.object({ code: z.number().nullish() })

/** Starts following; it goes on until the signal aborts, and never throws. */
export function followKind<Projection extends { readonly name: string }>(
  api: ApiClient,
  kind: Kind<Projection>,
  { now, onNews, signal }: Following,
): FollowedKind<Projection> {
  const objects = new Map<string, Projection>()
  let listed = false
  let trouble: string | undefined
  let heardAt: number | undefined
  let failures = 0
  let version = 0
  /** Aborting it ends the round, be it a request or a pause. */
  let round = new AbortController()
  signal.addEventListener('abort', () => round.abort(), { once: true })

  function heard(): void {
    heardAt = now()
    onNews()
  }

  async function list(): Promise<string> {
    const found = new Map<string, Projection>()
    let token = ''
    for (;;) {
      const query = { ...kind.query, limit: pageSize, ...(token === '' ? {} : { continue: token }) }
      const page = listSchema.parse(await api.get(kind.path, query, listWithinMs, round.signal))
      for (const item of page.items ?? []) {
        const object = kind.parse(item)
        found.set(object.name, object)
      }
      token = page.metadata.continue ?? ''
      if (token !== '') continue
      objects.clear()
      for (const [name, object] of found) objects.set(name, object)
      version += 1
      listed = true
      heard()
      return page.metadata.resourceVersion
    }
  }

  /** Takes over what an event says, and gives its version. Throws ApiError for one that reports an error. */
  function take(line: string): string {
    const { type, object } = eventSchema.parse(JSON.parse(line))
    if (type === 'ERROR') {
      const { code } = statusSchema.parse(object)
      throw new ApiError('the watch was ended by an error', code ?? 500)
    }
    const { resourceVersion } = versionSchema.parse(object).metadata
    if (type === 'ADDED' || type === 'MODIFIED' || type === 'DELETED') {
      const projection = kind.parse(object)
      if (type === 'DELETED') {
        objects.delete(projection.name)
        version += 1
      } else if (!isDeepStrictEqual(objects.get(projection.name), projection)) {
        objects.set(projection.name, projection)
        version += 1
      }
    }
    return resourceVersion
  }

  /** Watches until the server ends it; gives the version to go on from. */
  async function watch(from: string): Promise<string> {
    let reached = from
    let spoke = false
    const started = performance.now()
    const silence = setTimeout(() => restart(), silenceMs)
    const query = {
      ...kind.query,
      watch: 'true',
      resourceVersion: from,
      allowWatchBookmarks: 'true',
      timeoutSeconds: watchSeconds,
    }
    const onOpen = () => {
      trouble = undefined
      silence.refresh()
      heard()
    }
    const onLine = (line: string) => {
      reached = take(line)
      spoke = true
      failures = 0
      silence.refresh()
      heard()
    }
    try {
      await api.lines(kind.path, query, { onOpen, onLine }, round.signal)
    } finally {
      clearTimeout(silence)
    }
    if (!spoke && performance.now() - started < suddenMs) throw new ApiError('the watch ended at once')
    failures = 0
    return reached
  }

  async function follow(): Promise<void> {
    let from: string | undefined
    while (!signal.aborted) {
      const current = round
      try {
        from = await watch(from ?? (await list()))
      } catch (error) {
        from = undefined
        if (signal.aborted) return
        // A restart was asked for, and has set things right for the next round.
        if (current !== round) continue
        // Gone (410): the version is too old to go on from, which is no fault unless it happens again at once.
        const gone = error instanceof ApiError && error.status === 410
        if (!gone || failures > 0) {
          trouble = troubleWords(error, kind.plural)
          onNews()
        }
        if (!gone || failures > 0) await pause(backOff(failures), current.signal)
        failures += 1
      }
    }
  }

  function restart(why?: string): void {
    if (signal.aborted) return
    if (why !== undefined) trouble = why
    failures = 0
    const before = round
    round = new AbortController()
    before.abort()
  }

  void follow()
  return {
    objects,
    version: () => version,
    listed: () => listed,
    trouble: () => trouble,
    heardAt: () => heardAt,
    restart,
  }
}

function backOff(failures: number): number {
  return Math.min(backOffMs.first * 2 ** failures, backOffMs.most)
}

/** Resolves after the time, or sooner when the signal aborts. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
  })
}

function troubleWords(error: unknown, plural: string): string {
  if (error instanceof ApiError)
    return error.status === undefined ? error.message : `${plural}: ${error.message}`
  return `${plural}: the API sent something that can't be read`
}
