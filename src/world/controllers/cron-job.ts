/** The cron job controller: makes a job when its time has come, and clears away the oldest. */
import { isDeepStrictEqual } from 'node:util'
import { nextTime } from '../kubernetes/cron-schedule.ts'
import { jobOutcome, jobs } from '../kubernetes/kinds/job.ts'
import type { CronJob, Job } from '../kubernetes/objects/batch.ts'
import { controllerOf, timestamp } from '../kubernetes/objects.ts'
import type { Write } from './write.ts'

/** What the cron job controller does now; `all` are the jobs of the namespace, `now` in milliseconds since 1970. */
export function reconcileCronJob(
  cron: CronJob,
  all: readonly Job[],
  now: number,
): { readonly writes: readonly Write[]; readonly lookAgainAt?: number } {
  if (cron.metadata.deletionTimestamp !== undefined) return { writes: [] }
  const owned = all.filter((job) => controllerOf(job)?.uid === cron.metadata.uid)
  const { schedule, timeZone, suspend, concurrencyPolicy, startingDeadlineSeconds } = cron.spec
  const since = Date.parse(cron.status.lastScheduleTime ?? cron.metadata.creationTimestamp)
  const due = suspend ? undefined : lastDue(schedule, timeZone, since, now)
  const running = owned.filter((job) => jobOutcome(job) === undefined)
  const writes: Write[] = []
  let active = running
  let { lastScheduleTime } = cron.status
  const tooLate =
    due !== undefined && startingDeadlineSeconds !== undefined && now - due > startingDeadlineSeconds * 1000
  const held = concurrencyPolicy === 'Forbid' && running.length > 0
  if (due !== undefined && !tooLate && held)
    writes.push(
      tell(
        cron,
        'JobAlreadyActive',
        'Not starting job because prior execution is running and concurrency policy is Forbid',
      ),
    )
  if (due !== undefined && !tooLate && !held) {
    if (concurrencyPolicy === 'Replace') {
      for (const object of running) writes.push({ verb: 'delete', what: 'job', object })
      active = []
    }
    const job = newJob(cron, due)
    writes.push({ verb: 'create', what: 'job', object: job })
    writes.push(tell(cron, 'SuccessfulCreate', `Created job ${job.metadata.name}`))
    lastScheduleTime = timestamp(due)
  }
  writes.push(...clearing(cron, owned))
  const finished = owned.flatMap(({ status }) => status.completionTime ?? []).sort()
  const status: CronJob['status'] = {
    ...cron.status,
    ...(lastScheduleTime === undefined ? {} : { lastScheduleTime }),
    ...(finished.length === 0 ? {} : { lastSuccessfulTime: finished.at(-1) ?? '' }),
    active: active.map(({ metadata }) => ({
      apiVersion: 'batch/v1',
      kind: 'Job',
      namespace: metadata.namespace,
      name: metadata.name,
      uid: metadata.uid,
    })),
  }
  const { active: list = [], ...rest } = status
  const next: CronJob['status'] = list.length === 0 ? rest : status
  if (!isDeepStrictEqual(next, cron.status))
    writes.push({ verb: 'update', what: 'cronJob', object: { ...cron, status: next } })
  const again = suspend ? undefined : nextTime(schedule, timeZone, now)
  return { writes, ...(again === undefined ? {} : { lookAgainAt: again }) }
}

/** The latest time at or before `now` that the schedule names after `since`; undefined when there was none. */
function lastDue(
  schedule: string,
  timeZone: string | undefined,
  since: number,
  now: number,
): number | undefined {
  // However long nobody looked, one missed time counts: looking back a week finds it for any schedule but a rare one.
  const from = Math.max(since, now - 7 * 24 * 60 * 60 * 1000)
  let found: number | undefined
  for (let at = nextTime(schedule, timeZone, from); at !== undefined && at <= now; ) {
    found = at
    at = nextTime(schedule, timeZone, at)
  }
  return found
}

/** Finished jobs beyond those that are to be kept, oldest first. */
function clearing({ spec }: CronJob, owned: readonly Job[]): readonly Write[] {
  const over = (outcome: 'Complete' | 'Failed', keep: number) => {
    const finished = owned
      .filter((job) => jobOutcome(job) === outcome)
      .sort((a, b) => Date.parse(a.status.startTime ?? '') - Date.parse(b.status.startTime ?? ''))
    return finished.slice(0, Math.max(0, finished.length - keep))
  }
  return [
    ...over('Complete', spec.successfulJobsHistoryLimit),
    ...over('Failed', spec.failedJobsHistoryLimit),
  ].map((object): Write => ({ verb: 'delete', what: 'job', object }))
}

/** The job of one time: its name ends in that time's minutes since 1970, so that none is made twice. */
function newJob({ metadata, spec }: CronJob, due: number): Job {
  const { jobTemplate } = spec
  return jobs.schema.parse({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      ...jobTemplate.metadata,
      name: `${metadata.name}-${Math.floor(due / 60_000)}`,
      namespace: metadata.namespace,
      annotations: {
        ...jobTemplate.metadata?.annotations,
        'batch.kubernetes.io/cronjob-scheduled-timestamp': timestamp(due),
      },
      ownerReferences: [
        {
          apiVersion: 'batch/v1',
          kind: 'CronJob',
          name: metadata.name,
          uid: metadata.uid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    spec: jobTemplate.spec,
  })
}

function tell(about: CronJob, reason: string, message: string): Write {
  return { verb: 'tell', about, happening: { type: 'Normal', reason, message } }
}
