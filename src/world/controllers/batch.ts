/** Runs the controllers of jobs and cron jobs. */
import type { Clock } from '../clock.ts'
import type { EventRecorder } from '../event-recorder.ts'
import type { Cluster } from '../kubernetes/cluster.ts'
import { controllerOf, type KubeObject } from '../kubernetes/objects.ts'
import { reconcileCronJob } from './cron-job.ts'
import { reconcileJob } from './job.ts'
import { createWorkQueue } from './work-queue.ts'
import { carryOut } from './write.ts'

/** How long after a change they look, in milliseconds. */
const delayMs = 10

export interface ControllerOptions {
  readonly cluster: Cluster
  readonly clock: Clock
  readonly recorder: EventRecorder
  /** How many times faster than a real controller they wait where it waits on purpose. */
  readonly speed: number
}

/** Starts them. Gives what stops them. */
export function startBatchControllers({ cluster, clock, recorder, speed }: ControllerOptions): () => void {
  let stopped = false
  const nameOf = (key: string) => {
    const slash = key.indexOf('/')
    return [key.slice(0, slash), key.slice(slash + 1)] as const
  }
  const key = ({ metadata }: KubeObject) => `${metadata.namespace}/${metadata.name}`

  const jobs = createWorkQueue(clock, delayMs, (at) => {
    const job = cluster.jobs.get(...nameOf(at))
    if (job === undefined || stopped) return
    const pods = cluster.pods.list(job.metadata.namespace)
    const { writes, lookAgainAt } = reconcileJob(job, pods, clock.now(), speed)
    for (const write of writes) carryOut(cluster, recorder, 'job-controller', write)
    if (lookAgainAt !== undefined) jobs.addAt(at, lookAgainAt)
  })

  const cronJobs = createWorkQueue(clock, delayMs, (at) => {
    const cron = cluster.cronJobs.get(...nameOf(at))
    if (cron === undefined || stopped) return
    const all = cluster.jobs.list(cron.metadata.namespace)
    const { writes, lookAgainAt } = reconcileCronJob(cron, all, clock.now())
    for (const write of writes) carryOut(cluster, recorder, 'cronjob-controller', write)
    if (lookAgainAt !== undefined) cronJobs.addAt(at, lookAgainAt)
  })

  /** Has whoever manages an object look at it. */
  function ownerLooks(object: KubeObject): void {
    const owner = controllerOf(object)
    const at = `${object.metadata.namespace}/${owner?.name}`
    if (owner?.kind === 'Job') jobs.add(at)
    else if (owner?.kind === 'CronJob') cronJobs.add(at)
  }

  const subscriptions = [
    cluster.jobs.subscribe(({ object }) => {
      jobs.add(key(object))
      ownerLooks(object)
    }),
    cluster.cronJobs.subscribe(({ object }) => cronJobs.add(key(object))),
    cluster.pods.subscribe(({ object }) => ownerLooks(object)),
  ]
  return () => {
    stopped = true
    for (const end of subscriptions) end()
  }
}
