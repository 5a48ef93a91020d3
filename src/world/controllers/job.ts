/** The job controller: as many pods as a job still needs, and how it stands. */
import { isDeepStrictEqual } from 'node:util'
import { jobOutcome } from '../kubernetes/kinds/job.ts'
import type { Job } from '../kubernetes/objects/batch.ts'
import { type Condition, controllerOf, newMeta, type Pod, timestamp } from '../kubernetes/objects.ts'
import { isReady } from './replica-set.ts'
import type { Write } from './write.ts'

export interface JobReconciled {
  readonly writes: readonly Write[]
  readonly lookAgainAt?: number
}

/** A failed pod is replaced after this, doubled with each failure up to the most (the controller's own back-off). */
const firstBackOffMs = 10_000
const mostBackOffMs = 600_000

interface Counts {
  readonly active: readonly Pod[]
  readonly terminating: number
  readonly succeeded: number
  readonly failed: number
}

/**
 * What the job controller does now: `pods` are all of the namespace, `now` in milliseconds since 1970, `speed` how
 * many times faster than a real controller it waits.
 */
export function reconcileJob(job: Job, pods: readonly Pod[], now: number, speed: number): JobReconciled {
  if (job.metadata.deletionTimestamp !== undefined) return { writes: [] }
  if (jobOutcome(job) !== undefined) return afterwards(job, now, speed)
  const owned = pods.filter((pod) => controllerOf(pod)?.uid === job.metadata.uid)
  const counts = count(owned)
  const startTime = job.status.startTime ?? (job.spec.suspend ? undefined : timestamp(now))
  const deadline =
    startTime === undefined || job.spec.activeDeadlineSeconds === undefined
      ? undefined
      : Date.parse(startTime) + job.spec.activeDeadlineSeconds * 1000
  const failure = failureOf(job, owned, counts, deadline !== undefined && now >= deadline)
  if (failure !== undefined)
    return { writes: [...end(job, counts), ...finish(job, counts, failure, startTime, now)] }
  if (isComplete(job, counts))
    return { writes: [...end(job, counts), ...finish(job, counts, undefined, startTime, now)] }
  if (job.spec.suspend) return suspended(job, counts, now)

  const missing = wanted(job, counts) - counts.active.length
  const readyAt = nextAttempt(owned, speed)
  const creates: Write[] = []
  if (missing > 0 && now >= readyAt)
    for (let at = 0; at < missing; at++) creates.push({ verb: 'createPod', object: newPod(job), owner: job })
  const deletes = counts.active
    .slice(0, Math.max(0, -missing))
    .map((object): Write => ({ verb: 'deletePod', object, owner: job }))
  const resumed = job.status.conditions?.map((condition) =>
    condition.type === 'Suspended' && condition.status === 'True'
      ? transition({ ...condition, status: 'False', reason: 'JobResumed', message: 'Job resumed' }, now)
      : condition,
  )
  const writes = [...creates, ...deletes, ...statusWrite(job, counts, { startTime, conditions: resumed })]
  const looks = [deadline, missing > 0 && now < readyAt ? readyAt : undefined].filter(
    (at) => at !== undefined,
  )
  return { writes, ...(looks.length === 0 ? {} : { lookAgainAt: Math.min(...looks) }) }
}

function count(owned: readonly Pod[]): Counts {
  const phase = (name: string) => owned.filter(({ status }) => status.phase === name).length
  const living = owned.filter(({ status }) => status.phase !== 'Succeeded' && status.phase !== 'Failed')
  return {
    active: living.filter(({ metadata }) => metadata.deletionTimestamp === undefined),
    terminating: living.filter(({ metadata }) => metadata.deletionTimestamp !== undefined).length,
    succeeded: phase('Succeeded'),
    failed: phase('Failed'),
  }
}

/** How many pods are to run now: never more than still have to succeed. */
function wanted({ spec }: Job, { succeeded, active }: Counts): number {
  if (spec.completions !== undefined) return Math.min(spec.parallelism, spec.completions - succeeded)
  // A work queue: once one pod has succeeded no new ones begin.
  return succeeded > 0 ? active.length : spec.parallelism
}

function isComplete({ spec }: Job, { succeeded, active, terminating }: Counts): boolean {
  if (spec.completions !== undefined) return succeeded >= spec.completions
  return succeeded > 0 && active.length === 0 && terminating === 0
}

interface Failure {
  readonly reason: string
  readonly message: string
}

function failureOf(
  { spec }: Job,
  owned: readonly Pod[],
  { failed }: Counts,
  tooLate: boolean,
): Failure | undefined {
  if (tooLate) return { reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' }
  // With restartPolicy OnFailure it is the restarts within a pod that count.
  const restarts =
    spec.template.spec.restartPolicy === 'OnFailure'
      ? owned
          .flatMap(({ status }) => status.containerStatuses ?? [])
          .reduce((sum, { restartCount }) => sum + restartCount, 0)
      : 0
  if (failed > spec.backoffLimit || (restarts > 0 && restarts >= Math.max(1, spec.backoffLimit)))
    return { reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' }
  return undefined
}

/** When the next pod may begin: at once, but later after each failure. */
function nextAttempt(owned: readonly Pod[], speed: number): number {
  const ends = owned
    .filter(({ status }) => status.phase === 'Failed')
    .flatMap(({ status }) => status.containerStatuses ?? [])
    .flatMap(({ state }) => state?.terminated?.finishedAt ?? [])
    .map((time) => Date.parse(time))
  if (ends.length === 0) return 0
  const wait = Math.min(mostBackOffMs, firstBackOffMs * 2 ** (ends.length - 1))
  return Math.max(...ends) + wait / speed
}

function end(job: Job, { active }: Counts): readonly Write[] {
  return active.map((object): Write => ({ verb: 'deletePod', object, owner: job }))
}

function finish(
  job: Job,
  counts: Counts,
  failure: Failure | undefined,
  startTime: string | undefined,
  now: number,
): readonly Write[] {
  const conditions: readonly Condition[] =
    failure === undefined
      ? [
          condition(
            'SuccessCriteriaMet',
            'CompletionsReached',
            'Reached expected number of succeeded pods',
            now,
          ),
          condition('Complete', 'CompletionsReached', 'Reached expected number of succeeded pods', now),
        ]
      : [
          condition('FailureTarget', failure.reason, failure.message, now),
          condition('Failed', failure.reason, failure.message, now),
        ]
  const others = (job.status.conditions ?? []).filter(
    ({ type }) => !conditions.some((each) => each.type === type),
  )
  const over: Counts = { ...counts, active: [], terminating: 0 }
  return [
    ...statusWrite(job, over, {
      startTime,
      conditions: [...others, ...conditions],
      ...(failure === undefined ? { completionTime: timestamp(now) } : {}),
    }),
    {
      verb: 'tell',
      about: job,
      happening:
        failure === undefined
          ? { type: 'Normal', reason: 'Completed', message: 'Job completed' }
          : { type: 'Warning', ...failure },
    },
  ]
}

/** Pods of a suspended job are ended; it may go on later. */
function suspended(job: Job, counts: Counts, now: number): JobReconciled {
  const told = job.status.conditions?.some(({ type, status }) => type === 'Suspended' && status === 'True')
  if (told && counts.active.length === 0) return { writes: statusWrite(job, counts, {}) }
  const others = (job.status.conditions ?? []).filter(({ type }) => type !== 'Suspended')
  const conditions = [...others, condition('Suspended', 'JobSuspended', 'Job suspended', now)]
  return {
    writes: [
      ...end(job, counts),
      ...statusWrite(job, { ...counts, active: [] }, { conditions, startTime: undefined }),
      {
        verb: 'tell',
        about: job,
        happening: { type: 'Normal', reason: 'Suspended', message: 'Job suspended' },
      },
    ],
  }
}

/** A job that is over goes some time later, if it says so. */
function afterwards(job: Job, now: number, speed: number): JobReconciled {
  const { ttlSecondsAfterFinished } = job.spec
  if (ttlSecondsAfterFinished === undefined) return { writes: [] }
  const over = job.status.conditions?.find(({ type }) => type === 'Complete' || type === 'Failed')
  const goes = Date.parse(over?.lastTransitionTime ?? '') + (ttlSecondsAfterFinished * 1000) / speed
  if (now < goes) return { writes: [], lookAgainAt: goes }
  return { writes: [{ verb: 'delete', what: 'job', object: job }] }
}

function statusWrite(
  job: Job,
  { active, terminating, succeeded, failed }: Counts,
  changes: {
    readonly startTime?: string | undefined
    readonly completionTime?: string
    readonly conditions?: readonly Condition[] | undefined
  },
): readonly Write[] {
  const ready = active.filter(isReady).length
  const counts = { active: active.length, succeeded, failed }
  const kept = Object.entries({ ...job.status, ...changes }).filter(
    ([name, value]) => value !== undefined && !(name in counts),
  )
  const status: Job['status'] = {
    ...Object.fromEntries(kept),
    ...Object.fromEntries(Object.entries(counts).filter(([, value]) => value > 0)),
    ready,
    terminating,
    uncountedTerminatedPods: {},
  }
  if (isDeepStrictEqual(status, job.status)) return []
  return [{ verb: 'update', what: 'job', object: { ...job, status } }]
}

function condition(type: string, reason: string, message: string, now: number): Condition {
  return transition({ type, status: 'True', reason, message }, now)
}

function transition(given: Condition, now: number): Condition {
  return { ...given, lastProbeTime: timestamp(now), lastTransitionTime: timestamp(now) }
}

function newPod(job: Job): Pod {
  const { name, namespace, uid } = job.metadata
  const { labels, annotations } = job.spec.template.metadata ?? {}
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: newMeta({
      generateName: `${name}-`,
      namespace,
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
      ownerReferences: [
        { apiVersion: 'batch/v1', kind: 'Job', name, uid, controller: true, blockOwnerDeletion: true },
      ],
    }),
    spec: job.spec.template.spec,
    status: { phase: 'Pending' },
  }
}
