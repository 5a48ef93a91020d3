/** Properties of any run of any runbook. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileRun } from '../../machines/compile.ts'
import type { Deed, RunEvent } from '../../machines/events.ts'
import type { Runbook } from '../../src/runbook/runbook.ts'
import { isLong } from '../long.ts'
import { arbitraryJunkedRun, arbitraryRun, seed } from './arbitrary.ts'

/** The seed is another each time, so that many short suites see as much as a long one. */
const thorough = isLong ? 10 : 1

/** What a fold comes to, and what it handed out on the way. */
function fold(runbook: Runbook, events: readonly RunEvent[]) {
  const machine = compileRun(runbook)
  const [start, first] = machine.start()
  let snapshot = start
  const deeds: (readonly Deed[])[] = [first]
  for (const event of events) {
    const [next, handedOut] = machine.next(snapshot, event)
    snapshot = next
    deeds.push(handedOut)
  }
  return { state: machine.state(snapshot), deeds }
}

describe(`any run, junk thrown in (seed ${seed})`, () => {
  test('comes to the same state and the same deeds each time it is folded', () => {
    fc.assert(
      fc.property(arbitraryJunkedRun, ({ runbook, events }) => {
        expect(fold(runbook, events)).toEqual(fold(runbook, events))
      }),
      { seed, numRuns: 150 * thorough },
    )
  })

  test('leaves the snapshots that it came from as they were', () => {
    fc.assert(
      fc.property(arbitraryJunkedRun, ({ runbook, events }) => {
        const machine = compileRun(runbook)
        let [snapshot] = machine.start()
        for (const event of events) {
          const before = JSON.stringify(machine.state(snapshot))
          const [next] = machine.next(snapshot, event)
          expect(JSON.stringify(machine.state(snapshot))).toBe(before)
          snapshot = next
        }
      }),
      { seed, numRuns: 100 * thorough },
    )
  })

  test('hands out at most one block an event, and none whose step, role and attempt has already started', () => {
    fc.assert(
      fc.property(arbitraryJunkedRun, ({ runbook, events }) => {
        const machine = compileRun(runbook)
        let [snapshot] = machine.start()
        const started = new Set<string>()
        for (const event of events) {
          const { awaited } = snapshot.context
          if (event.type === 'block.started' && awaited !== undefined) {
            const { step, role, attempt } = awaited
            if (event.step === step && event.role === role && event.attempt === attempt) {
              started.add(`${step} ${role} ${attempt}`)
            }
          }
          const [next, deeds] = machine.next(snapshot, event)
          snapshot = next
          expect(deeds.length).toBeLessThanOrEqual(1)
          for (const deed of deeds) {
            if (deed.type !== 'startBlock') continue
            expect(started.has(`${deed.step} ${deed.role} ${deed.attempt}`)).toBe(false)
            expect(deed.delayMs).toBeGreaterThanOrEqual(0)
          }
        }
      }),
      { seed, numRuns: 150 * thorough },
    )
  })

  test('offers something or awaits a block in each state, unless it has ended', () => {
    fc.assert(
      fc.property(arbitraryJunkedRun, ({ runbook, events }) => {
        const machine = compileRun(runbook)
        let [snapshot] = machine.start()
        for (const event of events) {
          snapshot = machine.next(snapshot, event)[0]
          const state = machine.state(snapshot)
          const waits = snapshot.context.awaited !== undefined
          expect(waits || state.choices.length > 0 || state.stage.stage === 'ended').toBe(true)
        }
      }),
      { seed, numRuns: 100 * thorough },
    )
  })
})

describe(`a run killed and resumed at any point (seed ${seed})`, () => {
  test('is where the live run was, once its records are folded', () => {
    fc.assert(
      fc.property(arbitraryRun, ({ runbook, events, end }) => {
        expect(fold(runbook, events).state).toEqual(end.state)
      }),
      { seed, numRuns: 150 * thorough },
    )
  })

  test('never starts a changing command or an undo a second time unasked', () => {
    fc.assert(
      fc.property(arbitraryRun, fc.nat(), ({ runbook, events }, cut) => {
        const prefix = events.slice(0, cut % (events.length + 1))
        const last = prefix.at(-1)?.at ?? 0
        const { deeds } = fold(runbook, [...prefix, { type: 'run.resumed', at: last + 1 }])
        for (const deed of deeds.at(-1) ?? []) {
          if (deed.type !== 'startBlock') continue
          const { step, role } = deed
          const effect = runbook.phases.flatMap(({ steps }) => steps).find(({ id }) => id === step)?.[
            role
          ]?.effect
          if (role === 'command') expect(effect).toBe('read')
          if (role === 'command' || role === 'undo') expect(openIn(prefix, step)).toBeUndefined()
          if (effect !== 'read') expect(openIn(prefix, step)).toBeUndefined()
        }
      }),
      { seed, numRuns: 500 * thorough },
    )
  })

  test('runs a changing command no more often than the operator asked for it', () => {
    fc.assert(
      fc.property(arbitraryRun, ({ runbook, events }) => {
        for (const { id, command } of runbook.phases.flatMap(({ steps }) => steps)) {
          if (command === undefined || command.effect === 'read') continue
          const of = (types: readonly RunEvent['type'][]) =>
            events.filter((event) => types.includes(event.type) && 'step' in event && event.step === id)
          const runs = of(['block.started']).filter((event) => 'role' in event && event.role === 'command')
          expect(runs.length).toBeLessThanOrEqual(of(['step.confirmed', 'step.retried']).length)
        }
      }),
      { seed, numRuns: 500 * thorough },
    )
  })
})

/** The block of a step that was started and whose end is not on record; undefined where there is none. */
function openIn(events: readonly RunEvent[], step: string): RunEvent | undefined {
  const last = events.findLast(
    (event) =>
      event.type === 'run.resumed' ||
      ((event.type === 'block.started' || event.type === 'block.ended') && event.step === step),
  )
  return last?.type === 'block.started' ? last : undefined
}
