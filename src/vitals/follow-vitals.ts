/** Asks how the application fares for as long as somebody looks: its health page, its logs, its usage, its warnings. */
import { setTimeout as pause } from 'node:timers/promises'
import { type ApiAddress, type ApiClient, ApiError, apiClient } from '../cluster/api-client.ts'
import type { ClusterStatus } from '../cluster/status.ts'
import { ask } from '../health/ask.ts'
import { wordsOf } from '../health/judgment.ts'
import { judgeErrors } from '../health/log.ts'
import { defaultThresholds, logTail } from '../health/thresholds.ts'
import { healthAfter } from './health.ts'
import { usageByColor } from './usage.ts'
import { type Errors, EVERY_MS, type Health, type Told, type Vitals } from './vitals.ts'
import { hearWarnings } from './warnings.ts'

export type VitalsOptions = ApiAddress & {
  readonly namespace: string
  /** The application's address, once it is known. */
  readonly apiUrl: () => string | undefined
  /** Blue and green as they are known. */
  readonly status: () => ClusterStatus | undefined
  /** Masks secrets in what logs, pages and events say. */
  readonly redact: (text: string) => string
  /** Milliseconds since 1970. */
  readonly now: () => number
}

const healthPath = '/healthz'
const answerWithinMs = 5000
/** Whose logs are read: errors that only one pod in many has are what probes and gates are for. */
const MOST_LOGS = 4
const LOG_SECONDS = 60
const MOST_LOG_BYTES = 256 * 1024
/** The metrics API has no pages: what it says of more pods than this costs more than it tells. */
const MOST_MEASURED = 1000

/** Asks until `close()`, and tells each time that something is known anew. Never throws. */
export function followVitals(
  options: VitalsOptions,
  onVitals: (vitals: Vitals) => void,
): { readonly close: () => void } {
  const { namespace, apiUrl, status, redact, now } = options
  const stop = new AbortController()
  const { signal } = stop
  const api = apiClient(options)
  let vitals: Vitals = { errors: { kind: 'asking' }, usage: { kind: 'asking' }, warnings: [] }
  let health: Health | undefined

  function learn(change: Partial<Vitals>): void {
    if (signal.aborted) return
    vitals = { ...vitals, ...change }
    onVitals(vitals)
  }

  async function every(ms: number, work: () => Promise<void>): Promise<void> {
    while (!signal.aborted) {
      const begun = now()
      await work()
      const rest = Math.max(ms / 4, ms - (now() - begun))
      await pause(Math.min(rest, ms), undefined, { signal }).catch(() => undefined)
    }
  }

  async function askHealth(): Promise<void> {
    const url = apiUrl()
    if (url === undefined) return
    health = healthAfter(health, await ask(`${url.replace(/\/+$/, '')}${healthPath}`))
    const checks = health.checks.map((check) => ({ ...check, why: redact(check.why) }))
    const value = { ...health, says: redact(health.says), checks }
    learn({ health: { kind: 'told', at: now(), value } })
  }

  async function askErrors(): Promise<void> {
    const known = status()
    if (known?.freshness.kind !== 'fresh') return
    const errors = await told(now, async () => {
      const { good, says } = await errorsOf(api, known, namespace, signal)
      return { good, says: redact(says) }
    })
    learn({ errors })
  }

  async function askUsage(): Promise<void> {
    const known = status()
    if (known?.freshness.kind !== 'fresh') return
    const usage = await told(now, async () => {
      if (known.colors.reduce((sum, { pods }) => sum + pods.length, 0) > MOST_MEASURED)
        throw new ApiError(`not asked for more than ${MOST_MEASURED} pods`)
      const path = `/apis/metrics.k8s.io/v1beta1/namespaces/${encodeURIComponent(namespace)}/pods`
      return usageByColor(await api.get(path, { labelSelector: 'color' }, answerWithinMs, signal), known)
    })
    learn({ usage })
  }

  /** The first answers come when blue and green are known, not a whole period later. */
  async function whenKnown(): Promise<void> {
    while (!signal.aborted && status()?.freshness.kind !== 'fresh')
      await pause(200, undefined, { signal }).catch(() => undefined)
  }

  void every(EVERY_MS.health, askHealth)
  void whenKnown().then(() =>
    Promise.all([
      every(EVERY_MS.errors, askErrors),
      every(EVERY_MS.usage, askUsage),
      hearWarnings(api, {
        ...{ namespace, now, signal },
        onWarnings: (warnings, deaf) => {
          const { deaf: _, ...rest } = vitals
          vitals = rest
          const masked = warnings.map((warning) => ({ ...warning, message: redact(warning.message) }))
          learn({ warnings: masked, ...(deaf === undefined ? {} : { deaf }) })
        },
      }),
    ]),
  )
  return {
    close() {
      stop.abort()
      api.close()
    },
  }
}

async function told<T>(now: () => number, work: () => Promise<T>): Promise<Told<T>> {
  try {
    return { kind: 'told', value: await work(), at: now() }
  } catch (error) {
    const why = error instanceof ApiError ? error.message : 'the API sent something that cannot be read'
    return { kind: 'unknown', why, at: now() }
  }
}

async function errorsOf(
  api: ApiClient,
  { live, colors }: ClusterStatus,
  namespace: string,
  signal: AbortSignal,
): Promise<Errors> {
  const pods = colors.flatMap((color) => (color.color === live ? color.pods : [])).slice(0, MOST_LOGS)
  const read = pods.map(async ({ name: pod }) => {
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/log`
    const query = {
      sinceSeconds: `${LOG_SECONDS}`,
      tailLines: `${logTail}`,
      limitBytes: `${MOST_LOG_BYTES}`,
    }
    const lines: string[] = []
    try {
      await api.lines(path, query, { onOpen: () => {}, onLine: (line) => lines.push(line) }, signal)
      return { pod, text: lines.join('\n') }
    } catch (error) {
      return { pod, unread: error instanceof ApiError ? error.message : 'it is not to be read' }
    }
  })
  const judgment = judgeErrors({ since: `${LOG_SECONDS}s`, pods: await Promise.all(read) }, defaultThresholds)
  if (judgment.kind === 'unknown') throw new ApiError(judgment.why)
  return { good: judgment.kind === 'good', says: wordsOf(judgment) }
}
