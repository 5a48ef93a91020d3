/** Loops of the shell. */
import type { Step } from '../step.ts'
import { LoopJump, type ShellState } from './state.ts'

/** A loop rests this often, so that one that never waits for anything can't keep the world from its work. */
const turnsWithoutRest = 50
const restMs = 5

/** Runs `body` as long as `goesOn` says so; `break` and `continue` leave it. Gives the last exit code. */
export function* loop(
  state: ShellState,
  body: () => Step<number>,
  goesOn: () => boolean | Step<boolean>,
): Step<number> {
  let code = 0
  for (let turn = 1; ; turn++) {
    const asked = goesOn()
    if (!(typeof asked === 'boolean' ? asked : yield* asked)) return code
    if (turn % turnsWithoutRest === 0) yield state.room.sleep(restMs)
    try {
      code = yield* body()
    } catch (error) {
      if (!(error instanceof LoopJump)) throw error
      if (error.levels > 1) throw new LoopJump(error.levels - 1, error.goesOn)
      if (!error.goesOn) return 0
    }
  }
}
