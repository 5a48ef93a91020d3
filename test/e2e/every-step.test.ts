/** Whatever step of a runbook fails, after it has done its work: the rollback brings the world back. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Step } from '../../src/runbook/runbook.ts'
import { isLong } from '../long.ts'
import { breakableSteps, breakStep, readRunbook } from './break-step.ts'
import { type Scene, setScene } from './program.ts'
import { worldShape } from './world-shape.ts'

/** How a runbook is run, and what makes the world one that it is for. */
interface Course {
  readonly runbook: string
  readonly args: readonly string[]
  /** Done once, before anything is compared. */
  readonly before?: (scene: Scene) => Promise<unknown>
}

const courses: readonly Course[] = [
  { runbook: 'deploy', args: ['-p', 'IMAGE=loanserve/api:v1.2.3', '-p', 'DRAIN_SECONDS=0'] },
  { runbook: 'rollback', args: ['-p', 'BACK_TO=green'] },
  { runbook: 'maintenance', args: [] },
  { runbook: 'maintenance-off', args: [], before: beginMaintenance },
  { runbook: 'feature-flags', args: ['-p', 'COLOR=green', '-p', 'FLAG=new_feature'] },
]

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
  ({ runbook: name, args, before }) => {
    let scene: Scene
    let scratch = ''
    let source = ''
    beforeAll(async () => {
      scene = await setScene({ speed: 30 })
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
      const steps = chosen(breakableSteps(readRunbook(source, `${name}.md`)))
      expect(steps.length).toBeGreaterThan(0)
      for (const step of steps) {
        const was = await worldShape(scene)
        const file = join(scratch, `${name}.md`)
        await writeFile(file, breakStep(source, step))
        const flags = ['--yes', '--attest', '--on-failure=rollback', '--plain']
        const { code, stdout, stderr } = await scene.handrail('run', file, ...flags, ...args)
        // Before anything was changed there is nothing to take back: then the run is just left.
        const changed = all
          .slice(0, all.findIndex(({ id }) => id === step.id) + 1)
          .some(({ undo }) => undo !== undefined)
        expect(code, `${step.id}\n${stdout}\n${stderr}`).toBe(changed ? 3 : 1)
        await expect.poll(() => worldShape(scene), { timeout: 20_000, message: step.id }).toEqual(was)
      }
    }, 1_200_000)
  },
)
