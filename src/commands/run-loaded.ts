/** Carries out a runbook that is read already, in this process's environment or in a practice world's. */
import type { Shipping } from '../journal/ship.ts'
import { type OpenRun, openRun } from '../run/open-run.ts'
import { Refusal } from '../run/refusal.ts'
import type { Runbook } from '../runbook/runbook.ts'
import { aroundProcess } from './around.ts'
import { followRun, shipRun } from './follow-run.ts'
import { type LoadedRunbook, loadRunbook } from './load-runbook.ts'
import { calledTools, missingTools } from './missing-tools.ts'
import type { PracticeWorldOptions } from './practice-world.ts'
import type { RunOptions } from './run-options.ts'
import { sayJson, warn } from './say.ts'

/** The practice world that a runbook needs. */
export function worldOptions(
  { runbook }: LoadedRunbook,
  { speed, seed }: Pick<RunOptions, 'speed' | 'seed'>,
): PracticeWorldOptions {
  return {
    speed,
    ...(seed === undefined ? {} : { seed }),
    // Scripts that a block calls may call kubectl as well.
    called: new Set(['kubectl', ...calledTools(runbook)]),
    onProgress: (line) => warn(`${line}\n`),
  }
}

/** What goes on beside a run and has something to say on its screen; gives what ends it. */
export type Beside = (notice: (text: string) => void) => () => void

/** Runs in this process's environment with `overlay` over it, and goes over to another runbook where one is opened. */
export async function runLoaded(
  loaded: LoadedRunbook,
  options: RunOptions,
  overlay: Readonly<Record<string, string>>,
  beside: Beside = () => () => {},
): Promise<number> {
  let shipping: Shipping | undefined
  const around = aroundProcess(overlay, (record) => {
    if (options.output === 'json') sayJson(record)
    shipping?.notify()
  })
  if (!around.inPracticeWorld) refuseWithout(missingTools(loaded.runbook, around.environment.PATH ?? ''))
  const open = await openRun(
    {
      ...loaded,
      mode: modeOf(options, around.inPracticeWorld),
      given: options.param,
      ...(options.practice === false ? {} : { endsWithWorld: true }),
      ...(options.context === undefined ? {} : { context: options.context }),
      ...(options.namespace === undefined ? {} : { namespace: options.namespace }),
    },
    around,
  )
  shipping = shipRun(open)
  const { conductor } = open
  if (options.begins) beginWhenReady(open)
  const leave = beside((notice) => conductor.show({ notices: [...conductor.view().notices, notice] }))
  const code = await followRun(open, options, shipping).finally(leave)
  const opens = conductor.opens()
  if (opens === undefined) return code
  const next = await loadRunbook(opens, loaded.cwd)
  const param = handedOver(loaded.runbook, conductor.state().parameters, options.param, next.runbook)
  return runLoaded(next, { ...options, param, begins: true }, overlay, beside)
}

/** Who presses the panic key has said that it begins: what it changes first still wants a key of its own. */
function beginWhenReady({ conductor, prepared }: OpenRun) {
  prepared.then(
    () => conductor.decide({ kind: 'begin' }, 'key'),
    // Whoever follows the run tells why it could not be prepared.
    () => undefined,
  )
}

/**
 * What the next runbook takes over by name: what was given, and what the operator answered or was worked out from
 * that. What is found out is found out anew, since the world has moved on, and so is what is worked out from it.
 */
function handedOver(
  { parameters }: Runbook,
  values: Readonly<Record<string, string>>,
  given: RunOptions['param'],
  next: Runbook,
): RunOptions['param'] {
  const lasting = parameters
    .filter(({ secret, sources }) => !secret && !sources.some(({ kind }) => kind === 'command'))
    .filter(({ sources }) =>
      sources.some(({ kind }) => kind === 'template' || kind === 'map' || kind === 'ask'),
    )
    .flatMap(({ name }) => (values[name] === undefined ? [] : [[name, values[name]] as const]))
  const known = new Set(
    next.parameters
      .filter(({ sources }) => !sources.some(({ kind }) => kind === 'template' || kind === 'map'))
      .map(({ name }) => name),
  )
  return Object.fromEntries([...lasting, ...Object.entries(given)].filter(([name]) => known.has(name)))
}

/** Nothing is begun that would stop half-way for want of a tool. */
function refuseWithout(missing: readonly string[]) {
  if (missing.length > 0) throw new Refusal(`${missing.join('\n')}\nNothing was run.`)
}

function modeOf({ dryRun }: RunOptions, inPracticeWorld: boolean) {
  if (dryRun) return 'dry-run'
  return inPracticeWorld ? 'practice' : 'live'
}
