/** What holds in every state that a run can reach, shown by visiting them all. */
import { describe, expect, test } from 'vitest'
import type { RunEvent } from '../../machines/events.ts'
import type { Choice } from '../../machines/state.ts'
import type { Runbook } from '../../src/runbook/runbook.ts'
import { explore, leafOf, type Monitor } from './explore.ts'
import { after, eventsOf, type Living } from './living.ts'
import { checklist, commands, gate, phase, runbook, runbookOf, step } from './sample.ts'

const runbooks: readonly (readonly [string, Runbook])[] = [
  [
    'a deployment',
    runbookOf([
      phase(
        'deploy',
        step('ship', checklist('a'), commands('change', 'verify', 'undo'), { provides: ['shipped'] }),
      ),
      phase(
        'switch',
        step('switch', commands('change', 'undo'), { requires: ['shipped'] }),
        step('gate', gate(1)),
      ),
    ]),
  ],
  [
    'one that destroys',
    runbook(
      step('look', commands('read')),
      step('expand', commands('change', 'verify', 'undo')),
      step('contract', commands('destroy')),
      step('after', commands('change', 'undo')),
    ),
  ],
  [
    'one by hand',
    runbook(step('list', checklist('a', 'b')), step('call'), step('fix', commands('change', 'undo'))),
  ],
]

const nothing: Monitor<null> = { start: null, next: () => null }

const allChoices: readonly Choice[] = [
  'begin',
  'attest',
  'confirm',
  'retry',
  'skip',
  'rollback',
  'emergency',
  'stop',
]

function describePath(path: readonly RunEvent[]): string {
  return path.map((event) => JSON.stringify(event)).join('\n')
}

describe.each(runbooks)('in every state that %s can reach', (_, book) => {
  const reached = explore(book, nothing)

  test('there is a choice or a block awaited, unless the run has ended', () => {
    const stuck = reached.filter(
      ({ living: { state, pending } }) =>
        state.stage.stage !== 'ended' && state.choices.length === 0 && pending === undefined,
    )
    expect(stuck.map(({ path }) => describePath(path))).toEqual([])
  })

  test('there is no choice while a block is awaited', () => {
    const both = reached.filter(
      ({ living: { state, pending } }) => pending !== undefined && state.choices.length > 0,
    )
    expect(both.map(({ path }) => describePath(path))).toEqual([])
  })

  test('each choice is an event that changes something, and what is not offered changes nothing', () => {
    for (const { living, path } of reached) {
      for (const choice of allChoices) {
        const offered = living.state.choices.includes(choice)
        for (const event of eventsOf(choice, living.state, living.runbook)) {
          const now = after(living, { afterMs: 0, event })
          const same = JSON.stringify(now.state) === JSON.stringify(living.state) && now.deeds.length === 0
          expect(same, `${choice} after\n${describePath(path)}`).toBe(!offered)
        }
      }
    }
  })

  test("the chart's innermost state is the step's status", () => {
    for (const { living } of reached) {
      const { stage, steps } = living.state
      if (stage.stage !== 'walking' && stage.stage !== 'rolling-back') continue
      const leaf = leafOf(living.snapshot)
      expect(leaf === 'rechecking' ? 'verifying' : leaf).toBe(steps[stage.step]?.status)
    }
  })

  test('the way back holds only steps with an undo that may have left something', () => {
    const steps = new Map(book.phases.flatMap(({ steps }) => steps).map((found) => [found.id, found]))
    for (const { living } of reached) {
      for (const id of living.state.wayBack) {
        expect(steps.get(id)?.undo).toBeDefined()
        expect(living.snapshot.context.tracks[id]?.touched).toBe(true)
      }
    }
  })

  test('the run can still come to an end', () => {
    expect(endingsOf(reached.map(({ living }) => living))).toContain('done')
    const hopeless = reached.filter(({ living }) => living.state.stage.stage !== 'ended' && !canStop(living))
    expect(hopeless.map(({ path }) => describePath(path))).toEqual([])
  })
})

function endingsOf(lives: readonly Living[]): readonly string[] {
  return [
    ...new Set(lives.flatMap(({ state: { stage } }) => (stage.stage === 'ended' ? [stage.ending] : []))),
  ]
}

/** By cancelling what runs, and then stopping. */
function canStop(living: Living): boolean {
  const { pending } = living
  const standing =
    pending === undefined
      ? living
      : after(living, {
          afterMs: 0,
          event: { type: 'block.ended', ...named(pending.deed), outcome: { kind: 'cancelled' } },
        })
  const [stop] = eventsOf('stop', standing.state, standing.runbook)
  return stop !== undefined && after(standing, { afterMs: 0, event: stop }).state.stage.stage === 'ended'
}

function named({ step, role, attempt }: NonNullable<Living['pending']>['deed']) {
  return { step, role, attempt }
}

/** Words given for a step, confirmed or retried, that no start of its command has used up. */
const words: Monitor<Readonly<Record<string, true>>> = {
  start: {},
  next: (given, event, before) => {
    if (event.type === 'step.confirmed' || event.type === 'step.retried')
      return { ...given, [event.step]: true }
    if (event.type !== 'block.started' || event.role !== 'command') return given
    const found = before.runbook.phases.flatMap(({ steps }) => steps).find(({ id }) => id === event.step)
    if (found?.command?.effect === 'read') return given
    if (given[event.step] === undefined) throw new Error(`${event.step} ran without a word`)
    const { [event.step]: _, ...rest } = given
    return rest
  },
}

test.each(runbooks)(
  'no path of %s runs a changing command without a word for that very run of it',
  (_, book) => {
    expect(explore(book, words).length).toBeGreaterThan(50)
  },
)

interface Undos {
  /** The changing steps with an undo that had passed when the rollback was chosen. */
  readonly due: readonly string[]
  readonly undone: readonly string[]
  readonly skipped: readonly string[]
}

const undos: Monitor<Undos> = {
  start: { due: [], undone: [], skipped: [] },
  next: (seen, event, before, now) => {
    const rolling = before.state.stage.stage === 'rolling-back'
    if (event.type === 'rollback.chosen' && now.state.stage.stage === 'rolling-back') {
      return { due: passedWithUndo(before), undone: [], skipped: [] }
    }
    if (rolling && event.type === 'step.skipped') return { ...seen, skipped: [...seen.skipped, event.step] }
    if (rolling && event.type === 'block.ended' && now.state.steps[event.step]?.status === 'undone') {
      return { ...seen, undone: [...seen.undone, event.step] }
    }
    return seen
  },
}

function passedWithUndo({ runbook, state }: Living): readonly string[] {
  return runbook.phases
    .flatMap(({ steps }) => steps)
    .filter(
      ({ id, command, undo }) =>
        command?.effect !== 'read' && undo !== undefined && hasPassed(state.steps[id]),
    )
    .map(({ id }) => id)
}

function hasPassed(state: { readonly status: string } | undefined): boolean {
  return state?.status === 'passed'
}

test.each(runbooks)(
  'when %s ends rolled back, each changing step that had passed was undone exactly once',
  (_, book) => {
    const ended = explore(book, undos).filter(
      ({ living: { state } }) => state.stage.stage === 'ended' && state.stage.ending === 'rolled-back',
    )
    expect(ended.length).toBeGreaterThan(0)
    for (const { seen, path } of ended) {
      const due = seen.due.filter((id) => !seen.skipped.includes(id))
      for (const id of due) {
        const times = seen.undone.filter((undone) => undone === id).length
        expect(times, `${id} after\n${describePath(path)}`).toBe(1)
      }
      expect(new Set(seen.undone).size).toBe(seen.undone.length)
    }
  },
)

test('one that destroys something can end in each of the four ways', () => {
  const [, book] = runbooks[1] ?? []
  if (book === undefined) throw new Error('no such runbook')
  const endings = endingsOf(explore(book, nothing).map(({ living }) => living))
  expect([...endings].sort()).toEqual(['done', 'rollback-failed', 'rolled-back', 'stopped'])
})
