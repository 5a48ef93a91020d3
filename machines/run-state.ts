/** The state of a run as plain data, derived from the chart's snapshot alone. */
import type { SnapshotFrom, StateValue } from 'xstate'
import type { Ending } from './events.ts'
import { wholeWayBack } from './rollback.ts'
import type { RunChart } from './run.ts'
import type { Choice, RunStage, RunState } from './state.ts'

export type RunSnapshot = SnapshotFrom<RunChart>

const choices: readonly Choice[] = [
  'begin',
  'attest',
  'confirm',
  'retry',
  'skip',
  'rollback',
  'emergency',
  'lead',
  'stop',
]

const endings: readonly Ending[] = ['done', 'rolled-back', 'stopped', 'rollback-failed']

/** From a run that has ended no way leads back. */
const nowhere = { undoes: [], leaves: [], end: undefined }

/** What screens draw and tests compare; never throws. */
export function runState(snapshot: RunSnapshot): RunState {
  const { context } = snapshot
  const stage = stageOf(snapshot.value)
  const { undoes, leaves, end } = stage.stage === 'ended' ? nowhere : wholeWayBack(context)
  return {
    stage,
    parameters: context.parameters,
    facts: context.facts,
    steps: context.steps,
    attested: context.attested,
    findings: context.findings,
    choices: choices.filter((choice) => snapshot.hasTag(choice) && isOpen(choice, snapshot, undoes)),
    wayBack: undoes,
    ...(end === undefined ? {} : { wayBackEnd: end }),
    wayBackLeaves: leaves,
  }
}

/** A choice is tagged on the states that know it; open it is only while no process runs, and where it leads somewhere. */
function isOpen(choice: Choice, snapshot: RunSnapshot, way: readonly string[]): boolean {
  if (snapshot.context.awaited !== undefined) return false
  if (choice === 'begin') return snapshot.can({ type: 'run.begun', at: 0, how: 'key' })
  if (choice === 'lead') return leadsOf(snapshot).length > 0
  return choice !== 'rollback' || way.length > 0
}

function leadsOf({ context }: RunSnapshot): readonly string[] {
  return Object.values(context.findings).flatMap(({ leadsTo }) => leadsTo ?? [])
}

function stageOf(value: StateValue): RunStage {
  const [top, ...inner] = pathOf(value)
  const ending = endings.find((candidate) => candidate === top)
  if (ending !== undefined) return { stage: 'ended', ending }
  const step = top === 'walking' ? inner[1] : inner[0]
  if (top === 'preparing' || step === undefined) return { stage: 'preparing' }
  return { stage: top === 'walking' ? 'walking' : 'rolling-back', step }
}

/** The names of the active states from the outermost in; no state of a run is parallel, so there is one path. */
function pathOf(value: StateValue): readonly string[] {
  if (typeof value === 'string') return [value]
  const [entry] = Object.entries(value)
  if (entry === undefined) return []
  const [name, child] = entry
  return child === undefined ? [name] : [name, ...pathOf(child)]
}
