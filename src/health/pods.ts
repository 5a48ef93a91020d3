/** What keeps a color's pods from serving: each kind of trouble by the word that kubectl has for it. */
import type { Judgment } from './judgment.ts'
import { type ClusterEvent, type ContainerStatus, isReady, type Pod } from './objects.ts'
import { printable } from './printable.ts'

interface Trouble {
  readonly cause: string
  /** What is known besides the word. */
  readonly details: string
}

/** A restart is no news any more after this time, in milliseconds. */
const recentMs = 10 * 60 * 1000

/** A message of Kubernetes may be a screen long: its beginning says what it is about. */
const longestDetails = 100

/** Words of a container that waits, though nothing is wrong yet. */
const starting: ReadonlySet<string> = new Set(['ContainerCreating', 'PodInitializing'])

/**
 * Good when every pod is ready and none was restarted in the last ten minutes. Else the commonest trouble comes first, and of equals the newest pod's.
 * `events` say why a probe failed; `now` is in milliseconds since 1970.
 */
export function judgePods(
  color: string,
  pods: readonly Pod[],
  events: readonly ClusterEvent[],
  now: number,
): Judgment {
  const staying = pods
    .filter(({ metadata }) => !metadata.deletionTimestamp)
    .toSorted((a, b) => createdAt(b) - createdAt(a))
  if (staying.length === 0) return { kind: 'bad', why: `no-pods: there is no ${color} pod`, cause: 'no-pods' }
  const ready = staying.filter(isReady).length
  const figure = { value: ready, unit: 'pods' } as const
  const troubles = staying.flatMap((pod) => troubleOf(pod, events, now) ?? [])
  if (troubles.length === 0)
    return { kind: 'good', says: `${ready} of ${staying.length} ${color} pods ready`, figure }
  const kinds = Map.groupBy(troubles, ({ cause }) => cause)
  const sorted = [...kinds].toSorted(([, a], [, b]) => b.length - a.length)
  const words = sorted.map(([cause, alike]) => {
    const details = alike
      .map((trouble) => printable(trouble.details, longestDetails))
      .find((each) => each !== '')
    return `${cause} ${alike.length} of ${staying.length}${details === undefined ? '' : ` (${details})`}`
  })
  const why = `${ready} of ${staying.length} ${color} pods ready: ${words.join('; ')}`
  const cause = sorted[0]?.[0]
  return { kind: 'bad', why, figure, ...(cause === undefined ? {} : { cause }) }
}

function troubleOf(pod: Pod, events: readonly ClusterEvent[], now: number): Trouble | undefined {
  const containers = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])]
  const killed = containers.find((container) => wasKilledForMemory(container, now))
  if (killed !== undefined) return { cause: 'OOMKilled', details: restarts(killed) }
  for (const container of containers) {
    const waiting = container.state?.waiting
    if (!waiting?.reason || starting.has(waiting.reason)) continue
    const code = container.lastState?.terminated?.exitCode
    const details =
      waiting.reason === 'CrashLoopBackOff'
        ? `${code == null ? '' : `exit code ${code}, `}${restarts(container)}`
        : (waiting.message ?? '')
    return { cause: waiting.reason, details }
  }
  const unplaced = pod.status?.conditions.find(
    ({ type, status }) => type === 'PodScheduled' && status === 'False',
  )
  if (unplaced !== undefined) return { cause: 'Unschedulable', details: unplaced.message ?? '' }
  const restarted = containers.find((container) => isRecent(container.lastState?.terminated?.finishedAt, now))
  if (restarted !== undefined) {
    const code = restarted.lastState?.terminated?.exitCode
    return {
      cause: 'Restarted',
      details: `${code == null ? '' : `exit code ${code}, `}${restarts(restarted)}`,
    }
  }
  if (isReady(pod)) return undefined
  if (containers.length === 0 || containers.some(({ state }) => state?.waiting))
    return { cause: 'Starting', details: '' }
  const said = events.findLast(
    ({ reason, involvedObject }) => reason === 'Unhealthy' && involvedObject?.name === pod.metadata.name,
  )
  return { cause: 'NotReady', details: said?.message ?? '' }
}

function createdAt({ metadata }: Pod): number {
  return Date.parse(metadata.creationTimestamp ?? '') || 0
}

function wasKilledForMemory({ state, lastState }: ContainerStatus, now: number): boolean {
  if (state?.terminated?.reason === 'OOMKilled') return true
  const before = lastState?.terminated
  return (
    before?.reason === 'OOMKilled' &&
    (isRecent(before.finishedAt, now) || state?.waiting?.reason !== undefined)
  )
}

function isRecent(time: string | null | undefined, now: number): boolean {
  return time != null && now - Date.parse(time) < recentMs
}

function restarts({ restartCount }: ContainerStatus): string {
  const count = restartCount ?? 0
  return `${count} ${count === 1 ? 'restart' : 'restarts'}`
}
