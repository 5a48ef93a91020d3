/** `handrail world`: the practice world alone, for a command of one's own or for another terminal. */
import { Refusal } from '../run/refusal.ts'
import { endingSignals, exportLines, insideWorld, type OwnProgram, runIn } from './inside-world.ts'
import { ringOnTerminal, startPager } from './practice-pager.ts'
import { askScore, briefingText } from './practice-score.ts'
import { type PracticeWorld, startPracticeWorld } from './practice-world.ts'
import { type ChosenScenario, chooseScenario } from './scenario-choice.ts'

export interface WorldCommandOptions {
  /** What to run in the world; empty: print how to get in, and wait. */
  readonly command: readonly string[]
  readonly speed?: number
  readonly seed?: number
  /** The id of a practice scenario to happen in it. */
  readonly scenario?: string
  /** A directory with a saved world: it goes on, with the speed and the seed that it had. */
  readonly saved?: string
  /** How Handrail itself is started; default: as this process was. */
  readonly program?: OwnProgram
}

type EndingSignal = (typeof endingSignals)[number]

/**
 * Runs the command in a practice world and gives its exit code (128 and the signal's number when a signal ended
 * it, 127 when it can't be started); the world ends with it. Without a command it prints exports on stdout and
 * stays until a signal comes; then the code is 0, or 1 if the world ended first. With a scenario the briefing and
 * the debrief go to stderr. Throws a Refusal for a scenario that isn't there.
 */
export async function worldCommand(options: WorldCommandOptions): Promise<number> {
  const { command, speed = 1, seed, scenario, saved } = options
  const say = (line: string) => void process.stderr.write(`handrail: ${line}\n`)
  const chosen = scenario === undefined ? undefined : chooseScenario(scenario, seed)
  let world: PracticeWorld
  try {
    world = await startPracticeWorld({
      speed,
      seed: chosen?.seed ?? seed ?? 1,
      ...(scenario === undefined ? {} : { scenario }),
      ...(saved === undefined ? {} : { saved }),
      onProgress: say,
    })
  } catch (error) {
    say(error instanceof Error ? error.message : String(error))
    return 1
  }
  const program = options.program ?? [process.execPath, process.argv[1] ?? '']
  const silence = chosen === undefined ? () => {} : startPager(world, ringOnTerminal)
  try {
    if (chosen !== undefined) process.stderr.write(briefingText(chosen))
    const code = await insideWorld(world, program, (env) =>
      command.length === 0 ? stay(world, env, say) : runIn(command, env, say),
    )
    silence()
    if (chosen !== undefined) await tellScore(world, chosen)
    return code
  } finally {
    silence()
    await world.close()
  }
}

/** The debrief on stderr; a world that ended before it was asked has none. */
async function tellScore(world: PracticeWorld, { scenario }: ChosenScenario): Promise<void> {
  try {
    process.stderr.write(`\n${(await askScore(world)).debrief}`)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    process.stderr.write(`handrail: there is no score for ${scenario.id}: ${error.message}\n`)
  }
}

async function stay(
  world: PracticeWorld,
  env: Readonly<Record<string, string>>,
  say: (line: string) => void,
): Promise<number> {
  let stop: (signal: EndingSignal) => void = () => {}
  const signalled = new Promise<EndingSignal>((resolve) => {
    stop = resolve
  })
  for (const signal of endingSignals) process.on(signal, stop)
  process.stdout.write(exportLines(env))
  say('the practice world is up. Use it in another terminal:')
  say('  handrail world > world.env &   then   . ./world.env && kubectl get pods')
  say(`Stop it with Ctrl-C here, or: kill ${process.pid}`)
  try {
    const end = await Promise.race([signalled, world.ended.then(() => 'ended' as const)])
    if (end !== 'ended') return 0
    say('the practice world ended by itself. What happened in it is gone; start it again.')
    return 1
  } finally {
    for (const signal of endingSignals) process.off(signal, stop)
  }
}
