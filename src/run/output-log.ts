/** The output that a screen shows: all that the blocks of one step printed, one after the other, bounded. */
import type { Conductor, StartBlock } from './conductor.ts'
import type { OutputLine } from './session.ts'

/** How many lines a screen can scroll back; the record holds more. */
const LINES_SHOWN = 5000

export interface OutputLog {
  /** A block begins: gives what takes its lines. A step's command and its undo begin with an empty screen. */
  readonly begin: (block: StartBlock, conductor: Conductor) => (lines: readonly OutputLine[]) => void
}

export function createOutputLog(): OutputLog {
  let step: string | undefined
  let shown: readonly OutputLine[] = []
  let dropped = 0
  return {
    begin: (block, conductor) => {
      const { role } = block
      const anew = block.step !== step || role === 'command' || role === 'undo'
      step = block.step
      // What an earlier block left unfinished stays as it is.
      shown = anew ? [] : shown.map(({ stream, text }) => ({ stream, text }))
      dropped = anew ? 0 : dropped
      const publish = () => conductor.show({ output: { step: block.step, role, lines: shown, dropped } })
      if (anew) publish()
      return (lines) => {
        // An unfinished line comes again, whole, in the next batch.
        const kept = shown.at(-1)?.unfinished === true && lines.length > 0 ? shown.slice(0, -1) : shown
        const all = [...kept, ...lines]
        const over = Math.max(0, all.length - LINES_SHOWN)
        shown = over === 0 ? all : all.slice(over)
        dropped += over
        publish()
      }
    },
  }
}
