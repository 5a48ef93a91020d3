/** Walks every state that a run of a small runbook can reach, breadth first. */
import type { RunEvent } from '../../machines/events.ts'
import type { RunSnapshot } from '../../machines/run-state.ts'
import type { RunState } from '../../machines/state.ts'
import type { Runbook } from '../../src/runbook/runbook.ts'
import { after, born, type Living, type Move, movesOf } from './living.ts'

/** Watches a path: folds its moves into something of its own, which then is a part of what tells states apart. */
export interface Monitor<Seen> {
  readonly start: Seen
  /** Called with each move; may assert. */
  readonly next: (seen: Seen, event: RunEvent, before: Living, now: Living) => Seen
}

export interface Reached<Seen> {
  readonly living: Living
  readonly seen: Seen
  /** The events that led here, shortest first found. */
  readonly path: readonly RunEvent[]
}

/**
 * Every reachable state together with what the monitor has seen on the way. Times and attempt numbers are left out of
 * what tells states apart: the rules depend on differences that the moves offer anew in each state.
 */
export function explore<Seen>(
  runbook: Runbook,
  monitor: Monitor<Seen>,
  limit = 200_000,
): readonly Reached<Seen>[] {
  const first: Reached<Seen> = { living: born(runbook), seen: monitor.start, path: [] }
  const known = new Set([keyOf(first)])
  const reached = [first]
  for (let index = 0; index < reached.length; index++) {
    const from = reached[index]
    if (from === undefined) break
    for (const move of movesOf(from.living)) {
      const to = follow(from, move, monitor)
      const key = keyOf(to)
      if (known.has(key)) continue
      if (known.size >= limit) throw new Error(`more than ${limit} states`)
      known.add(key)
      reached.push(to)
    }
  }
  return reached
}

function follow<Seen>(from: Reached<Seen>, move: Move, monitor: Monitor<Seen>): Reached<Seen> {
  const living = after(from.living, move)
  const { event } = living
  return {
    living,
    seen: monitor.next(from.seen, event, from.living, living),
    path: [...from.path, event],
  }
}

function keyOf<Seen>({ living: { snapshot, state, pending }, seen }: Reached<Seen>): string {
  const { value, context } = snapshot
  const tracks = Object.values(context.tracks).map(({ touched, succeeded }) => [touched, succeeded])
  const awaiting = pending === undefined ? '' : `${pending.deed.role} ${pending.started}`
  return JSON.stringify([value, statuses(state), state.attested, state.facts, tracks, awaiting, seen])
}

function statuses(state: RunState): readonly unknown[] {
  return Object.values(state.steps).map((step) =>
    step.status === 'watching'
      ? [step.status, step.samples.filter((sample) => !sample.good).length, step.samples.length > 0]
      : step.status,
  )
}

/** The name of the innermost active state of a snapshot. */
export function leafOf(snapshot: RunSnapshot): string {
  let value: unknown = snapshot.value
  for (;;) {
    if (typeof value === 'string') return value
    if (typeof value !== 'object' || value === null) throw new Error('a state without a name')
    value = Object.values(value)[0]
  }
}
