/** The lives of a pod's containers as one: the init containers one after the other, then all others. */
import { containerLife } from './container-life.ts'
import { type ContainerMoment, type ContainerSetting, type Life, type News, waiting } from './life.ts'

/** A container as it is now. */
export interface ContainerNow {
  readonly setting: ContainerSetting
  readonly moment: ContainerMoment
}

export interface PodMoment {
  /** Milliseconds since the pod came to its node, as a real cluster would take them. */
  readonly at: number
  /** In the order of the pod's spec. */
  readonly initContainers: readonly ContainerNow[]
  readonly containers: readonly ContainerNow[]
}

/** One container has come to a new moment, with what happened and what is to be done. */
export interface PodChange {
  readonly now: PodMoment
  readonly changed: ContainerNow
}

export interface PodLife {
  readonly now: () => PodMoment
  /** When the next thing happens by itself. */
  readonly wakeAt: () => number
  /** Begins it at time 0. */
  readonly begin: () => readonly PodChange[]
  /** Everything that is due by then happens, in order. */
  readonly pass: (at: number) => readonly PodChange[]
  /** Tells one container, or all of them. */
  readonly tell: (news: News, container?: string) => readonly PodChange[]
  /** Whether nothing will happen any more. */
  readonly isOver: () => boolean
}

interface Tenant {
  readonly setting: ContainerSetting
  /** Absent before it has begun. */
  life: Life | undefined
  moment: ContainerMoment
  over: boolean
}

/** How long after an init container's end the next container begins. */
const nextAfterMs = 500

/** A pod's life. With init containers, the others wait until those have succeeded. */
export function createPodLife(
  inits: readonly ContainerSetting[],
  mains: readonly ContainerSetting[],
): PodLife {
  const tenantOf = (setting: ContainerSetting): Tenant => ({
    setting,
    life: undefined,
    moment: {
      at: 0,
      state: waiting(setting.waitsFor),
      restarts: 0,
      ready: false,
      events: [],
      deeds: [],
      wakeAt: Number.POSITIVE_INFINITY,
    },
    over: false,
  })
  const initContainers = inits.map(tenantOf)
  const containers = mains.map(tenantOf)
  const all = [...initContainers, ...containers]
  let at = 0
  /** When the next container, or all main ones, are to begin. */
  let beginAt = Number.POSITIVE_INFINITY
  let ending = false

  const now = (): PodMoment => ({
    at,
    initContainers: initContainers.map(({ setting, moment }) => ({ setting, moment })),
    containers: containers.map(({ setting, moment }) => ({ setting, moment })),
  })

  function move(tenant: Tenant, step: () => IteratorResult<ContainerMoment, void>): readonly PodChange[] {
    const next = step()
    if (next.done) {
      tenant.over = true
      tenant.moment = { ...tenant.moment, wakeAt: Number.POSITIVE_INFINITY }
      return []
    }
    const before = tenant.moment
    tenant.moment = next.value
    at = Math.max(at, next.value.at)
    if (next.value.state.kind === 'terminated' && next.value.wakeAt === Number.POSITIVE_INFINITY)
      tenant.over = true
    if (isDone(tenant) && initContainers.includes(tenant) && !ending) beginAt = at + nextAfterMs
    if (isQuiet(next.value) && looksAlike(before, next.value)) return []
    return [{ now: now(), changed: { setting: tenant.setting, moment: tenant.moment } }]
  }

  function start(tenant: Tenant, time: number): readonly PodChange[] {
    const life = containerLife(tenant.setting, time)
    tenant.life = life
    const changes = move(tenant, () => life.next())
    // The first moment is told even where it says nothing new: the pod has come to its node.
    return changes.length > 0
      ? changes
      : [{ now: now(), changed: { setting: tenant.setting, moment: tenant.moment } }]
  }

  /** Begins what comes next: the first init container that hasn't, or all main ones. */
  function beginNext(time: number): readonly PodChange[] {
    beginAt = Number.POSITIVE_INFINITY
    const next = initContainers.find(({ life }) => life === undefined)
    if (next !== undefined) return start(next, time)
    return containers.filter(({ life }) => life === undefined).flatMap((tenant) => start(tenant, time))
  }

  const wakeAt = () => Math.min(beginAt, ...all.map(({ moment }) => moment.wakeAt))

  return {
    now,
    wakeAt,
    begin: () => beginNext(0),
    pass(until) {
      const changes: PodChange[] = []
      for (let due = wakeAt(); due <= until; due = wakeAt()) {
        at = Math.max(at, due)
        const time = due
        const tenant = all.find(({ moment }) => moment.wakeAt <= time)
        if (tenant?.life === undefined) changes.push(...beginNext(time))
        else {
          const { life } = tenant
          changes.push(...move(tenant, () => life.next({ kind: 'time', at: time })))
        }
      }
      at = Math.max(at, until)
      return changes
    },
    tell(news, container) {
      at = Math.max(at, news.at)
      if (news.kind === 'end') {
        ending = true
        beginAt = Number.POSITIVE_INFINITY
      }
      return all
        .filter(({ setting }) => container === undefined || setting.container.name === container)
        .flatMap((tenant) => {
          const { life, over } = tenant
          if (life === undefined || over) return []
          return move(tenant, () => life.next(news))
        })
    },
    isOver: () =>
      ending
        ? all.every(({ life, over }) => life === undefined || over)
        : all.every(({ over }) => over) || initContainers.some((tenant) => tenant.over && !isDone(tenant)),
  }
}

function isQuiet({ events, deeds }: ContainerMoment): boolean {
  return events.length === 0 && deeds.length === 0
}

/** Whether a pod's status says the same at both moments. */
function looksAlike(before: ContainerMoment, after: ContainerMoment): boolean {
  if (before.ready !== after.ready || before.restarts !== after.restarts || before.last !== after.last)
    return false
  const left: Readonly<Record<string, unknown>> = { ...before.state }
  const right: Readonly<Record<string, unknown>> = { ...after.state }
  const keys = new Set([...Object.keys(left), ...Object.keys(right)])
  return [...keys].every((key) => left[key] === right[key])
}

/** Whether an init container lets the next one begin: it has succeeded, or is one that runs beside the others. */
function isDone({ setting, moment }: ContainerNow): boolean {
  if (setting.container.restartPolicy === 'Always')
    return moment.state.kind === 'running' && moment.state.started
  return moment.state.kind === 'terminated' && moment.state.exitCode === 0
}
