/** Each of the short runbooks by keys, as a person would: reads what the screen asks for, and presses it. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isLong } from '../long.ts'
import { type Answers, leadByKeys } from './by-keys.ts'
import { type Scene, setScene } from './program.ts'
import { openTerminal } from './terminal.ts'

let scene: Scene
beforeAll(async () => {
  scene = await setScene({ speed: 30 })
})
afterAll(() => scene.close())

interface Play {
  readonly runbook: string
  readonly args?: readonly string[]
  readonly answers?: Answers
  readonly size: readonly [number, number]
}

/** In this order: each finds the world as the one before has left it. */
const plays: readonly Play[] = [
  {
    runbook: 'rollback',
    answers: { questions: { 'The color that served everybody before': 'green' } },
    size: [80, 24],
  },
  {
    runbook: 'traffic-not-switching',
    answers: { questions: { 'The color that should have the traffic': 'green' } },
    size: [120, 40],
  },
  {
    runbook: 'feature-flags',
    args: ['-p', 'VALUE=true'],
    answers: { questions: { 'Whose flags': 'green', 'Which flag': 'new_feature' } },
    size: [80, 24],
  },
  { runbook: 'maintenance', size: [80, 24] },
  { runbook: 'health-checks-failing', args: ['-p', 'COLOR=green'], size: [120, 40] },
  { runbook: 'performance-degradation', size: [80, 24] },
  { runbook: 'monitoring', size: [120, 40] },
]

test.skipIf(!isLong).each(plays)(
  '$runbook runs to its end by keys',
  async ({ runbook, args = [], answers = {}, size: [columns, rows] }) => {
    const terminal = openTerminal({ args: ['run', runbook, ...args], env: scene.env, columns, rows })
    try {
      expect(await leadByKeys(terminal, answers)).toBe(0)
    } finally {
      await terminal.close()
    }
  },
  600_000,
)
