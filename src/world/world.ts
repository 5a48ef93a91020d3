/** The inside of the practice world: the cluster with its past, its controllers, its node and the application. */
import type { Running } from './app/app.ts'
import { type Applications, createApplications } from './app/applications.ts'
import { createMeter, type Meter } from './app/meter.ts'
import { createWorldClock, type WorldClock } from './clock.ts'
import { startAutoscalers } from './controllers/autoscalers.ts'
import { startBatchControllers } from './controllers/batch.ts'
import { startDisruptionController } from './controllers/budgets.ts'
import { startControllers } from './controllers/controllers.ts'
import { startNamespaceDefaults } from './controllers/namespace-defaults.ts'
import { startNodeLeases } from './controllers/node-lease.ts'
import type { Databases } from './database/databases.ts'
import { createEventRecorder } from './event-recorder.ts'
import { createFaults, type Faults } from './faults.ts'
import { type Kubelet, startKubelet } from './kubelet/kubelet.ts'
import { type Cluster, createCluster } from './kubernetes/cluster.ts'
import type { ContainerUsage } from './kubernetes/metrics.ts'
import type { Pod } from './kubernetes/objects.ts'
import { outsideOf } from './outside.ts'
import { keepForgettingEvents, seedWorld } from './seed.ts'
import type { SavedWorld } from './snapshot.ts'

/** Long before anything in the cluster happened. */
const yearMs = 365 * 24 * 60 * 60 * 1000

export interface World {
  readonly cluster: Cluster
  readonly clock: WorldClock
  readonly faults: Faults
  readonly kubelet: Kubelet
  readonly applications: Applications
  /** The application in a pod while it runs, whose answers are counted. */
  readonly runningIn: (podUid: string) => Running | undefined
  readonly meter: Meter
  /** Nothing changes by itself after this. */
  readonly stop: () => Promise<void>
}

export interface WorldOptions {
  /** Where the clock stands when the past has been lived through, in milliseconds since 1970. */
  readonly now: number
  /** In [0, 1). */
  readonly random: () => number
  /** How many times faster than in a real cluster pods live. */
  readonly speed: number
  /** Nothing is wrong unless given. */
  readonly faults?: Faults
  /** Without them the application keeps its loans in memory. */
  readonly databases?: Databases
  /** The API's certificate, PEM: pods find it in their namespace. */
  readonly certificate?: string
  /** A saved world, which goes on: its clock stands at `now`, where it was saved. */
  readonly saved?: Pick<SavedWorld, 'cluster' | 'kubelet'>
  /** Hears of errors of our own. */
  readonly onError?: (error: unknown) => void
}

/**
 * A settled cluster with LoanServe in it, whose clock stands at `now`: call `clock.goLive()` to let it go on, or
 * `clock.advance` to move it by hand.
 */
export function createWorld(options: WorldOptions): World {
  const { now, random, speed, databases, saved, onError = () => {} } = options
  const { faults = createFaults(), certificate = '' } = options
  const clock = createWorldClock(saved === undefined ? now - yearMs : now)
  const meter = createMeter({
    clock,
    speed,
    faults,
    kubelet: () => kubelet,
    poolOf: (running) => applications.poolOf(running),
  })
  const cluster = createCluster({ now: clock.now, random, metrics: meter })
  const recorder = createEventRecorder(cluster)
  const usageOf = (pod: Pod) => total(meter.usage(pod))
  const stops = [
    startControllers({ cluster, clock, recorder }).stop,
    startBatchControllers({ cluster, clock, recorder, speed }),
    startDisruptionController({ cluster, clock, recorder }),
    startAutoscalers({ cluster, clock, recorder, speed, usageOf }),
    startNamespaceDefaults(cluster, certificate),
  ]
  const runningIn = (podUid: string) => meter.counted(kubelet.appOf(podUid))
  const applications = createApplications({
    cluster,
    clock,
    speed,
    random,
    faults,
    databases,
    runningIn,
  })
  const kubelet: Kubelet = startKubelet({
    cluster,
    clock,
    recorder,
    speed,
    application: applications,
    ...(databases === undefined ? {} : { outside: outsideOf(databases) }),
    ...(saved === undefined ? {} : { saved: saved.kubelet }),
    onError,
  })
  const forgetChanges = applications.onChange(kubelet.reconsider)
  if (saved === undefined) seedWorld(cluster, clock, now, databases?.primaryUrl)
  else cluster.load(saved.cluster)
  keepForgettingEvents(cluster, clock)
  stops.push(startNodeLeases(cluster, clock))
  return {
    cluster,
    clock,
    faults,
    kubelet,
    applications,
    meter,
    runningIn,
    async stop() {
      forgetChanges()
      for (const stop of stops) stop()
      kubelet.stop()
      clock.stop()
      await applications.stop()
    },
  }
}

function total(usage: readonly ContainerUsage[] | undefined) {
  return usage?.reduce((sum, { cpu, memory }) => ({ cpu: sum.cpu + cpu, memory: sum.memory + memory }), {
    cpu: 0,
    memory: 0,
  })
}
