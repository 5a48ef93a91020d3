/** `handrail practice`: a scenario in a practice world, to learn it where nothing can break, with a score at the end. */
import { createInterface } from 'node:readline/promises'
import { z } from 'zod'
import { exitCode } from '../run/exit-code.ts'
import { Refusal } from '../run/refusal.ts'
import { loadRunbook } from './load-runbook.ts'
import { practiceList } from './practice-list.ts'
import { pagerBeside } from './practice-pager.ts'
import { askScore, askState, briefingText } from './practice-score.ts'
import { practiceShell } from './practice-shell.ts'
import { type PracticeWorld, startPracticeWorld } from './practice-world.ts'
import { runLoaded, worldOptions } from './run-loaded.ts'
import { runOptions } from './run-options.ts'
import { type ChosenScenario, chooseScenario } from './scenario-choice.ts'

const practiceOptions = z.object({
  list: z.boolean().default(false),
  seed: z.number().optional(),
  speed: z.number().default(1),
  plain: z.boolean().default(false),
  shell: z.boolean().default(false),
  param: z.record(z.string(), z.string()).default({}),
  output: z.enum(['json']).optional(),
})

type PracticeOptions = z.infer<typeof practiceOptions>

/**
 * Plays a scenario, the happy deployment where none is named, and prints its score; gives 0 when it was handled
 * without an unsafe act, else 1. Throws a Refusal for an unknown scenario, and where there is no terminal to play in.
 */
export async function practiceCommand(id: string | undefined, given: unknown): Promise<number> {
  const options = practiceOptions.parse(given)
  if (options.list) return practiceList(options.output, process.stdout.columns)
  const chosen = chooseScenario(id ?? 'happy', options.seed)
  const { scenario } = chosen
  const runbook = options.shell ? undefined : scenario.runbook
  const hasTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true
  if (runbook !== undefined && !hasTerminal) throw new Refusal(withoutTerminal(scenario.id), exitCode.usage)
  const loaded = runbook === undefined ? undefined : await loadRunbook(runbook, process.cwd())
  const world = await startPracticeWorld({
    onProgress: (line) => process.stderr.write(`${line}\n`),
    ...(loaded === undefined ? {} : worldOptions(loaded, options)),
    speed: options.speed,
    seed: chosen.seed,
    scenario: scenario.id,
  })
  try {
    process.stderr.write(briefingText(chosen, process.stderr.columns))
    if (loaded !== undefined) {
      // The screen would cover the briefing. Whoever named no scenario wants to see the deployment at once.
      if (id !== undefined && !options.plain) await enterPressed()
      const task = runOptionsOf(options, id === undefined ? {} : chosen.task.params)
      await runLoaded(loaded, task, world.env, pagerBeside(world))
    }
    if (loaded === undefined || (hasTerminal && (await askState(world)).unfinished))
      await openShell(world, chosen, loaded !== undefined)
    const { safe, json, debrief } = await askScore(world)
    process.stdout.write(options.output === 'json' ? `${json}\n` : `\n${debrief}`)
    return safe ? exitCode.done : exitCode.failed
  } finally {
    await world.close()
  }
}

function withoutTerminal(id: string): string {
  return [
    `practising ${id} needs a terminal. Without one, let flags press the keys:`,
    `  handrail run deploy --practice=${id} --yes --attest --on-failure=rollback`,
    'or run commands of your own in it:',
    `  handrail world --scenario ${id} -- COMMAND`,
  ].join('\n')
}

/** The runbook in the scenario's world, with the task's values where the operator gave none. */
function runOptionsOf({ speed, plain, param }: PracticeOptions, params: Readonly<Record<string, string>>) {
  return runOptions.parse({ practice: true, speed, plain, param: { ...params, ...param } })
}

async function enterPressed(): Promise<void> {
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    await lines.question('Press Enter to begin. ')
  } finally {
    lines.close()
  }
}

async function openShell(
  world: PracticeWorld,
  { scenario }: ChosenScenario,
  afterRun: boolean,
): Promise<void> {
  const words = afterRun
    ? 'The run has ended, and the night has not: the world goes on.\nYou are in a shell inside it.'
    : 'You are in a shell inside the practice world.\nkubectl, aws, psql and curl lead nowhere else.'
  process.stderr.write(`${words}\nLeave it with \`exit\` when you would hand over; then comes the score.\n`)
  await practiceShell(world, scenario.id)
}
