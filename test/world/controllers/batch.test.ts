import { expect, test } from 'vitest'
import { nextTime, scheduleFault } from '../../../src/world/kubernetes/cron-schedule.ts'
import { cronJobs } from '../../../src/world/kubernetes/kinds/cron-job.ts'
import { jobs } from '../../../src/world/kubernetes/kinds/job.ts'
import { noon, type PracticeCluster, practiceCluster } from '../practice.ts'

const minute = 60_000
const namespace = 'loanserve'

function template(command: readonly string[], restartPolicy = 'Never') {
  return { spec: { restartPolicy, containers: [{ name: 'c', image: 'busybox:1.37', command }] } }
}

function makeJob(world: PracticeCluster, name: string, spec: object): void {
  const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name, namespace }, spec }
  world.cluster.jobs.create(jobs.schema.parse(job))
}

const podsOf = (world: PracticeCluster, job: string) =>
  world.cluster.pods.list(namespace).filter(({ metadata }) => metadata.labels?.['job-name'] === job)

/** Lets programs print and end: what they do takes turns of the event loop beside the clock. */
async function live(world: PracticeCluster, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    world.pass(1000)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

test('no more pods run at once than the parallelism says, until enough have succeeded', async () => {
  const world = practiceCluster()
  makeJob(world, 'five', { completions: 5, parallelism: 2, template: template(['sleep', '3']) })
  let most = 0
  for (let second = 0; second < 40; second++) {
    await live(world, 1)
    most = Math.max(most, podsOf(world, 'five').filter(({ status }) => status.phase !== 'Succeeded').length)
  }
  const { status } = world.cluster.jobs.get(namespace, 'five') ?? {}
  expect(most).toBe(2)
  expect(status).toMatchObject({ succeeded: 5 })
  expect(status?.conditions?.map(({ type }) => type)).toEqual(['SuccessCriteriaMet', 'Complete'])
  expect(podsOf(world, 'five')).toHaveLength(5)
})

test('each failure is waited out longer, and the limit ends the job', async () => {
  const world = practiceCluster()
  makeJob(world, 'bad', { backoffLimit: 2, template: template(['false']) })
  await live(world, 8)
  expect(podsOf(world, 'bad')).toHaveLength(1)
  await live(world, 10)
  expect(podsOf(world, 'bad')).toHaveLength(2)
  await live(world, 60)
  const { status } = world.cluster.jobs.get(namespace, 'bad') ?? {}
  expect(status).toMatchObject({ failed: 3 })
  expect(status?.conditions?.at(-1)).toMatchObject({ type: 'Failed', reason: 'BackoffLimitExceeded' })
})

test('a deadline ends the job and its pods', async () => {
  const world = practiceCluster()
  makeJob(world, 'slow', { activeDeadlineSeconds: 20, template: template(['sleep', '600']) })
  await live(world, 10)
  expect(podsOf(world, 'slow')).toHaveLength(1)
  await live(world, 60)
  expect(world.cluster.jobs.get(namespace, 'slow')?.status.conditions?.at(-1)).toMatchObject({
    type: 'Failed',
    reason: 'DeadlineExceeded',
  })
  expect(podsOf(world, 'slow').filter(({ metadata }) => metadata.deletionTimestamp === undefined)).toEqual([])
})

test('a suspended job has no pods until it goes on; one that is over goes when its time has come', async () => {
  const world = practiceCluster()
  makeJob(world, 'later', { suspend: true, ttlSecondsAfterFinished: 30, template: template(['true']) })
  await live(world, 5)
  expect(podsOf(world, 'later')).toEqual([])
  const job = world.cluster.jobs.get(namespace, 'later')
  expect(job?.status.conditions?.[0]).toMatchObject({ type: 'Suspended', status: 'True' })
  if (job !== undefined) world.cluster.jobs.update({ ...job, spec: { ...job.spec, suspend: false } })
  await live(world, 15)
  expect(world.cluster.jobs.get(namespace, 'later')?.status.succeeded).toBe(1)
  await live(world, 40)
  expect(world.cluster.jobs.get(namespace, 'later')).toBeUndefined()
})

test('a cron job makes a job at each of its times and keeps the newest of the finished ones', async () => {
  const world = practiceCluster()
  const spec = {
    schedule: '*/5 * * * *',
    successfulJobsHistoryLimit: 2,
    jobTemplate: { spec: { template: template(['true']) } },
  }
  const cron = { apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'tick', namespace }, spec }
  world.cluster.cronJobs.create(cronJobs.schema.parse(cron))
  await live(world, 22 * 60)
  const made = world.cluster.jobs.list(namespace).map(({ metadata }) => metadata.name)
  const at = (minutes: number) => `tick-${(noon + minutes * minute) / minute}`
  expect(made).toEqual([at(15), at(20)])
  expect(world.cluster.cronJobs.get(namespace, 'tick')?.status).toMatchObject({
    lastScheduleTime: new Date(noon + 20 * minute).toISOString().replace('.000Z', 'Z'),
  })
})

test('a schedule is cron’s, in its own time zone', () => {
  expect(scheduleFault('*/5 * * * *')).toBeUndefined()
  expect(scheduleFault('61 * * * *')).toContain('61')
  expect(nextTime('0 3 * * *', 'Europe/Berlin', noon)).toBe(Date.UTC(2026, 10, 24, 2))
})
