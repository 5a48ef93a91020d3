/** Measures what the containers of pods use: a model of LoanServe under the requests that it really answers. */
import type { Clock } from '../clock.ts'
import type { Faults } from '../faults.ts'
import type { Kubelet } from '../kubelet/kubelet.ts'
import { quantity } from '../kubelet/quantity.ts'
import type { ContainerUsage } from '../kubernetes/metrics.ts'
import type { Pod } from '../kubernetes/objects.ts'
import type { Running } from './app.ts'
import type { PoolFigures } from './log-lines.ts'

export interface Meter {
  /** The same application, whose answers are counted from now on. */
  readonly counted: (running: Running | undefined) => Running | undefined
  readonly usage: (pod: Pod) => readonly ContainerUsage[] | undefined
  /** When the figures are of, in milliseconds since 1970. */
  readonly measuredAt: () => number
  /** How much of their CPU limits these pods use, 0 to 1; 0 where none has a limit. */
  readonly cpuShare: (pods: readonly Pod[]) => number
}

/** Requests are counted as a rate that forgets within about half a minute. */
const memoryMs = 30_000
/** How long a container has run before anything is known of it, as metrics-server scrapes. */
const scrapeMs = 15_000
const mebibyte = 2 ** 20

interface Rate {
  at: number
  perSecond: number
}

/** Nothing has been asked yet. `speed` is how many times faster than in a real cluster pods live. */
export function createMeter(options: {
  readonly clock: Clock
  readonly speed: number
  readonly faults: Faults
  readonly kubelet: () => Pick<Kubelet, 'appOf'>
  readonly poolOf: (running: Running) => PoolFigures
}): Meter {
  const { clock, speed, faults, kubelet, poolOf } = options
  const rates = new Map<string, Rate>()
  let frozen:
    | { readonly since: number; readonly usage: Map<string, readonly ContainerUsage[] | undefined> }
    | undefined

  function rateOf(uid: string): number {
    const rate = rates.get(uid)
    return rate === undefined ? 0 : rate.perSecond * Math.exp((rate.at - clock.now()) / memoryMs)
  }

  function count(uid: string): void {
    rates.set(uid, { at: clock.now(), perSecond: rateOf(uid) + 1000 / memoryMs })
    if (rates.size > 1000) for (const known of rates.keys()) if (rateOf(known) < 0.001) rates.delete(known)
  }

  /** A number in [0, 1) that stays with a pod: no two of them use quite the same. */
  function share(uid: string): number {
    return Number.parseInt(uid.slice(0, 6), 16) / 0x1000000
  }

  function measure(pod: Pod): readonly ContainerUsage[] | undefined {
    const { uid } = pod.metadata
    const running = (pod.status.containerStatuses ?? []).filter(({ state }) => state?.running !== undefined)
    const settled = running.filter(
      ({ state }) => clock.now() - Date.parse(state?.running?.startedAt ?? '') >= scrapeMs / speed,
    )
    if (settled.length === 0) return undefined
    const app = kubelet().appOf(uid)
    return settled.map(({ name }, at) => {
      const own = share(uid)
      if (app === undefined || at > 0)
        return { name, cpu: 0.001 + own * 0.001, memory: (6 + own * 4) * mebibyte }
      const perSecond = rateOf(uid)
      // Each request takes about six milliseconds of a core; each connection holds about a megabyte and a half.
      const cpu = 0.002 + own * 0.002 + perSecond * 0.006
      return { name, cpu, memory: (62 + own * 8 + perSecond * 0.3 + poolOf(app).in_use * 1.5) * mebibyte }
    })
  }

  function usage(pod: Pod): readonly ContainerUsage[] | undefined {
    const { metricsFrozenAt } = faults.now()
    if (metricsFrozenAt === undefined) {
      frozen = undefined
      return measure(pod)
    }
    if (frozen?.since !== metricsFrozenAt) frozen = { since: metricsFrozenAt, usage: new Map() }
    const { uid } = pod.metadata
    if (!frozen.usage.has(uid)) frozen.usage.set(uid, measure(pod))
    return frozen.usage.get(uid)
  }

  return {
    usage,
    counted(running) {
      if (running === undefined) return undefined
      const { uid } = running.pod.metadata
      return {
        ...running,
        logRequest(line) {
          count(uid)
          running.logRequest(line)
        },
      }
    },
    measuredAt: () => faults.now().metricsFrozenAt ?? clock.now(),
    cpuShare(pods) {
      const shares = pods.flatMap((pod) =>
        (usage(pod) ?? []).flatMap(({ name, cpu }) => {
          const limit = pod.spec.containers.find((each) => each.name === name)?.resources?.limits?.cpu
          return limit === undefined ? [] : [cpu / quantity(limit)]
        }),
      )
      return shares.length === 0 ? 0 : shares.reduce((sum, each) => sum + each, 0) / shares.length
    },
  }
}
