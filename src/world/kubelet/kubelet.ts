/** Plays the kubelet and the scheduler: takes each pod on, lives its life on the clock, and ends it. */
import type { AppBehavior } from '../app/behavior.ts'
import { logText, poolEveryMs, poolLine, startLines, stopLines, type TimedLine } from '../app/log-lines.ts'
import type { Clock } from '../clock.ts'
import type { EventRecorder, Happening } from '../event-recorder.ts'
import type { Cluster } from '../kubernetes/cluster.ts'
import type { LogSource } from '../kubernetes/logs.ts'
import type { Pod } from '../kubernetes/objects.ts'
import type { ContainerSetting } from './container-life.ts'
import { createContainerLogs } from './container-log.ts'
import { environmentOf } from './environment.ts'
import { createPodAddresses, nodeIP, nodeName } from './node.ts'
import { type PodMoment, podLife } from './pod-life.ts'
import { podStatus } from './pod-status.ts'

/** From the order to end until the pod is gone, in a real cluster's time: the application stops when it is told. */
const stopMs = 400

/** An application that runs now. */
export interface RunningApp {
  readonly pod: Pod
  readonly behavior: AppBehavior
  readonly env: Readonly<Record<string, string>>
  /** When this run began, in milliseconds since 1970. */
  readonly startedAt: number
  /** Writes a line to the pod's log, and counts a request. */
  readonly logRequest: (line: Omit<TimedLine, 'afterMs'>) => void
}

export interface Kubelet {
  /** The application in the pod's first container, or undefined while it doesn't run. */
  readonly appOf: (podUid: string) => RunningApp | undefined
  readonly logs: LogSource
  /** Nothing lives on after this. */
  readonly stop: () => void
}

interface Tenant {
  readonly uid: string
  readonly ip: string
  readonly bornAt: number
  readonly life: Iterator<PodMoment, void>
  now: PodMoment | undefined
  requests: number
  stopping: boolean
  readonly cancels: Set<() => void>
}

/**
 * Starts the kubelet of the practice node. `speed` is how many times faster than a real cluster's pods live: 10
 * makes 2 s of starting 0.2 s.
 */
export function startKubelet(options: {
  readonly cluster: Cluster
  readonly clock: Clock
  readonly recorder: EventRecorder
  readonly speed: number
}): Kubelet {
  const { cluster, clock, recorder, speed } = options
  const logs = createContainerLogs()
  const addresses = createPodAddresses()
  const tenants = new Map<string, Tenant>()
  const images = new Set<string>()
  let stopped = false

  const timeOf = (tenant: Tenant) => (at: number) => tenant.bornAt + at / speed

  /** Runs `task` at that time unless the pod is gone by then. */
  function later(tenant: Tenant, time: number, task: () => void): void {
    const cancel = clock.at(time, () => {
      tenant.cancels.delete(cancel)
      task()
    })
    tenant.cancels.add(cancel)
  }

  function current(tenant: Tenant, pod: Pod): Pod | undefined {
    const now = cluster.pods.get(pod.metadata.namespace, pod.metadata.name)
    return now?.metadata.uid === tenant.uid ? now : undefined
  }

  function tell(pod: Pod, component: string, happening: Happening, container?: string): void {
    recorder.record(pod, component, happening, {
      ...(component === 'kubelet' ? { host: nodeName } : {}),
      ...(container === undefined ? {} : { fieldPath: `spec.containers{${container}}` }),
    })
  }

  function takeOn(pod: Pod): void {
    const { name, namespace, uid } = pod.metadata
    const ip = addresses.take()
    const settings = pod.spec.containers.map(
      (container): ContainerSetting => ({
        container,
        pod: { name, namespace, uid },
        ip,
        restartPolicy: pod.spec.restartPolicy ?? 'Always',
        imagePresent: () => images.has(container.image),
        environment: () => environmentOf(cluster, pod, container, ip),
      }),
    )
    const tenant: Tenant = {
      uid,
      ip,
      bornAt: clock.now(),
      life: podLife(settings),
      now: undefined,
      requests: 0,
      stopping: false,
      cancels: new Set(),
    }
    tenants.set(uid, tenant)
    if (pod.spec.nodeName === undefined) {
      cluster.pods.update({ ...pod, spec: { ...pod.spec, nodeName } })
      const message = `Successfully assigned ${namespace}/${name} to ${nodeName}`
      tell(pod, 'default-scheduler', { type: 'Normal', reason: 'Scheduled', message })
    }
    liveOn(tenant, pod)
  }

  /** Puts the next moment of the pod's life on the clock. */
  function liveOn(tenant: Tenant, pod: Pod): void {
    const next = tenant.life.next()
    if (next.done || !Number.isFinite(next.value.at)) return
    later(tenant, timeOf(tenant)(next.value.at), () => {
      const present = current(tenant, pod)
      if (present === undefined || tenant.stopping || stopped) return
      live(tenant, present, next.value)
      liveOn(tenant, pod)
    })
  }

  function live(tenant: Tenant, pod: Pod, moment: PodMoment): void {
    const before = tenant.now
    tenant.now = moment
    const place = { podIP: tenant.ip, hostIP: nodeIP, timeOf: timeOf(tenant) }
    const updated = cluster.pods.update({ ...pod, status: podStatus(pod, moment, place) })
    for (const happening of moment.events) {
      tell(updated, 'kubelet', happening, moment.changed)
      const image = moment.containers.find(({ setting }) => setting.container.name === moment.changed)
      if (happening.reason === 'Pulled' && image !== undefined) images.add(image.setting.container.image)
    }
    for (const [at, { setting, moment: now }] of moment.containers.entries()) {
      const was = before?.containers[at]?.moment.state
      const { container } = setting
      if (now.state.kind === 'running' && (was?.kind !== 'running' || was.startedAt !== now.state.startedAt))
        begin(tenant, pod, container.name, now.restarts, now.state, container.ports?.[0]?.containerPort ?? 0)
      else if (now.state.kind === 'terminated' && was?.kind === 'running')
        logs.end(tenant.uid, container.name)
    }
  }

  /** Opens the log of a run and writes into it what the application says by itself. */
  function begin(
    tenant: Tenant,
    pod: Pod,
    container: string,
    run: number,
    state: { readonly startedAt: number; readonly behavior: AppBehavior },
    port: number,
  ): void {
    const startedAt = timeOf(tenant)(state.startedAt)
    logs.begin(tenant.uid, container, run)
    const isPresent = () => runOf(tenant, container) === state.startedAt && current(tenant, pod) !== undefined
    for (const line of startLines(state.behavior, port)) {
      const at = startedAt + line.afterMs / speed
      later(tenant, at, () => {
        if (isPresent()) logs.write(tenant.uid, container, { at, text: logText(at, line) })
      })
    }
    const everyFiveMinutes = (at: number) =>
      later(tenant, at, () => {
        if (!isPresent()) return
        logs.write(tenant.uid, container, { at, text: logText(at, poolLine(tenant.requests)) })
        tenant.requests = 0
        everyFiveMinutes(at + poolEveryMs)
      })
    if (state.behavior.crash === undefined) everyFiveMinutes(startedAt + poolEveryMs)
  }

  /** When the container's present run began (in its life's time), if it runs. */
  function runOf(tenant: Tenant, container: string): number | undefined {
    const found = tenant.now?.containers.find(({ setting }) => setting.container.name === container)
    return found?.moment.state.kind === 'running' ? found.moment.state.startedAt : undefined
  }

  function end(tenant: Tenant, pod: Pod): void {
    if (tenant.stopping) return
    tenant.stopping = true
    for (const { setting, moment } of tenant.now?.containers ?? []) {
      if (moment.state.kind !== 'running') continue
      const { name } = setting.container
      tell(pod, 'kubelet', { type: 'Normal', reason: 'Killing', message: `Stopping container ${name}` }, name)
      for (const line of stopLines) {
        const at = clock.now()
        logs.write(tenant.uid, name, { at, text: logText(at, line) })
      }
    }
    const grace = (pod.metadata.deletionGracePeriodSeconds ?? 30) * 1000
    later(tenant, clock.now() + Math.min(stopMs, grace) / speed, () => {
      const present = current(tenant, pod)
      // Someone who put a finalizer on it wants to see the pod before it goes.
      if (present !== undefined && (present.metadata.finalizers ?? []).length === 0)
        cluster.pods.remove(pod.metadata.namespace, pod.metadata.name)
    })
  }

  function letGo(uid: string): void {
    const tenant = tenants.get(uid)
    if (tenant === undefined) return
    for (const cancel of tenant.cancels) cancel()
    addresses.release(tenant.ip)
    logs.forget(uid)
    tenants.delete(uid)
  }

  const unsubscribe = cluster.pods.subscribe(({ type, object }) => {
    const { uid, deletionTimestamp } = object.metadata
    if (type === 'DELETED') return letGo(uid)
    const pod = cluster.pods.get(object.metadata.namespace, object.metadata.name)
    if (pod === undefined || pod.metadata.uid !== uid) return
    const tenant = tenants.get(uid)
    if (tenant === undefined) takeOn(pod)
    else if (deletionTimestamp !== undefined) end(tenant, pod)
  })

  return {
    appOf(podUid) {
      const tenant = tenants.get(podUid)
      const first = tenant?.now?.containers[0]
      if (tenant === undefined || first?.moment.state.kind !== 'running') return undefined
      const { namespace, name } = first.setting.pod
      const pod = cluster.pods.get(namespace, name)
      if (pod === undefined || pod.metadata.uid !== podUid) return undefined
      const { behavior, env, startedAt } = first.moment.state
      return {
        pod,
        behavior,
        env,
        startedAt: timeOf(tenant)(startedAt),
        logRequest(line) {
          tenant.requests++
          const at = clock.now()
          logs.write(podUid, first.setting.container.name, { at, text: logText(at, line) })
        },
      }
    },
    logs: logs.source,
    stop() {
      stopped = true
      unsubscribe()
      for (const uid of [...tenants.keys()]) letGo(uid)
    },
  }
}
