/** How long a verify block is polled, and how often: pure rules. */

/** Within which a step has to be verified where its runbook says nothing, in milliseconds. */
export const VERIFY_TIMEOUT_MS = 60_000

/** The pause before the second poll, its growth with each further one, and its longest, in milliseconds. */
const FIRST_PAUSE_MS = 1000
const GROWTH = 1.5
const LONGEST_PAUSE_MS = 5000

/** Whether a poll that ended at `at` was the last one that the timeout allows. Times are milliseconds since 1970. */
export function verifyTimeIsUp(timeoutMs: number, since: number, at: number): boolean {
  return at - since >= timeoutMs
}

/**
 * The pause before the next poll, in milliseconds, after so many bad ones. It ends no later than the timeout does, so
 * that the last look is at the end of the time that the author gave, and not long before or after it.
 */
export function pollDelayMs(badPolls: number, timeoutMs: number, since: number, at: number): number {
  const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * GROWTH ** Math.max(0, badPolls - 1))
  return Math.max(0, Math.min(pause, since + timeoutMs - at))
}
