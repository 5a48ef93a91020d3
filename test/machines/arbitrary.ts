/** Arbitrary runbooks, runs and events, for property tests here and elsewhere. */
import fc from 'fast-check'
import type { Outcome, RunEvent } from '../../machines/events.ts'
import type { Block, BlockRole, Parameter, Runbook, Step } from '../../src/runbook/runbook.ts'
import { after, born, type Living, type Move, movesOf } from './living.ts'
import { block, checklist, finding, phase, runbookOf, step } from './sample.ts'

/** HANDRAIL_SEED repeats a run; the tests name the seed that they use. */
export const seed = Number(process.env.HANDRAIL_SEED ?? Date.now() % 2 ** 31)

const facts = ['shipped', 'healthy', 'switched']
const items = ['planned', 'tested']
const effect = fc.constantFrom('read' as const, 'change' as const, 'destroy' as const)
const lookingEffect = fc.constantFrom('read' as const, 'read' as const, 'change' as const)
const someFacts = fc.subarray(facts)

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })

const blockOf = (role: BlockRole, effects: fc.Arbitrary<Block['effect']>) =>
  fc
    .record({ effect: effects, timeoutMs: maybe(fc.integer({ min: 1, max: 100_000 })) })
    .map(({ effect, timeoutMs }) => block(role, effect, timeoutMs))

const gateRule = fc.record({
  windowMs: fc.integer({ min: 0, max: 60_000 }),
  everyMs: fc.integer({ min: 1, max: 20_000 }),
  allow: fc.integer({ min: 0, max: 2 }),
})

const stepParts = fc
  .record({
    items: fc.subarray(items),
    command: maybe(blockOf('command', effect)),
    verify: maybe(blockOf('verify', lookingEffect)),
    undo: maybe(blockOf('undo', effect)),
    watch: maybe(fc.tuple(blockOf('watch', lookingEffect), gateRule)),
    leads: maybe(fc.subarray(['mend', 'restore'])),
    requires: fc.oneof({ weight: 6, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: someFacts }),
    provides: someFacts,
    revokes: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: someFacts }),
  })
  .map(
    ({ items, command, verify, undo, watch, leads, requires, provides, revokes }): Partial<Step> => ({
      ...checklist(...items),
      ...(command === undefined ? {} : { command }),
      ...(verify === undefined ? {} : { verify }),
      ...(undo === undefined ? {} : { undo }),
      ...(watch === undefined ? {} : { watch: watch[0], gate: watch[1] }),
      ...(leads === undefined ? {} : finding(...leads)),
      requires,
      provides,
      revokes,
    }),
  )

const parameter = (name: string): Parameter => ({
  name,
  sources: [],
  secret: false,
  uses: [],
  position: { file: 'sample.md', line: 1, column: 1 },
})

/** Any runbook of up to three phases with up to two steps each: `p1s1`, `p1s2`, `p2s1`, … */
const arbitraryRunbook: fc.Arbitrary<Runbook> = fc
  .record({
    phases: fc.array(fc.array(stepParts, { maxLength: 2 }), { maxLength: 3, size: 'max' }),
    parameters: fc.subarray(['IMAGE', 'NAMESPACE']),
    emergency: fc.boolean(),
  })
  .map(({ phases, parameters, emergency }) => {
    const made = phases.map((steps, index) => {
      const id = `p${index + 1}`
      return phase(id, ...steps.map((parts, place) => step(`${id}s${place + 1}`, parts)))
    })
    const { emergency: named, ...runbook } = runbookOf(made, { parameters: parameters.map(parameter) })
    return emergency && named !== undefined ? { ...runbook, emergency: named } : runbook
  })

/** A run that was lived through: every event fitted the state that it met, crashes and resumes included. */
export interface Lived {
  readonly runbook: Runbook
  readonly events: readonly RunEvent[]
}

/** Numbers that pick moves, one after the other. */
const tape = fc.array(fc.noBias(fc.nat({ max: 9999 })), { minLength: 10, maxLength: 80 })

/** Any run of any runbook, up to 80 events long. */
export const arbitraryRun: fc.Arbitrary<Lived & { readonly end: Living }> = fc
  .tuple(arbitraryRunbook, tape)
  .map(([runbook, numbers]) => livedThrough(runbook, numbers))

/** The run in which each number of the tape picks one of the moves that are possible at its moment, and its end. */
function livedThrough(runbook: Runbook, numbers: readonly number[]): Lived & { readonly end: Living } {
  let end = born(runbook)
  const events: RunEvent[] = []
  for (const number of numbers) {
    const moves = movesOf(end).flatMap((move) => Array.from({ length: weight(move) }, () => move))
    const move = moves[number % moves.length]
    if (move === undefined) break
    const { event, ...next } = after(end, move)
    end = next
    events.push(event)
  }
  return { runbook, events, end }
}

/** How likely a move is beside the others: what ends a run early is rare, so that runs grow long. */
function weight({ event, crash }: Move): number {
  if (crash) return 4
  switch (event.type) {
    case 'run.stopped':
    case 'emergency.chosen':
    case 'run.resumed':
    case 'item.withdrawn':
      return 1
    case 'step.skipped':
      return 2
    case 'rollback.chosen':
      return 3
    case 'step.retried':
      return 8
    case 'block.ended':
      return event.outcome.kind === 'exited' ? 6 - 4 * event.outcome.code : 1
    default:
      return 20
  }
}

const role = fc.constantFrom(
  'command' as const,
  'verify' as const,
  'undo' as const,
  'watch' as const,
  'finding' as const,
)
const how = fc.constantFrom('key' as const, 'flag' as const)
const stepId = fc.constantFrom('p1s1', 'p1s2', 'p2s1', 'p2s2', 'p3s1', 'p3s2', 'constructor', '')
const at = fc.integer({ min: 0, max: 10_000_000 })
const text = fc.constantFrom('', ' ', 'rollback', 'seen to by hand')
const attempt = fc.integer({ min: 0, max: 4 })

const outcome: fc.Arbitrary<Outcome> = fc.oneof(
  fc.record({ kind: fc.constant('exited' as const), code: fc.integer({ min: 0, max: 2 }) }),
  fc.record({ kind: fc.constant('signalled' as const), signal: fc.constant('SIGKILL') }),
  fc.record({ kind: fc.constantFrom('timed-out' as const, 'cancelled' as const) }),
  fc.record({ kind: fc.constantFrom('not-run' as const, 'lost' as const), why: text }),
)

const is = <const Type extends string>(type: Type) => fc.constant(type)

/** Any event of a right shape, whether or not it fits anything. */
const arbitraryEvent: fc.Arbitrary<RunEvent> = fc.oneof(
  fc.record({ at, type: is('parameter.set'), name: text, value: text, source: text }),
  fc.record({ at, type: is('parameter.withdrawn'), name: text }),
  fc.record({ at, type: is('run.begun'), how }),
  fc.record({ at, type: is('item.attested'), step: stepId, item: fc.constantFrom(...items, 'x'), how }),
  fc.record({ at, type: is('item.withdrawn'), step: stepId, item: fc.constantFrom(...items, 'x') }),
  fc.record({ at, type: is('step.confirmed'), step: stepId, how }),
  fc.record({ at, type: is('block.started'), step: stepId, role, attempt }),
  fc.record({ at, type: is('block.ended'), step: stepId, role, attempt, outcome }),
  fc.record({ at, type: is('step.retried'), step: stepId, how }),
  fc.record({ at, type: is('step.skipped'), step: stepId, reason: text }),
  fc.record({ at, type: is('rollback.chosen'), how, reason: text }),
  fc.record({ at, type: is('emergency.chosen'), runbook: text }),
  fc.record({ at, type: is('lead.followed'), runbook: fc.constantFrom('mend', 'restore', 'x') }),
  fc.record({ at, type: is('run.stopped'), how, reason: text }),
  fc.record({ at, type: is('run.resumed') }),
)

/** A lived run into which events were thrown that may fit nothing. */
export const arbitraryJunkedRun: fc.Arbitrary<Lived> = fc
  .tuple(arbitraryRun, fc.array(fc.tuple(fc.nat(), arbitraryEvent), { maxLength: 20 }))
  .map(([{ runbook, events }, junk]) => {
    const mixed = [...events]
    for (const [place, event] of junk) mixed.splice(place % (mixed.length + 1), 0, event)
    return { runbook, events: mixed }
  })
