/** Plays the kubelet: takes on each pod that has a node, lives its life on the clock, and ends it. */
import type { Duplex } from 'node:stream'
import type { Clock } from '../clock.ts'
import type { EventRecorder } from '../event-recorder.ts'
import type { Cluster } from '../kubernetes/cluster.ts'
import type { ContainerRuntime } from '../kubernetes/containers.ts'
import type { LogSource } from '../kubernetes/logs.ts'
import type { Container, Pod } from '../kubernetes/objects.ts'
import { type Application, plainApplication } from './application.ts'
import { createContainerLogs } from './container-log.ts'
import { environmentOf } from './environment.ts'
import type { ContainerSetting, News } from './life.ts'
import { createNetwork, type Outside } from './network.ts'
import { createPodAddresses } from './node.ts'
import { createPlayer } from './player.ts'
import { attachTo, execIn } from './processes.ts'
import { programOf } from './program-of.ts'
import { recordedLife } from './recorded-life.ts'
import { createRooms } from './rooms.ts'
import type { SavedKubelet, SavedTenant } from './saved-kubelet.ts'
import { startScheduler } from './scheduler.ts'
import { type RunningApp, runningState, type Tenant } from './tenant.ts'

export interface Kubelet {
  /** The application in a pod, or undefined while it doesn't run. */
  readonly appOf: (podUid: string) => RunningApp | undefined
  readonly logs: LogSource
  /** For exec, attach and port-forward. */
  readonly containers: ContainerRuntime
  /**
   * Something that probes depend on may be different now, such as a database or a fault: those that held are asked
   * again at their next period, and a pod that has lost its health is no longer ready then. Of one pod, or of all.
   */
  readonly reconsider: (podUid?: string) => void
  /** The container has used up its memory: it is killed for it. */
  readonly outOfMemory: (podUid: string, container?: string) => void
  /** All pods on the node with their past, as plain data. */
  readonly save: () => SavedKubelet
  /** Nothing lives on after this. */
  readonly stop: () => void
}

/** How long after a change pods are looked at, in milliseconds. */
const soonMs = 100

/** Where nothing is outside of the cluster. */
const nowhere: Outside = { askDatabase: async () => 'no response', addressesOf: () => [] }

/**
 * Starts the kubelet and the scheduler of the practice cluster. `speed` is how many times faster than a real
 * cluster's pods live: 10 makes 2 s of starting 0.2 s. `application` is what its images hold, `outside` what pods
 * can reach beyond the cluster, `onError` hears of errors of our own.
 */
export function startKubelet(options: {
  readonly cluster: Cluster
  readonly clock: Clock
  readonly recorder: EventRecorder
  readonly speed: number
  readonly application?: Application
  readonly outside?: Outside
  readonly onError?: (error: unknown) => void
  /** Pods of a saved world: they go on when they are told of. */
  readonly saved?: SavedKubelet
}): Kubelet {
  const { cluster, clock, recorder, speed } = options
  const { application = plainApplication, outside = nowhere, onError = () => {} } = options
  const logs = createContainerLogs()
  const addresses = createPodAddresses()
  const tenants = new Map<string, Tenant>()
  const images = new Set<string>(options.saved?.images)
  const before = new Map(options.saved?.tenants.map((tenant) => [tenant.uid, tenant]))
  const network = createNetwork({ cluster, clock, outside, connect })
  const rooms = createRooms({ cluster, clock, speed, network })
  const player = createPlayer({ cluster, clock, recorder, speed, logs, images, rooms, onError })
  const stopScheduler = startScheduler({ cluster, clock, recorder })
  /** Whose probes are to be looked at soon: many changes at once are one look. */
  const due = new Set<string>()
  let everyoneIsDue = false
  let reconsidering = false

  function takeOn(pod: Pod): void {
    const { uid } = pod.metadata
    const saved = before.get(uid)
    before.delete(uid)
    const tenant = tenantOf(pod, saved)
    tenants.set(uid, tenant)
    if (saved === undefined) player.begin(tenant)
    else {
      logs.load(uid, saved.logs)
      player.goOn(tenant)
    }
    const { activeDeadlineSeconds } = pod.spec
    if (activeDeadlineSeconds !== undefined)
      player.later(tenant, tenant.bornAt + (activeDeadlineSeconds * 1000) / speed, () => player.fail(tenant))
  }

  function tenantOf(pod: Pod, saved: SavedTenant | undefined): Tenant {
    const { name, namespace, uid } = pod.metadata
    const { initContainers = [], containers, restartPolicy = 'Always' } = pod.spec
    const ip = addresses.take(saved?.ip)
    const hasInits = initContainers.length > 0
    const settingOf = (container: Container, policy: string): ContainerSetting => ({
      container,
      pod: { name, namespace, uid },
      ip,
      restartPolicy: policy,
      graceMs: (pod.spec.terminationGracePeriodSeconds ?? 30) * 1000,
      waitsFor: hasInits ? 'PodInitializing' : 'ContainerCreating',
      imagePresent: (image) => images.has(image),
      isPullable: application.isPullable,
      environment: (now) => environmentOf(cluster, pod, now, ip),
      programOf: (now, env) => programOf(now, env, application.behaviorOf),
      verdict: (path) => verdict(uid, container.name, path),
    })
    const initPolicy = (container: Container) =>
      container.restartPolicy === 'Always' ? 'Always' : restartPolicy === 'Never' ? 'Never' : 'OnFailure'
    return {
      uid,
      name,
      namespace,
      ip,
      bornAt: saved?.bornAt ?? clock.now(),
      life: recordedLife(
        initContainers.map((container) => settingOf(container, initPolicy(container))),
        containers.map((container) => settingOf(container, restartPolicy)),
        saved?.past,
      ),
      processes: new Map(),
      requests: 0,
      endsBy: saved?.endsBy,
      failure: saved?.failure,
      waiting: [],
      playing: false,
      wakesAt: Number.POSITIVE_INFINITY,
      cancelWake: () => {},
      cancels: new Set(),
      listeners: new Set(),
      written: new Map(),
    }
  }

  /** Something about the pod is different: it is to end, or one of its images is another. */
  function hear(tenant: Tenant, pod: Pod, previous: Pod | undefined): void {
    const { deletionTimestamp, deletionGracePeriodSeconds = 30 } = pod.metadata
    if (deletionTimestamp !== undefined) player.end(tenant, deletionGracePeriodSeconds * 1000)
    const before = [...(previous?.spec.containers ?? []), ...(previous?.spec.initContainers ?? [])]
    for (const container of [...pod.spec.containers, ...(pod.spec.initContainers ?? [])]) {
      const old = before.find(({ name }) => name === container.name)
      if (old !== undefined && old.image !== container.image)
        player.tell(tenant, { kind: 'changed', at: player.ageOf(tenant), container }, container.name)
    }
  }

  function letGo(uid: string): void {
    const tenant = tenants.get(uid)
    if (tenant === undefined) return
    tenants.delete(uid)
    addresses.release(tenant.ip)
    player.forget(tenant)
  }

  function verdict(uid: string, container: string, path: string) {
    const tenant = tenants.get(uid)
    const state = tenant === undefined ? undefined : runningState(tenant, container)
    if (tenant === undefined || state?.program.kind !== 'server') return { status: 404, afterMs: 0 }
    // A server that isn't the application has its welcome page and nothing else.
    if (!state.program.isApplication) return { status: path === '/' ? 200 : 404, afterMs: 1 }
    const app = appIn(tenant, container)
    return app === undefined ? { status: 503, afterMs: 0 } : application.verdict(app, path)
  }

  function appIn(tenant: Tenant, container: string): RunningApp | undefined {
    const state = runningState(tenant, container)
    if (state?.program.kind !== 'server' || !state.program.isApplication) return undefined
    const pod = cluster.pods.get(tenant.namespace, tenant.name)
    if (pod === undefined || pod.metadata.uid !== tenant.uid) return undefined
    return {
      pod,
      behavior: state.program.behavior,
      env: state.env,
      startedAt: player.timeOf(tenant)(state.startedAt),
      logRequest: (line) => player.logRequest(tenant, container, line),
    }
  }

  function appOf(podUid: string): RunningApp | undefined {
    const tenant = tenants.get(podUid)
    if (tenant === undefined) return undefined
    for (const { setting } of tenant.life.now().containers) {
      const app = appIn(tenant, setting.container.name)
      if (app !== undefined) return app
    }
    return undefined
  }

  /** A connection to the application of a pod, once it listens and if that is its port. */
  function connect(podUid: string, port: number): Duplex | undefined {
    const tenant = tenants.get(podUid)
    const app = appOf(podUid)
    if (tenant === undefined || app === undefined) return undefined
    if (port !== portOf(app.pod, app.env)) return undefined
    if (clock.now() < app.startedAt + app.behavior.listensAfterMs / speed) return undefined
    return application.connect(app)
  }

  const containers: ContainerRuntime = {
    isRunning: (pod, container) => tenants.get(pod.metadata.uid)?.processes.has(container) === true,
    exec(pod, { container, command, stdin, tty, output }) {
      const tenant = tenants.get(pod.metadata.uid)
      const main = tenant?.processes.get(container)
      const inside = tenant === undefined ? undefined : rooms.inside(tenant, container)
      if (main === undefined || inside === undefined) return undefined
      return execIn(main, { ...inside, words: command, stdin, tty, onError }, output)
    },
    attach(pod, { container, stdin, output }) {
      const main = tenants.get(pod.metadata.uid)?.processes.get(container)
      const spec = pod.spec.containers.find(({ name }) => name === container)
      if (main === undefined) return undefined
      return attachTo(main, { stdin: stdin && spec?.stdin === true, output }, spec?.stdinOnce === true)
    },
    connect,
    onPodEnd(podUid, listener) {
      const tenant = tenants.get(podUid)
      if (tenant === undefined) {
        listener()
        return () => {}
      }
      tenant.listeners.add(listener)
      return () => {
        tenant.listeners.delete(listener)
      }
    },
  }

  const unsubscribe = cluster.pods.subscribe(({ type, object, previous }) => {
    const { uid, namespace, name } = object.metadata
    if (type === 'DELETED') return letGo(uid)
    const pod = cluster.pods.get(namespace, name)
    if (pod === undefined || pod.metadata.uid !== uid || pod.spec.nodeName === undefined) return
    const tenant = tenants.get(uid)
    if (tenant !== undefined) hear(tenant, pod, previous)
    else if (pod.status.phase !== 'Succeeded' && pod.status.phase !== 'Failed') takeOn(pod)
  })

  return {
    appOf,
    logs: logs.source,
    containers,
    reconsider(podUid) {
      if (podUid === undefined) everyoneIsDue = true
      else due.add(podUid)
      if (reconsidering) return
      reconsidering = true
      clock.at(clock.now() + soonMs, () => {
        reconsidering = false
        const all = everyoneIsDue ? [...tenants.values()] : [...due].flatMap((uid) => tenants.get(uid) ?? [])
        everyoneIsDue = false
        due.clear()
        for (const tenant of all) {
          const news: News = { kind: 'look', at: player.ageOf(tenant) }
          player.tell(tenant, news)
        }
      })
    },
    outOfMemory(podUid, container) {
      const tenant = tenants.get(podUid)
      const name = container ?? tenant?.life.now().containers[0]?.setting.container.name
      if (tenant !== undefined && name !== undefined)
        player.tell(tenant, { kind: 'out-of-memory', at: player.ageOf(tenant) }, name)
    },
    save: () => ({
      images: [...images],
      tenants: [...tenants.values()].map(({ uid, ip, bornAt, endsBy, failure, life }) => ({
        ...{ uid, ip, bornAt, endsBy, failure },
        past: life.past(),
        logs: logs.save(uid),
      })),
    }),
    stop() {
      unsubscribe()
      stopScheduler()
      for (const uid of [...tenants.keys()]) letGo(uid)
    },
  }
}

/** Where LoanServe listens: PORT, else the first port that its pod names, else 3000. */
function portOf(pod: Pod, env: Readonly<Record<string, string>>): number {
  const named = pod.spec.containers.flatMap(({ ports }) => ports ?? [])[0]?.containerPort
  return Number(env.PORT ?? named ?? 3000)
}
