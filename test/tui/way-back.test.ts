/** The way back as the screen tells it: what is taken back, what stays, and where it ends. */
import { expect, test } from 'vitest'
import { type Line, textOf } from '../../src/tui/line.ts'
import { allSteps } from '../../src/tui/run-reading.ts'
import { wayBackRows, wayBackSummary } from '../../src/tui/way-back-rows.ts'
import { utf8 } from './frames.ts'
import { carryOut, read, type StagedRun, stageRun } from './staged-run.ts'

const step = (title: string, id: string, command: string, undo?: string) =>
  `### ${title}\n\`\`\`sh {name=${id}}\n${command}\n\`\`\`\n${undo === undefined ? '' : `\`\`\`sh undo\n${undo}\n\`\`\`\n`}\n`

const runbook = read(`---
title: Far
kind: deployment
---
# Far
## One
${step('Ship it', 'ship', 'kubectl scale deployment a --replicas=3', 'kubectl scale deployment a --replicas=1')}
${step('Drop the old', 'drop', 'kubectl delete configmap old')}
${step('Label it', 'label', 'kubectl label service a x=y')}
${step('Scale it', 'scale', 'kubectl scale deployment b --replicas=3', 'kubectl scale deployment b --replicas=1')}
${step('Last', 'last', 'kubectl annotate service a x=y')}
`)

const text = (lines: readonly Line[]) => lines.map(textOf).join('\n')

function summary(run: StagedRun): string {
  const { stage } = run.view().state
  const here = allSteps(run.view()).find(({ id }) => 'step' in stage && id === stage.step)
  if (here === undefined) throw new Error('the run is at no step')
  return text(wayBackSummary(run.view(), here, 100, utf8))
}

function after(steps: number): StagedRun {
  const run = stageRun('live', runbook)
  run.happen({ type: 'run.begun', how: 'key' })
  for (let done = 0; done < steps; done += 1) carryOut(run)
  return run
}

test('at first there is nothing to take back, then each step with an undo', () => {
  expect(summary(after(0))).toBe('↶ nothing to take back yet')
  expect(summary(after(1))).toBe('↶ way back: ship; this step has no undo')
})

test('past a step that can’t be taken back there is no way, and that is said', () => {
  expect(summary(after(2))).toBe('↶ no way back; this step has no undo; not past drop')
  expect(summary(after(4))).toBe('↶ way back: scale; label would stay; this step has no undo; not past drop')
})

test('before a rollback everything is told: in what order, what stays, where it ends', () => {
  expect(text(wayBackRows(after(4).view(), 76, 12, utf8))).toBe(
    [
      'These are taken back, in this order:',
      '  ↶ Scale it',
      'These have no undo and stay: Label it.',
      'It ends before "Drop the old", which can\'t be taken back.',
    ].join('\n'),
  )
})
