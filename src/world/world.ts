/** The inside of the practice world: the cluster with its past, controllers and kubelet, ready to be served. */
import { createWorldClock, type WorldClock } from './clock.ts'
import { startControllers } from './controllers/controllers.ts'
import { createEventRecorder } from './event-recorder.ts'
import { type Kubelet, startKubelet } from './kubelet/kubelet.ts'
import { type Cluster, createCluster } from './kubernetes/cluster.ts'
import { keepForgettingEvents, seedWorld } from './seed.ts'

/** Long before anything in the cluster happened. */
const yearMs = 365 * 24 * 60 * 60 * 1000

export interface World {
  readonly cluster: Cluster
  readonly clock: WorldClock
  readonly kubelet: Kubelet
  /** Nothing changes by itself after this. */
  readonly stop: () => void
}

/**
 * A settled cluster with LoanServe in it, whose clock stands at `now` (milliseconds since 1970): call
 * `clock.goLive()` to let it go on, or `clock.advance` to move it by hand. `speed` is how many times faster than
 * in a real cluster pods live.
 */
export function createWorld(options: {
  readonly now: number
  readonly random: () => number
  readonly speed: number
}): World {
  const { now, random, speed } = options
  const clock = createWorldClock(now - yearMs)
  const cluster = createCluster({ now: clock.now, random })
  const recorder = createEventRecorder(cluster)
  const controllers = startControllers({ cluster, clock, recorder })
  const kubelet = startKubelet({ cluster, clock, recorder, speed })
  seedWorld(cluster, clock, now)
  keepForgettingEvents(cluster, clock)
  return {
    cluster,
    clock,
    kubelet,
    stop() {
      controllers.stop()
      kubelet.stop()
      clock.stop()
    },
  }
}
