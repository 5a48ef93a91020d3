/** A guide that nobody wrote for Handrail, walked in a practice world as it stands, with the mistakes that are in it. */
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isLong } from '../long.ts'
import { leadByKeys } from './by-keys.ts'
import { ended, recordsOf, type Scene, setScene, shapeOf } from './program.ts'
import { bin, openTerminal } from './terminal.ts'

const guide = fileURLToPath(new URL('../../../shared/guide.md', import.meta.url))
const there = existsSync(guide)

let scene: Scene
beforeEach(async () => {
  scene = await setScene({ speed: 30 })
})
afterEach(() => scene.close())

const quick = () => ({ ...scene.env, DRAIN_SECONDS: '0' })

test.runIf(there)('without a person it goes on to the first step that is refused', async () => {
  const flags = ['--yes', '--attest', '-o', 'json', '-p', 'ROLLBACK_CLUSTER_URL=']
  const { code, stdout, stderr } = await ended(process.execPath, [bin, 'run', guide, ...flags], quick())
  expect(code, stderr).toBe(1)
  const blocks = recordsOf(stdout).filter(({ type }) => type === 'block.ended')
  expect(blocks.map(({ data }) => data.step)).toEqual([
    'check-current-deployment-status',
    'verify-database-migrations-are-ready',
    'check-current-traffic-distribution',
    'update-green-deployment',
    'wait-for-rollout-to-complete',
    'verify-green-health',
    'phase-1-expand-add-new-columns-tables',
    'deploy-application-that-works-with-both-old-and-new-schema',
    'phase-2-contract-remove-old-columns-after-traffic-switch',
  ])
  // The version that the guide ships still reads what its own next step would drop.
  expect(blocks.at(-1)?.data).toMatchObject({
    outcome: { kind: 'exited', code: 4 },
    report: { where: expect.stringMatching(/guide\.md:50$/) },
  })
  expect(await shapeOf(scene)).toMatch(/api-green loanserve\/api:v1\.2\.3 3\n.*"color":"green"/)
})

test.runIf(there && isLong)(
  'by keys all of it is gone through, and what can’t work is left out with a reason',
  async () => {
    const terminal = openTerminal({ args: ['run', guide], env: quick(), columns: 120, rows: 40 })
    try {
      // Each blank is left as the guide has it.
      const answers = { questions: { '': '' }, skips: 'a mistake of the guide' }
      expect(await leadByKeys(terminal, answers)).toBe(0)
    } finally {
      await terminal.close()
    }
    const state = join(scene.env.HANDRAIL_STATE_DIR ?? '', 'runs')
    const [run = ''] = await readdir(state)
    const records = recordsOf(await readFile(join(state, run, 'journal.jsonl'), 'utf8'))
    const skipped = records.filter(({ type }) => type === 'step.skipped').map(({ data }) => data.step)
    expect(skipped).toEqual([
      // Its version still reads what this would drop.
      'phase-2-contract-remove-old-columns-after-traffic-switch',
      // Two steps before, the same script has moved the traffic already.
      '4-switch-traffic',
      // A year that no backup reaches.
      'for-schema-changes-may-need-pitr-restore',
      // An address that nobody has given.
      'update-connection-strings-to-rollback-cluster',
    ])
  },
  600_000,
)
