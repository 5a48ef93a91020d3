import { expect, test } from 'vitest'
import { narrate } from '../../src/plain/narrate.ts'
import type { OutputLine, RunView } from '../../src/run/session.ts'
import { runbookOf, setScene } from '../run/scene.ts'

const runbook = runbookOf(
  '---\ntitle: T\nkind: deployment\n---\n# T\n## P\n### Look\n```sh {name=look}\nls\n```\n',
)
const line = (text: string, unfinished?: true): OutputLine => ({
  stream: 'stdout',
  text,
  ...(unfinished === undefined ? {} : { unfinished }),
})

function showing(view: RunView, lines: readonly OutputLine[], dropped = 0): RunView {
  return { ...view, output: { step: 'look', role: 'command', lines, dropped } }
}

test('each line of output is told once, and an unfinished one when it is finished', () => {
  const view = setScene(runbook).conductor.view()
  const none = showing(view, [])
  const one = showing(view, [line('a'), line('Pass', true)])
  const two = showing(view, [line('a'), line('Password: ok'), line('b')])
  expect(narrate(none, one)).toEqual(['| a'])
  expect(narrate(one, two)).toEqual(['| Password: ok', '| b'])
  expect(narrate(two, two)).toEqual([])
})

test('the output of the next block is told from its beginning, though it has fewer lines', () => {
  const view = setScene(runbook).conductor.view()
  const long = showing(view, [line('a'), line('b')])
  expect(narrate(long, showing(view, []))).toEqual([])
  expect(narrate(showing(view, []), showing(view, [line('c')]))).toEqual(['| c'])
})

test('lines that went by too fast are counted, not passed over in silence', () => {
  const view = setScene(runbook).conductor.view()
  const before = showing(view, [line('1'), line('2')])
  const after = showing(view, [line('9'), line('10')], 8)
  expect(narrate(before, after)).toEqual(['| … 6 lines are in the record alone', '| 9', '| 10'])
})

test('a failed step names the block that failed and how', async () => {
  const { conductor, carryOut } = setScene(runbook)
  await conductor.decide({ kind: 'begin' }, 'key')
  const before = conductor.view()
  await carryOut({ kind: 'timed-out' })
  expect(narrate(before, conductor.view())).toContain(
    'FAILED: Look: its command took longer than its time and was ended',
  )
})
