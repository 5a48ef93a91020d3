import { expect, test } from 'vitest'
import { compileRun } from '../../machines/compile.ts'
import { cpuTime } from '../cpu-time.ts'
import { play } from './play.ts'
import { checklist, commands, phase, runbook, runbookOf, step } from './sample.ts'

const steps = Array.from({ length: 200 }, (_, index) =>
  step(`s${index}`, commands('change', 'verify', 'undo'), { provides: [`f${index}`] }),
)
const long = runbookOf([phase('first', ...steps.slice(0, 100)), phase('second', ...steps.slice(100))])

/** The shortest of several: what the code takes, not what else the machine is at. */
const shortest = (times: number, work: () => void) =>
  Math.min(...Array.from({ length: times }, () => cpuTime(work)))

test('200 steps compile within 100 ms', () => {
  expect(shortest(5, () => compileRun(long))).toBeLessThan(100)
})

test('an event of a run of 200 steps, and its state, take less than a millisecond', () => {
  const run = play(long).begin()
  for (const { id } of steps.slice(0, 150)) run.confirm(id).exits(0).exits(0)
  const machine = compileRun(long)
  const events = run.events()
  const each = shortest(3, () => {
    let [snapshot] = machine.start()
    for (const event of events) {
      snapshot = machine.next(snapshot, event)[0]
      machine.state(snapshot)
    }
  })
  expect(each / events.length).toBeLessThan(1)
})

test('a machine can be driven along several runs at once', () => {
  const machine = compileRun(runbook(step('list', checklist('a', 'b'))))
  const [start] = machine.start()
  const [begun] = machine.next(start, { type: 'run.begun', how: 'key', at: 1 })
  const [one] = machine.next(begun, { type: 'item.attested', step: 'list', item: 'a', how: 'key', at: 2 })
  const [other] = machine.next(begun, { type: 'item.attested', step: 'list', item: 'b', how: 'key', at: 2 })
  expect(machine.state(one).attested.list).toEqual(['a'])
  expect(machine.state(other).attested.list).toEqual(['b'])
  expect(machine.state(begun).attested.list).toEqual([])
})
