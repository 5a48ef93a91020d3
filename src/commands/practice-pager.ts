/** The pager of a practice world, which rings into the operator's terminal. */
import { askState } from './practice-score.ts'
import type { PracticeWorld } from './practice-world.ts'
import type { Beside } from './run-loaded.ts'

/** How often the pager is asked, in milliseconds. */
const pagerEveryMs = 1000

/** Writes it where a person is typing, with the bell. */
export function ringOnTerminal(text: string): void {
  process.stderr.write(`\u0007\n>>> PAGER: ${text}\n`)
}

/** Hands over what the pager says, as it comes. Gives what ends that. */
export function startPager(world: PracticeWorld, ring: (text: string) => void): () => void {
  let shown = 0
  const timer = setInterval(() => {
    askState(world).then(
      ({ pages }) => {
        for (const { text } of pages.slice(shown)) ring(text)
        shown = Math.max(shown, pages.length)
      },
      // The world is gone; whoever asks for the score says so.
      () => clearInterval(timer),
    )
  }, pagerEveryMs)
  return () => clearInterval(timer)
}

/** The pager on the screen of a run. */
export function pagerBeside(world: PracticeWorld): Beside {
  return (notice) => startPager(world, (text) => notice(`PAGER: ${text}`))
}
