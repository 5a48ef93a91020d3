/** The log subresource of pods: lines chosen by the request's parameters, as plain text. */
import type { LogLine, LogSource } from './logs.ts'
import type { Pod } from './objects.ts'
import { flag, wholeNumber } from './request.ts'
import { badRequest } from './status.ts'
import { chooseContainer } from './streams/conversation.ts'

export interface LogText {
  /** What there is now. */
  readonly text: string
  /** What comes later, for a request that follows. */
  readonly later?: AsyncIterable<string>
}

/**
 * The log that a request asks for. `now` is in milliseconds since 1970. Throws StatusError (400) when the
 * container isn't there, has not started, or has no instance before this one.
 */
export function readLog(
  pod: Pod,
  query: URLSearchParams,
  source: LogSource,
  now: number,
  signal: AbortSignal,
): LogText {
  const container = chooseContainer(pod, query.get('container') ?? '')
  const previous = flag(query, 'previous')
  const follow = flag(query, 'follow')
  const lines = source(pod, { container, previous, follow, signal })
  // No node, no log: the real server answers with nothing and no complaint.
  if (lines === undefined && pod.spec.nodeName === undefined) return { text: '' }
  if (lines === undefined) throw badRequest(missing(pod, container, previous))

  const stamped = flag(query, 'timestamps')
  const print = (line: LogLine) => `${stamped ? `${nanoseconds(line.at)} ` : ''}${line.text}\n`
  const from = startTime(query, now)
  const recent = lines.written.filter((line) => line.at >= from)
  const tail = wholeNumber(query, 'tailLines')
  const chosen = tail === undefined ? recent : recent.slice(Math.max(0, recent.length - tail))
  const limit = wholeNumber(query, 'limitBytes')
  const text = chosen.map(print).join('')
  return {
    text: limit === undefined ? text : Buffer.from(text).subarray(0, limit).toString(),
    ...(follow ? { later: map(lines.later, print) } : {}),
  }
}

/** A time as the container runtime writes it: always with nine digits. */
function nanoseconds(at: number): string {
  return new Date(at).toISOString().replace('Z', '000000Z')
}

async function* map(lines: AsyncIterable<LogLine>, print: (line: LogLine) => string): AsyncIterable<string> {
  for await (const line of lines) yield print(line)
}

function startTime(query: URLSearchParams, now: number): number {
  const seconds = wholeNumber(query, 'sinceSeconds')
  if (seconds !== undefined) return now - seconds * 1000
  const time = query.get('sinceTime')
  if (time === null || time === '') return Number.NEGATIVE_INFINITY
  const at = Date.parse(time)
  if (Number.isNaN(at)) throw badRequest(`sinceTime is no RFC 3339 time: ${time}`)
  return at
}

function missing(pod: Pod, container: string, previous: boolean): string {
  const { name } = pod.metadata
  if (previous) return `previous terminated container "${container}" in pod "${name}" not found`
  const status = [...(pod.status.containerStatuses ?? []), ...(pod.status.initContainerStatuses ?? [])].find(
    (each) => each.name === container,
  )
  const reason = status?.state?.waiting?.reason ?? 'ContainerCreating'
  const pulling = reason === 'ErrImagePull' || reason === 'ImagePullBackOff'
  const why = pulling ? 'trying and failing to pull image' : reason
  return `container "${container}" in pod "${name}" is waiting to start: ${why}`
}
