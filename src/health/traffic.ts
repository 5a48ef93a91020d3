/** Who gets the traffic: what a Service selects, and which pods stand behind it. */
import type { Judgment } from './judgment.ts'
import { type EndpointSlice, isReady, type Pod, readyPods, type Service } from './objects.ts'

export interface Traffic {
  readonly serviceName: string
  /** Undefined when there is no such Service. */
  readonly service: Service | undefined
  readonly slices: readonly EndpointSlice[]
  /** Every pod of the namespace with a color. */
  readonly pods: readonly Pod[]
}

/** The label by which colors are told apart. */
const colorLabel = 'color'

export function colorOf(pod: Pod): string | undefined {
  return pod.metadata.labels[colorLabel]
}

/** The color that a Service selects. */
export function liveColor(service: Service | undefined): string | undefined {
  return service?.spec.selector[colorLabel]
}

/** Good when there are endpoints that take traffic, and all of them are of the color. */
export function judgeEndpoints(traffic: Traffic, color: string | undefined): Judgment {
  const { serviceName, service, slices, pods } = traffic
  if (service === undefined)
    return { kind: 'bad', why: `there is no Service ${serviceName}`, cause: 'no-service' }
  if (color === undefined)
    return { kind: 'bad', why: `the Service ${serviceName} selects no color`, cause: 'no-color' }
  const colors = readyPods(slices).map((name) => {
    const pod = pods.find(({ metadata }) => metadata.name === name)
    return pod === undefined ? undefined : colorOf(pod)
  })
  const figure = { value: colors.length, unit: 'endpoints' } as const
  if (colors.length === 0)
    return {
      kind: 'bad',
      why: `${serviceName} has no ready endpoint: nobody is served`,
      cause: 'none-ready',
      figure,
    }
  const others = colors.filter((each) => each !== color)
  if (others.length === 0) return { kind: 'good', says: `${colors.length} ready, all ${color}`, figure }
  const names = [...new Set(others.map((each) => each ?? 'no known color'))].join(', ')
  const why = `${others.length} of ${colors.length} ready endpoints are not ${color} but ${names}`
  return { kind: 'bad', why, cause: 'other-color', figure }
}

/** Why a Service doesn't send its traffic to the color, from the selector down to the endpoints. */
export function judgeSelector(traffic: Traffic, color: string): Judgment {
  const { serviceName, service, slices, pods } = traffic
  if (service === undefined)
    return { kind: 'bad', why: `there is no Service ${serviceName}`, cause: 'no-service' }
  const { selector } = service.spec
  const live = liveColor(service)
  if (live === undefined)
    return { kind: 'bad', why: `no-color: ${serviceName} selects ${written(selector)}`, cause: 'no-color' }
  const own = pods.filter((pod) => colorOf(pod) === color && !pod.metadata.deletionTimestamp)
  if (own.length === 0) return { kind: 'bad', why: `no-pods: there is no ${color} pod`, cause: 'no-pods' }
  const stale = Object.entries(selector).filter(
    ([key, value]) => key !== colorLabel && own.some(({ metadata }) => metadata.labels[key] !== value),
  )
  if (stale.length > 0) {
    const keys = stale.map(([key, value]) => `${key}=${value}`).join(', ')
    const without = own.filter((pod) =>
      stale.some(([key, value]) => pod.metadata.labels[key] !== value),
    ).length
    const beside = live === color ? '' : `; it selects ${live}`
    const why = `stale-key: the selector asks for ${keys}, which ${without} of ${own.length} ${color} pods lack${beside}`
    return { kind: 'bad', why, cause: 'stale-key' }
  }
  if (live !== color)
    return {
      kind: 'bad',
      why: `other-color: ${serviceName} selects ${live}, not ${color}`,
      cause: 'other-color',
    }
  const ready = own.filter(isReady).map(({ metadata }) => metadata.name)
  if (ready.length === 0)
    return {
      kind: 'bad',
      why: `none-ready: none of ${own.length} ${color} pods is ready`,
      cause: 'none-ready',
    }
  const served = readyPods(slices)
  const missing = ready.filter((name) => !served.includes(name))
  const strange = served.filter((name) => !ready.includes(name))
  if (missing.length + strange.length > 0) {
    const why = `endpoints-behind: ${missing.length} ready pods are not in the endpoints, ${strange.length} others are`
    return { kind: 'bad', why, cause: 'endpoints-behind' }
  }
  const figure = { value: served.length, unit: 'endpoints' } as const
  return {
    kind: 'good',
    says: `${serviceName} selects ${color}: ${served.length} endpoints, all ready`,
    figure,
  }
}

function written(selector: Readonly<Record<string, string>>): string {
  return Object.entries(selector)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ')
}
