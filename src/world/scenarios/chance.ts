/** What a scenario leaves to chance, the same for the same seed. */
import { createRandom } from '../random.ts'

export interface Chance {
  /** A whole number from `from` to `to`, both included. */
  readonly between: (from: number, to: number) => number
  readonly pick: <T>(first: T, ...others: readonly T[]) => T
}

/** Chance from a seed; apart from the randomness that names the world's objects, so that neither disturbs the other. */
export function createChance(seed: number): Chance {
  const random = createRandom(seed ^ 0x5ce9a210)
  return {
    between: (from, to) => from + Math.floor(random() * (to - from + 1)),
    pick(first, ...others) {
      const at = Math.floor(random() * (others.length + 1))
      return others[at - 1] ?? first
    },
  }
}

/** The tag of a version newer than what the world runs (v1.2.x), which says nothing of how it behaves. */
export function newTag(chance: Chance): string {
  return `v1.${chance.between(3, 6)}.${chance.between(0, 9)}`
}
