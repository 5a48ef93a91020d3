/** What the containers of a color use of the CPU and memory that they may. */
import type { Judgment } from './judgment.ts'
import type { Pod } from './objects.ts'
import { readQuantity } from './quantity.ts'

/** What one container uses: cores, and bytes. */
export interface ContainerUsage {
  readonly pod: string
  readonly container: string
  readonly cpu: number
  readonly memory: number
}

export type Resource = 'cpu' | 'memory'

/** Reads `kubectl top pods --containers --no-headers`; undefined for a text that is something else. */
export function readTop(text: string): readonly ContainerUsage[] | undefined {
  const rows = text.split('\n').filter((line) => line.trim() !== '')
  const read = rows.flatMap((row) => {
    const [pod, container, cpu = '', memory = ''] = row.trim().split(/\s+/)
    const [cores, bytes] = [readQuantity(cpu), readQuantity(memory)]
    if (pod === undefined || container === undefined || cores === undefined || bytes === undefined) return []
    return [{ pod, container, cpu: cores, memory: bytes }]
  })
  return read.length === rows.length ? read : undefined
}

interface Share extends ContainerUsage {
  readonly of: 'limit' | 'request'
  readonly percent: number
  readonly allowed: number
}

/**
 * Each container's use against its limit; where it has none, against its request; where it has neither, nothing is known
 * of what is too much. The fullest container decides.
 */
export function judgeUsage(
  resource: Resource,
  usage: readonly ContainerUsage[],
  pods: readonly Pod[],
  threshold: number,
): Judgment {
  if (usage.length === 0) return { kind: 'unknown', why: 'no pod has figures yet' }
  const shares = usage.flatMap((container) => shareOf(resource, container, pods) ?? [])
  const [fullest] = shares.toSorted((a, b) => b.percent - a.percent)
  const most = Math.max(...usage.map((container) => container[resource]))
  if (fullest === undefined) {
    return {
      kind: 'unknown',
      why: `up to ${amount(resource, most)} used, and there is no limit to judge it by`,
    }
  }
  const { pod, of, percent, allowed } = fullest
  const value = Math.round(percent)
  const figure = { value, unit: 'percent' } as const
  const words = `${value} % of its ${of} (${amount(resource, fullest[resource])} of ${amount(resource, allowed)})`
  if (percent >= threshold) {
    return { kind: 'bad', why: `${pod} uses ${words}`, cause: `${resource}-at-${of}`, figure }
  }
  if (shares.length < usage.length) {
    return {
      kind: 'unknown',
      why: `${words} at the most; ${usage.length - shares.length} of ${usage.length} containers have no limit`,
    }
  }
  return { kind: 'good', says: `${words}, bad from ${threshold} %`, figure }
}

function shareOf(resource: Resource, usage: ContainerUsage, pods: readonly Pod[]): Share | undefined {
  const pod = pods.find(({ metadata }) => metadata.name === usage.pod)
  const resources = pod?.spec.containers.find(({ name }) => name === usage.container)?.resources
  for (const bound of ['limit', 'request'] as const) {
    const text = (bound === 'limit' ? resources?.limits : resources?.requests)?.[resource]
    const allowed = text === undefined ? undefined : readQuantity(text)
    if (allowed !== undefined && allowed > 0)
      return { ...usage, of: bound, allowed, percent: (100 * usage[resource]) / allowed }
  }
  return undefined
}

function amount(resource: Resource, value: number): string {
  return resource === 'cpu' ? `${Math.round(value * 1000)}m` : `${Math.round(value / 2 ** 20)}Mi`
}
