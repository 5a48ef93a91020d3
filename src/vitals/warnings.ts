/** Events of the type Warning, from now on: a list of the past would not be sorted, and tells of other days. */
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { type ApiClient, ApiError } from '../cluster/api-client.ts'
import { text } from '../cluster/api-json.ts'
import type { Warning } from './vitals.ts'

/** How many are kept, the newest first. */
const MOST = 30
/** In a storm of them no more are read a second: what is on a screen is of that order, and reading costs. */
const MOST_A_SECOND = 20
const againAfterMs = 5000
const listWithinMs = 10_000

const listSchema = z.object({ metadata: z.object({ resourceVersion: z.string() }) })
const eventSchema = z.object({
  type: z.string(),
  object: z.object({
    metadata: z.object({ name: z.string() }),
    involvedObject: z.object({ kind: text.nullish(), name: text.nullish() }),
    reason: text.nullish(),
    message: text.nullish(),
    count: z.number().nullish(),
    series: z.object({ count: z.number().nullish() }).nullish(),
    lastTimestamp: z.string().nullish(),
    eventTime: z.string().nullish(),
  }),
})

interface Listening {
  readonly namespace: string
  readonly now: () => number
  readonly signal: AbortSignal
  /** Told of all that are kept, or why there are none to be heard. */
  readonly onWarnings: (warnings: readonly Warning[], deaf: string | undefined) => void
}

/** Listens until the signal aborts; never rejects. */
export async function hearWarnings(
  api: ApiClient,
  { namespace, now, signal, onWarnings }: Listening,
): Promise<void> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/events`
  const query = { fieldSelector: 'type=Warning' }
  const kept = new Map<string, Warning>()
  let second = 0
  let heard = 0

  function onLine(line: string): void {
    const at = now()
    const present = Math.floor(at / 1000)
    if (present !== second) [second, heard] = [present, 0]
    heard += 1
    if (heard > MOST_A_SECOND) return
    const { type, object } = eventSchema.parse(JSON.parse(line))
    if (type !== 'ADDED' && type !== 'MODIFIED') return
    // One that comes again is the newest once more.
    kept.delete(object.metadata.name)
    kept.set(object.metadata.name, warningOf(object, at))
    for (const name of [...kept.keys()].slice(0, Math.max(0, kept.size - MOST))) kept.delete(name)
    onWarnings([...kept.values()].toReversed(), undefined)
  }

  while (!signal.aborted) {
    try {
      const list = listSchema.parse(await api.get(path, { ...query, limit: '1' }, listWithinMs, signal))
      const watch = { ...query, watch: 'true', resourceVersion: list.metadata.resourceVersion }
      await api.lines(path, watch, { onOpen: () => {}, onLine }, signal)
    } catch (error) {
      if (signal.aborted) return
      const why = error instanceof ApiError ? error.message : 'the API sent something that cannot be read'
      onWarnings([...kept.values()].toReversed(), why)
    }
    await pause(againAfterMs, undefined, { signal }).catch(() => undefined)
  }
}

function warningOf(object: z.infer<typeof eventSchema>['object'], at: number): Warning {
  const { involvedObject: of, reason, message, count, series, lastTimestamp, eventTime } = object
  return {
    at: Date.parse(lastTimestamp ?? eventTime ?? '') || at,
    object: `${(of.kind ?? '').toLowerCase()}/${of.name ?? ''}`,
    reason: reason ?? '',
    message: message ?? '',
    count: series?.count ?? count ?? 1,
  }
}
