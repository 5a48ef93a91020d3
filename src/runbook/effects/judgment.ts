/** What a command does, and how that is known. */
import type { Effect } from '../runbook.ts'

export interface Judgment {
  readonly effect: Effect
  /** A few words that a screen can show, e.g. "kubectl set changes objects". */
  readonly because: string
  /** Nothing is known about the command: `change` is a precaution, and an author who says otherwise is believed. */
  readonly guess: boolean
}

/** A word of a command. */
export interface Argument {
  /** Without its quotes; an expansion stands as it is written, e.g. `deployment/api-$IDLE`. */
  readonly text: string
  /** Nothing in it is decided only when it runs. */
  readonly fixed: boolean
  /** It may turn into several words, or into options: `$@`, `${FLAGS[@]}`, `$CURL_OPTS`. */
  readonly several: boolean
}

/** A simple command as a judge sees it. */
export interface Invocation {
  readonly program: string
  readonly args: readonly Argument[]
  /** What it reads from a here-document or here-string. */
  readonly stdin?: Argument
}

/** Judges one program's invocations. `inner` judges a command that is handed over as words, or as shell text. */
export type Judge = (invocation: Invocation, inner: Inner) => Judgment

export interface Inner {
  readonly words: (words: readonly Argument[]) => Judgment
  readonly script: (script: Argument) => Judgment
}

export const read = (because: string): Judgment => ({ effect: 'read', because, guess: false })
export const change = (because: string): Judgment => ({ effect: 'change', because, guess: false })
export const destroy = (because: string): Judgment => ({ effect: 'destroy', because, guess: false })
export const guess = (because: string): Judgment => ({ effect: 'change', because, guess: true })

const rank: Readonly<Record<Effect, number>> = { read: 0, change: 1, destroy: 2 }

/** Whether the first effect is less than the second. */
export function weaker(a: Effect, b: Effect): boolean {
  return rank[a] < rank[b]
}

/** The strongest effect of all; `read` where there is none. */
export function strongestEffect(effects: Iterable<Effect>): Effect {
  let strongest: Effect = 'read'
  for (const effect of effects) if (weaker(strongest, effect)) strongest = effect
  return strongest
}

/** The judgment with the strongest effect, one that is known before one that is guessed; undefined for none. */
export function strongest(judgments: readonly Judgment[]): Judgment | undefined {
  return judgments.reduce<Judgment | undefined>((best, next) => {
    if (best === undefined || weaker(best.effect, next.effect)) return next
    return best.effect === next.effect && best.guess && !next.guess ? next : best
  }, undefined)
}
