/** Decides from what users would get whether the traffic flows to a color. */

/** What the front door answered: a status and the color that says it answered, or why there was nothing. */
export type DoorAnswer =
  | { readonly kind: 'answered'; readonly status: number; readonly color?: string }
  | { readonly kind: 'none'; readonly why: string }

/** Why the answers don't show that everybody is served by the color; undefined when they do, or nobody was asked. */
export function doorTrouble(answers: readonly DoorAnswer[], to: string): string | undefined {
  for (const answer of answers) {
    if (answer.kind === 'none') return `the front door: ${answer.why}`
    if (answer.status !== 200) return `the front door answers ${answer.status}`
    if (answer.color !== undefined && answer.color !== to)
      return `the front door is still answered by ${answer.color}`
  }
  return undefined
}
