/** What the practice world says of the one who practised in it. */
import { z } from 'zod'
import { exitCode } from '../run/exit-code.ts'
import { Refusal } from '../run/refusal.ts'
import { wrap } from '../world/scoring/wrap.ts'
import type { PracticeWorld } from './practice-world.ts'
import type { ChosenScenario } from './scenario-choice.ts'

const scored = z.looseObject({ safe: z.boolean(), broken: z.string().nullable(), debrief: z.string() })

/** The report as the world made it, and the debrief as text. */
export interface PracticeScore {
  /** Handled, without an unsafe act. */
  readonly safe: boolean
  readonly debrief: string
  /** All of it, as one JSON object. */
  readonly json: string
}

/**
 * Asks the world for the score; it takes some seconds where it still has to be seen whether the users are well. Throws
 * a Refusal where the world can't say.
 */
export async function askScore(world: PracticeWorld): Promise<PracticeScore> {
  const { debrief, ...report } = scored.parse(await answerOf(world, 'score'))
  return { safe: report.safe && report.broken === null, debrief, json: JSON.stringify(report) }
}

const stated = z.looseObject({
  unfinished: z.boolean(),
  pages: z.array(z.object({ at: z.number(), text: z.string() })),
})

/** Where the scenario stands: whether something is still to come or to be done, and what the pager said so far. */
export async function askState(world: PracticeWorld): Promise<z.infer<typeof stated>> {
  return stated.parse(await answerOf(world, 'state'))
}

async function answerOf(world: PracticeWorld, question: string): Promise<unknown> {
  try {
    return await world.ask(question)
  } catch (error) {
    throw new Refusal(error instanceof Error ? error.message : String(error), exitCode.failed)
  }
}

/** The briefing in lines for a terminal, ending in a line break. */
export function briefingText({ scenario, seed, task }: ChosenScenario, columns = 80): string {
  const width = Math.min(78, columns - 2)
  const paragraphs = task.briefing.flatMap((text) => ['', ...wrap(text, width)])
  return [`Practice: ${scenario.title} (${scenario.id}, seed ${seed})`, ...paragraphs, ''].join('\n')
}
