/** Carries out probes: asks the application and kubectl, each question once, and has the answers judged. */

import { type Answers, judgeDatabase, judgeExternal, judgeHealth, judgeResponseTime } from './answers.ts'
import { ask } from './ask.ts'
import { askPods } from './forward.ts'
import type { Judgment, ProbeName } from './judgment.ts'
import { judgeErrors, judgePool, type Logs } from './log.ts'
import { kubectlJson, type Pod } from './objects.ts'
import { judgePods } from './pods.ts'
import { logTail, type Thresholds } from './thresholds.ts'
import { askKubectl, askKubectlJson, type Told } from './tools.ts'
import { colorOf, judgeEndpoints, judgeSelector, liveColor, type Traffic } from './traffic.ts'
import { judgeUsage, type Resource, readTop } from './usage.ts'

export interface ProbeOptions {
  /** The application's address; without one it can't be asked. */
  readonly apiUrl: string | undefined
  readonly path: string
  readonly namespace: string | undefined
  readonly service: string
  /** The color that is meant; the live one if none is given. */
  readonly color: string | undefined
  /** Whether the color's pods are asked themselves, past the Service. */
  readonly direct: boolean
  /** How many requests are made at the same time. */
  readonly requests: number
  /** How far back logs are read, as kubectl takes it. */
  readonly since: string
  readonly thresholds: Thresholds
}

export interface Reading {
  readonly probe: ProbeName
  readonly judgment: Judgment
}

/** At most so many pods are asked or read one by one. */
const mostPods = 10

/** Carries out the probes at the same time and gives their judgments in the order of the names. Never throws. */
export async function probe(names: readonly ProbeName[], options: ProbeOptions): Promise<readonly Reading[]> {
  const asked = questions(options)
  return await Promise.all(
    names.map(async (name) => ({ probe: name, judgment: await judged(name, options, asked) })),
  )
}

async function judged(name: ProbeName, options: ProbeOptions, asked: Questions): Promise<Judgment> {
  const { thresholds } = options
  switch (name) {
    case 'health':
      return judgeHealth(await asked.answers())
    case 'database':
      return judgeDatabase(await asked.answers())
    case 'external':
      return judgeExternal(await asked.answers(), thresholds)
    case 'response-time':
      return judgeResponseTime(await asked.answers(), thresholds)
    case 'errors':
      return judgeErrors(await asked.logs(), thresholds)
    case 'pool':
      return judgePool(await asked.logs())
    case 'cpu':
      return await usageOf('cpu', thresholds.usagePercent, asked)
    case 'memory':
      return await usageOf('memory', thresholds.usagePercent, asked)
    case 'pods':
      return await podsOf(asked)
    case 'endpoints':
    case 'selector':
      return await trafficOf(name, asked)
  }
}

async function usageOf(resource: Resource, threshold: number, asked: Questions): Promise<Judgment> {
  const [color, pods] = await Promise.all([asked.color(), asked.pods()])
  if (!color.ok) return { kind: 'unknown', why: color.why }
  const top = await asked.top()
  if (!top.ok) return { kind: 'unknown', why: top.why }
  if (!pods.ok) return { kind: 'unknown', why: pods.why }
  const usage = readTop(top.value)
  if (usage === undefined) return { kind: 'unknown', why: 'kubectl top printed something else than figures' }
  return judgeUsage(resource, usage, pods.value, threshold)
}

async function podsOf(asked: Questions): Promise<Judgment> {
  const [color, pods] = await Promise.all([asked.color(), asked.pods()])
  if (!color.ok) return { kind: 'unknown', why: color.why }
  if (!pods.ok) return { kind: 'unknown', why: pods.why }
  const own = pods.value.filter((pod) => colorOf(pod) === color.value)
  const events = await asked.events()
  // Without events only the reason of a failing probe is missing.
  return judgePods(color.value, own, events.ok ? events.value : [], Date.now())
}

async function trafficOf(name: 'endpoints' | 'selector', asked: Questions): Promise<Judgment> {
  const traffic = await asked.traffic()
  if (!traffic.ok) return { kind: 'unknown', why: traffic.why }
  const color = await asked.color()
  if (name === 'endpoints') return judgeEndpoints(traffic.value, color.ok ? color.value : undefined)
  return color.ok ? judgeSelector(traffic.value, color.value) : { kind: 'unknown', why: color.why }
}

type Questions = ReturnType<typeof questions>

/** Each question is put once, when its answer is first wanted. */
function questions(options: ProbeOptions) {
  const { apiUrl, path, service: serviceName, since, requests } = options
  const namespace = options.namespace === undefined ? [] : ['-n', options.namespace]
  const get = <T>(what: readonly string[], shape: Parameters<typeof askKubectlJson<T>>[1]) =>
    askKubectlJson(['get', ...what, ...namespace], shape)

  const service = once(async () => {
    const told = await get(['service', serviceName], kubectlJson.service)
    return !told.ok && /NotFound/.test(told.why) ? ({ ok: true, value: undefined } as const) : told
  })
  const slices = once(() =>
    get(['endpointslices', '-l', `kubernetes.io/service-name=${serviceName}`], kubectlJson.slices),
  )
  const pods = once(() => get(['pods', '-l', 'color'], kubectlJson.pods))
  const events = once(() => get(['events', '--field-selector', 'reason=Unhealthy'], kubectlJson.events))

  const color = once(async (): Promise<Told<string>> => {
    if (options.color !== undefined) return { ok: true, value: options.color }
    const told = await service()
    if (!told.ok) return told
    const live = liveColor(told.value)
    if (live !== undefined) return { ok: true, value: live }
    const why =
      told.value === undefined ? `there is no Service ${serviceName}` : `${serviceName} selects no color`
    return { ok: false, why: `${why}, and none was named by --color` }
  })

  const ofColor = async (): Promise<Told<readonly Pod[]>> => {
    const [wanted, all] = await Promise.all([color(), pods()])
    if (!wanted.ok) return wanted
    return all.ok ? { ok: true, value: all.value.filter((pod) => colorOf(pod) === wanted.value) } : all
  }

  const top = once(async () => {
    const wanted = await color()
    if (!wanted.ok) return wanted
    return await askKubectl([
      'top',
      'pods',
      '-l',
      `color=${wanted.value}`,
      '--containers',
      '--no-headers',
      ...namespace,
    ])
  })

  const logs = once(async (): Promise<Logs> => {
    const own = await ofColor()
    if (!own.ok) return { unread: own.why }
    if (own.value.length === 0) return { unread: 'there is no pod of that color' }
    const read = own.value.slice(0, mostPods).map(async ({ metadata: { name: pod } }) => {
      const told = await askKubectl(['logs', pod, `--since=${since}`, `--tail=${logTail}`, ...namespace])
      return told.ok ? { pod, text: told.value } : { pod, unread: told.why }
    })
    return { since, pods: await Promise.all(read) }
  })

  const answers = once(async (): Promise<Answers> => {
    if (options.direct) {
      const own = await ofColor()
      if (!own.ok) return { unasked: own.why }
      const staying = own.value.filter(({ metadata }) => !metadata.deletionTimestamp)
      if (staying.length === 0) return { unasked: 'there is no pod of that color' }
      return await askPods(staying.slice(0, mostPods), namespace, path)
    }
    if (apiUrl === undefined) return { unasked: 'API_URL is not set' }
    const url = `${apiUrl.replace(/\/+$/, '')}${path}`
    return await Promise.all(Array.from({ length: requests }, () => ask(url)))
  })

  const traffic = once(async (): Promise<Told<Traffic>> => {
    const [own, endpoints, colored] = await Promise.all([service(), slices(), pods()])
    if (!own.ok) return own
    if (!endpoints.ok) return endpoints
    if (!colored.ok) return colored
    return {
      ok: true,
      value: { serviceName, service: own.value, slices: endpoints.value, pods: colored.value },
    }
  })

  return { answers, color, events, logs, pods, top, traffic }
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined
  return () => {
    result ??= work()
    return result
  }
}
