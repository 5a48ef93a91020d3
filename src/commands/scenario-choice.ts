/** Which practice scenario a word means, and what its seed makes of it before the world is there. */
import { exitCode } from '../run/exit-code.ts'
import { Refusal } from '../run/refusal.ts'
import { nearest } from '../runbook/spelling.ts'
import { createChance } from '../world/scenarios/chance.ts'
import type { Play, Scenario } from '../world/scenarios/scenario.ts'
import { findScenario, scenarios } from '../world/scenarios/scenarios.ts'

export interface ChosenScenario {
  readonly scenario: Scenario
  readonly seed: number
  /** What the operator is told, and the values that the runbook's parameters get. */
  readonly task: Pick<Play, 'briefing' | 'params'>
}

/** How many seeds chance picks from where none is given: few enough to be said aloud. */
const seeds = 1000

/** The scenario of that id with its task. Throws a Refusal that names what was probably meant. */
export function chooseScenario(id: string, seed: number | undefined): ChosenScenario {
  const scenario = findScenario(id)
  if (scenario === undefined) throw new Refusal(unknown(id), exitCode.usage)
  const chosen = seed ?? Math.floor(Math.random() * seeds)
  const { briefing, params } = scenario.stage(createChance(chosen))
  return { scenario, seed: chosen, task: { briefing, params } }
}

function unknown(id: string): string {
  const ids = scenarios.map((scenario) => scenario.id)
  const parts = ids.filter((known) => id.length > 2 && (known.includes(id) || id.includes(known)))
  const meant = nearest(id, ids) ?? parts[0]
  const question = meant === undefined ? '' : ` Did you mean ${meant}?`
  return `there is no practice scenario "${id}".${question} All of them: handrail practice --list`
}
