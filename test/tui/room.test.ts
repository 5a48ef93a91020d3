/** What gives way where there is little room, and what never does. */
import { expect, test } from 'vitest'
import type { ClusterStatus } from '../../src/cluster/status.ts'
import { clusterPane, clusterScreen, clusterStrip } from '../../src/tui/cluster-pane.ts'
import { emptyField } from '../../src/tui/text-field.ts'
import { frameOf, same, settled, text, troubled, utf8 } from './frames.ts'
import { began, carryOut, read, type StagedRun, stageRun } from './staged-run.ts'

const beside = { vitals: undefined, mask: same }

const undoable = (index: number) => `### Step ${index}
\`\`\`sh {name=step-${index}}
kubectl scale deployment api --replicas=${index}
\`\`\`
\`\`\`sh undo
kubectl scale deployment api --replicas=0
\`\`\`
`

function walked(markdown: string, steps: number): StagedRun {
  const run = stageRun('live', read(`---\ntitle: Long\nkind: deployment\n---\n# Long\n## All\n${markdown}`))
  run.happen({ type: 'run.begun', how: 'key' })
  for (let step = 0; step < steps; step += 1) carryOut(run)
  return run
}

const shown = (run: StagedRun, ui = {}) => text(frameOf(run, 80, 24, { ui }).lines)

test('before a rollback of 30 steps the question and the field are seen, and how many more there are', () => {
  const run = walked(Array.from({ length: 31 }, (_, index) => undoable(index + 1)).join('\n'), 30)
  const overlay = { kind: 'reason', purpose: 'rollback', field: emptyField } as const
  const screen = shown(run, { overlay })
  expect(screen).toContain('Roll back?')
  expect(screen).toContain('Step 30')
  expect(screen).toMatch(/… 2\d more below/)
  expect(screen).toMatch(/│ › +│/)
})

test('a block that is longer than the screen is read by scrolling before it is confirmed', () => {
  const lines = Array.from({ length: 40 }, (_, index) => `kubectl delete pod p-${index + 1}`)
  const run = walked(`### Long\n\`\`\`sh {name=long effect=change}\n${lines.join('\n')}\n\`\`\`\n`, 0)
  const { scroll } = frameOf(run, 80, 24)
  expect(shown(run)).toContain('p-1\n')
  expect(shown(run)).toContain('Press Enter to run it.')
  expect(shown(run)).toContain('more below')
  const end = shown(run, { held: scroll?.last })
  expect(end).toContain('p-40\n')
  expect(end).toContain('Press Enter to run it.')
  expect(end).not.toContain('more below')
})

test('of a long checklist the item under the cursor is on the screen, wherever it is', () => {
  const items = Array.from({ length: 30 }, (_, index) => `- [ ] item ${index + 1} of thirty`)
  const run = walked(`### Check\n${items.join('\n')}\n`, 0)
  for (let item = 0; item < 30; item += 1) {
    expect(shown(run, { item })).toContain(`› [ ] item ${item + 1} of thirty`)
  }
})

test('a long item of a checklist is wrapped, not cut', () => {
  const words = 'every customer who uses the old endpoint has been told twice, in writing, by their contact'
  const screen = shown(walked(`### Check\n- [ ] ${words}\n`, 0))
  const said = screen.split('\n').map((line) => (line.split('│')[1] ?? '').replace(/^ (› \[ \]|)/, '').trim())
  expect(said.join(' ')).toContain(words)
})

test('how a failed step stands is whole at 80×24, however long its prose and its block are', () => {
  const prose = 'A sentence of some length that nobody reads at night. '.repeat(12)
  const block = Array.from({ length: 20 }, (_, index) => `kubectl scale deployment api-${index} --replicas=1`)
  const run = walked(`### Long\n${prose}\n\`\`\`sh {name=long}\n${block.join('\n')}\n\`\`\`\n`, 0)
  run.happen({ type: 'step.confirmed', step: 'long', how: 'key' })
  run.start()
  run.end({ kind: 'exited', code: 3 })
  const output = { step: 'long', role: 'command', dropped: 0 } as const
  run.show({ output: { ...output, lines: [{ stream: 'stderr', text: 'the last word' }] } })
  const screen = shown(run)
  for (const words of [
    'FAILED',
    'exit code 3',
    'before you choose.',
    'this step has no undo',
    'the last word',
  ]) {
    expect(screen).toContain(words)
  }
})

test('a long context keeps its end, the namespace and the mode', () => {
  const run = stageRun()
  run.show({ context: 'arn:aws:eks:eu-central-1:123456789012:cluster/loanserve-production-eu' })
  const [header = ''] = shown(run).split('\n')
  expect(header).toContain('◆ LIVE')
  expect(header).toContain('production-eu / loanserve')
})

test('where not all pods fit, those that are not ready come first and the rest are counted', () => {
  const pods = Array.from({ length: 40 }, (_, index) => ({
    ...{ name: `api-blue-abc-p${index}`, color: 'blue', image: 'i', createdAt: 0, restarts: 0 },
    ready: index !== 33,
    status: index === 33 ? 'ImagePullBackOff' : 'Running',
  }))
  const status: ClusterStatus = { ...settled, colors: settled.colors.map((color) => ({ ...color, pods })) }
  const pane = text(clusterPane(status, beside, began, 32, 30, utf8))
  expect(pane).toContain('p33')
  expect(pane).toMatch(/… and \d+ more/)
  expect(pane).toContain('◆ GREEN idle')
})

test('ten thousand pods cost the rows that are seen', () => {
  let looked = 0
  const pods = Array.from({ length: 10_000 }, (_, index) => ({
    ...{ name: `api-blue-abc-p${index}`, color: 'blue', image: 'i', createdAt: 0, restarts: 0 },
    ready: true,
    get status(): string {
      looked += 1
      return 'Running'
    },
  }))
  const status: ClusterStatus = { ...settled, colors: settled.colors.map((color) => ({ ...color, pods })) }
  clusterPane(status, beside, began, 32, 30, utf8)
  clusterScreen(status, beside, began, 78, 17, 5000, utf8)
  expect(looked).toBeLessThan(200)
})

test('a live color without endpoints is said loudly, in the pane and in the strip', () => {
  const colors = settled.colors.map((color) => ({ ...color, endpoints: 0 }))
  const status = { ...settled, colors }
  expect(text(clusterPane(status, beside, began, 32, 30, utf8))).toContain('NO ENDPOINT gets traffic')
  expect(text(clusterStrip(status, began, 78, utf8))).toContain('NO ENDPOINT gets traffic')
})

test('stale figures say since when and why; a watch that only fell silent is stale too', () => {
  expect(text(clusterStrip(troubled, began, 78, utf8))).toMatch(/STALE 42 s[\s\S]*connect ECONNREFUSED/)
  const silent = { ...settled, freshness: { kind: 'fresh', at: began - 16_000 } } as const
  expect(text(clusterPane(silent, beside, began, 40, 30, utf8))).toContain('STALE 16 s')
  expect(text(clusterPane(silent, beside, began - 10_000, 40, 30, utf8))).not.toContain('STALE')
})
