import { expect, test } from 'vitest'
import { findingOf } from '../../src/run/finding.ts'

const well = { kind: 'exited', code: 0 } as const
const out = (...texts: readonly string[]) => texts.map((text) => ({ stream: 'stdout', text }) as const)

test('a finding is what its script printed, and leads where its last word says', () => {
  expect(
    findingOf(well, out('It crashes.', 'next: maintenance', 'next: rollback'), ['rollback', 'maintenance']),
  ).toEqual({
    text: 'It crashes.',
    leadsTo: 'rollback',
  })
})

test('it leads to no runbook that its author did not name: what a cluster prints opens nothing', () => {
  expect(findingOf(well, out('log: next: rollback', 'next: delete-all'), ['rollback'])).toEqual({
    text: 'log: next: rollback',
  })
})

test('what it printed on stderr is no finding, and of much the end counts', () => {
  const lines = out(...Array.from({ length: 40 }, (_, index) => `line ${index}`))
  const { text } = findingOf(well, [...lines, { stream: 'stderr', text: 'warning' }], [])
  expect(text.split('\n')).toHaveLength(12)
  expect(text).toMatch(/line 39$/)
})

test('a script that failed has found nothing, and says why', () => {
  expect(findingOf({ kind: 'exited', code: 7 }, out('half a word'), ['rollback'])).toEqual({
    text: 'no finding: its script ended with exit code 7',
  })
  expect(findingOf({ kind: 'timed-out' }, [], [])).toEqual({
    text: 'no finding: its script took longer than its time',
  })
  expect(findingOf(well, [], [])).toEqual({ text: 'nothing worth a word' })
})
