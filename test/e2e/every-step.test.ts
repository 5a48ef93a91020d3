/** Whatever step of a runbook fails, after it has done its work: the rollback brings the world back. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Step } from '../../src/runbook/runbook.ts'
import { isLong } from '../long.ts'
import { breakableSteps, breakStep, readRunbook } from './break-step.ts'
import { ended, type Scene, setScene } from './program.ts'
import { worldShape } from './world-shape.ts'

/** How a runbook is run, and what makes the world one that it is for. */
interface Course {
  readonly runbook: string
  readonly args: readonly string[]
  /** Done once, before anything is compared. */
  readonly before?: (scene: Scene) => Promise<unknown>
  /** What is compared beside the cluster's objects. */
  readonly also?: (scene: Scene) => Promise<unknown>
  /** The step from which on nothing can be taken back: it destroys. */
  readonly until?: string
  readonly speed?: number
}

const courses: readonly Course[] = [
  { runbook: 'deploy', args: ['-p', 'IMAGE=loanserve/api:v1.2.3', '-p', 'DRAIN_SECONDS=0'] },
  { runbook: 'rollback', args: ['-p', 'BACK_TO=green'] },
  { runbook: 'maintenance', args: [] },
  { runbook: 'maintenance-off', args: [], before: beginMaintenance },
  { runbook: 'feature-flags', args: ['-p', 'COLOR=green', '-p', 'FLAG=new_feature'] },
  {
    runbook: 'contract',
    args: ['--confirm', 'contract'],
    before: shipAndSwitch,
    also: migrationsAndSnapshots,
    until: 'contract',
  },
  {
    runbook: 'database-cleanup',
    args: [
      '-p',
      'OLD_CLUSTER=loanserve-prod-aurora',
      '-p',
      'POLL_SECONDS=1',
      '--confirm=delete',
      '--confirm=forget',
    ],
    before: restoreDatabase,
    also: clustersAndInstances,
    until: 'delete',
    speed: 100,
  },
  { runbook: 'monitoring', args: [] },
  { runbook: 'health-checks-failing', args: ['-p', 'COLOR=green'] },
  { runbook: 'traffic-not-switching', args: ['-p', 'WANTED=blue'] },
  { runbook: 'performance-degradation', args: [] },
]

/** The new version has all the traffic, and the database has what it needs beside what the old one needs. */
async function shipAndSwitch(scene: Scene): Promise<void> {
  expect((await scene.handrail('migrations', 'expand')).code).toBe(0)
  await scene.kubectl('set', 'image', 'deployment/api-green', 'api=loanserve/api:v1.3.0')
  await scene.kubectl('scale', 'deployment/api-green', '--replicas=3')
  await scene.kubectl('rollout', 'status', 'deployment/api-green', '--timeout=60s')
  await scene.kubectl('patch', 'service', 'api-main', '-p', '{"spec":{"selector":{"color":"green"}}}')
}

async function migrationsAndSnapshots(scene: Scene): Promise<unknown> {
  const query = ['--query', 'DBClusterSnapshots[].DBClusterSnapshotIdentifier']
  const snapshots = await ended('aws', ['rds', 'describe-db-cluster-snapshots', ...query], { ...scene.env })
  const ran = await scene.handrail('migrations', 'ran', 'contract')
  return [snapshots.code, snapshots.stdout, ran.code, ran.stdout]
}

async function restoreDatabase(scene: Scene): Promise<void> {
  const now = new Date().toISOString()
  const flags = ['--yes', '--attest', '--plain', '-p', 'POLL_SECONDS=1', '-p', `RESTORE_TO=${now}`]
  const { code, stdout } = await scene.handrail('run', 'database-restore', ...flags)
  expect(code, stdout).toBe(0)
}

async function clustersAndInstances(scene: Scene): Promise<unknown> {
  const clusters = await ended('aws', ['rds', 'describe-db-clusters'], { ...scene.env })
  const instances = await ended('aws', ['rds', 'describe-db-instances'], { ...scene.env })
  const passing = /^.*(?:Earliest|Latest)RestorableTime.*$/gm
  return [clusters.stdout.replace(passing, ''), instances.stdout.replace(passing, '')]
}

/** What `maintenance` leaves behind for whoever ends it from another machine. */
async function beginMaintenance(scene: Scene): Promise<void> {
  await scene.kubectl('apply', '-f', 'ops/k8s/maintenance-mode.yaml')
  await scene.kubectl('rollout', 'status', 'deployment/maintenance', '--timeout=30s')
  await scene.kubectl('annotate', 'deployment', 'api-blue', 'handrail/replicas-before=3')
  await scene.kubectl('annotate', 'deployment', 'api-green', 'handrail/replicas-before=1')
  await scene.kubectl('scale', 'deployment', 'api-blue', 'api-green', '--replicas=1')
  for (let pods = 0; pods !== 4; ) {
    pods = (await scene.kubectl('get', 'pods', '-o', 'name')).trim().split('\n').length
  }
}

const folder = fileURLToPath(new URL('../../runbooks', import.meta.url))

/** All of them, or of those that change something the last. */
function chosen(steps: readonly Step[]): readonly Step[] {
  if (isLong) return steps
  const last = steps.findLast(({ undo }) => undo !== undefined)
  return last === undefined ? [] : [last]
}

/** The others wait for the long tests. */
const soon = ['rollback', 'maintenance']

describe.each(courses.filter(({ runbook }) => isLong || soon.includes(runbook)))(
  '$runbook',
  ({ runbook: name, args, before, also, until, speed = 30 }) => {
    let scene: Scene
    let scratch = ''
    let source = ''
    beforeAll(async () => {
      scene = await setScene({ speed })
      await before?.(scene)
      scratch = await mkdtemp(join(tmpdir(), 'handrail-broken-'))
      source = await readFile(join(folder, `${name}.md`), 'utf8')
    })
    afterAll(async () => {
      await scene.close()
      await rm(scratch, { recursive: true, force: true })
    })

    test(isLong
      ? 'a failure at any step is taken back'
      : 'a failure after the last change is taken back', async () => {
      const all = readRunbook(source, `${name}.md`).phases.flatMap(({ steps }) => steps)
      const end = all.findIndex(({ id }) => id === until)
      const returning = end === -1 ? all : all.slice(0, end)
      const breakable = breakableSteps(readRunbook(source, `${name}.md`))
      const steps = chosen(breakable.filter(({ id }) => returning.some((step) => step.id === id)))
      const shape = async () => [await worldShape(scene), await also?.(scene)]
      expect(steps.length).toBeGreaterThan(0)
      for (const step of steps) {
        const was = await shape()
        const file = join(scratch, `${name}.md`)
        await writeFile(file, breakStep(source, step))
        const flags = ['--yes', '--attest', '--on-failure=rollback', '--plain']
        const { code, stdout, stderr } = await scene.handrail('run', file, ...flags, ...args)
        // Before anything was changed there is nothing to take back: then the run is just left.
        const changed = all
          .slice(0, all.findIndex(({ id }) => id === step.id) + 1)
          .some(({ undo }) => undo !== undefined)
        expect(code, `${step.id}\n${stdout}\n${stderr}`).toBe(changed ? 3 : 1)
        await expect.poll(shape, { timeout: 20_000, message: step.id }).toEqual(was)
      }
    }, 1_200_000)
  },
)
