/** An open gate as rows. */
import { expect, test } from 'vitest'
import type { StepState } from '../../machines/state.ts'
import { gateRows } from '../../src/tui/gate-rows.ts'
import { textOf } from '../../src/tui/line.ts'
import { allSteps } from '../../src/tui/run-reading.ts'
import { utf8 } from './frames.ts'
import { stageRun } from './staged-run.ts'

const [step] = allSteps(stageRun().view()).filter(({ id }) => id === 'gate')
if (step === undefined) throw new Error('the staged runbook has no gate')
const lenient = { ...step, gate: { windowMs: 30_000, everyMs: 5000, allow: 2 } }

const words = [
  'health 200 in 42 ms',
  'curl: (22) The requested URL returned error: 503',
  'health 200 in 40 ms',
]
const state: Extract<StepState, { status: 'watching' }> = {
  ...{ status: 'watching', since: 0, attempt: 1 },
  samples: words.map((says, index) => ({ at: (index + 1) * 4000, good: index !== 1, says })),
}

const rows = (roomy: boolean, width = 60) =>
  gateRows({ step: lenient, state, now: 15_000, roomy }, width, utf8).map((row) => textOf(row).trimEnd())

test('the window, each sample, what would trip it, and what they said, the newest first', () => {
  expect(rows(true)).toEqual([
    '████████████░░░░░░░░░░░░  gate open for 15 of 30 s',
    '●✗●',
    '1 bad so far; 1 more may be bad before it can trip',
    ' 3 s ago ● health 200 in 40 ms',
    ' 7 s ago ✗ curl: (22) The requested URL returned error: 503',
    '11 s ago ● health 200 in 42 ms',
  ])
})

test('where there is little room the newest sample and the newest bad one are left', () => {
  expect(rows(false, 44)).toEqual([
    '█████████░░░░░░░░░  gate open for 15 of 30 s',
    '●✗●',
    '1 bad so far; 1 more may be bad before it',
    'can trip',
    ' 3 s ago ● health 200 in 40 ms',
    ' 7 s ago ✗ curl: (22) The requested URL ret…',
  ])
})
