/** What the screen gets of a block's output: a few batches a second, of the newest lines, however fast the block prints. */
import type { OutputLine } from './block.ts'
import { clean } from './clean.ts'
import { grouped } from './grouped.ts'
import { countNewlines } from './newlines.ts'
import type { Transcript } from './transcript.ts'

export interface ScreenFeedLimits {
  readonly frameMs: number
  readonly frameBytes: number
  readonly frameLines: number
  readonly lineCharacters: number
}

export type Stream = OutputLine['stream']

export interface ScreenFeed {
  /** Says that the stream's next bytes lie in the transcript up to its present end. */
  readonly appended: (stream: Stream) => void
  /** Shows the stream's line that has no end yet, as it is now. */
  readonly unfinished: (stream: Stream, line: Buffer) => void
  /** Shows a line of Handrail's own. */
  readonly note: (text: string) => void
  /** Gives what is still to be shown, and shows nothing more after it. */
  readonly finish: () => void
}

/** A stretch of the transcript that one stream printed. */
interface Stretch {
  readonly stream: Stream
  readonly from: number
  to: number
}

/** Stretches that can't be shown any more are thrown away when there are more than this many. */
const manyStretches = 4_096

/** Beside a cut through a line a secret can't be recognized: this much of it isn't shown. */
const unsafeCharacters = 1_024

/**
 * @param redact masks secrets in whole, cleaned lines
 * @param show gets each batch; what it throws is thrown at the one who appends, or at the timer
 */
export function createScreenFeed(
  transcript: Pick<Transcript, 'bytes' | 'newlines' | 'slice'>,
  redact: (text: string) => string,
  show: (lines: readonly OutputLine[]) => void,
  limits: ScreenFeedLimits,
): ScreenFeed {
  let stretches: Stretch[] = []
  let end = 0
  let shownLines = 0
  let extra: OutputLine[] = []
  let timer: NodeJS.Timeout | undefined
  let lastFrame = Number.NEGATIVE_INFINITY

  function schedule() {
    timer ??= setTimeout(frame, Math.max(0, lastFrame + limits.frameMs - performance.now()))
  }

  function frame() {
    clearTimeout(timer)
    timer = undefined
    lastFrame = performance.now()
    const lines = [...newestLines(), ...extra]
    extra = []
    if (lines.length > 0) show(lines)
  }

  /** Looks at no more than will be shown, from the newest backwards. */
  function newestLines(): OutputLine[] {
    const oldest = end - limits.frameBytes
    const newest: OutputLine[][] = []
    let room = limits.frameLines
    let counted = 0
    for (const { stream, from, to } of stretches.toReversed()) {
      if (room <= 0 || to <= oldest) break
      const bytes = transcript.slice(Math.max(from, oldest), to)
      const { lines, cut } = lastLines(bytes, room, from >= oldest)
      const ends = countNewlines(lines)
      counted += ends
      room -= Math.max(1, ends)
      const text = redact(clean(lines.toString('utf8')))
      newest.unshift(linesOf(cut ? text.slice(unsafeCharacters) : text, stream))
    }
    stretches = []
    const skipped = transcript.newlines() - shownLines - counted
    shownLines = transcript.newlines()
    const shown = newest.flat().map((line) => shortened(line, limits.lineCharacters))
    return skipped > 0 ? [skippedNote(skipped), ...shown] : shown
  }

  return {
    appended: (stream) => {
      const last = stretches.at(-1)
      if (last?.stream === stream) last.to = transcript.bytes()
      else stretches.push({ stream, from: end, to: transcript.bytes() })
      end = transcript.bytes()
      if (stretches.length > manyStretches) {
        stretches = stretches.filter((stretch) => stretch.to > end - limits.frameBytes)
      }
      schedule()
    },
    unfinished: (stream, line) => {
      const [newest] = linesOf(redact(clean(line.toString('utf8'))), stream)
      if (newest === undefined) return
      extra.push({ ...shortened(newest, limits.lineCharacters), unfinished: true })
      schedule()
    },
    note: (text) => {
      extra.push({ stream: 'stderr', text })
      schedule()
    },
    finish: frame,
  }
}

/**
 * The last lines of some bytes, at most `count`. Where the bytes begin within a line, what there is of it is left out,
 * unless there is nothing else: then `cut` says so.
 */
function lastLines(
  bytes: Buffer,
  count: number,
  fromLineStart: boolean,
): { readonly lines: Buffer; readonly cut: boolean } {
  let start = bytes.length
  for (let lines = 0; lines < count; lines++) {
    const before = start < 2 ? -1 : bytes.lastIndexOf(10, start - 2)
    if (before === -1) {
      if (fromLineStart) return { lines: bytes, cut: false }
      return lines === 0 ? { lines: bytes, cut: true } : { lines: bytes.subarray(start), cut: false }
    }
    start = before + 1
  }
  return { lines: bytes.subarray(start), cut: false }
}

function linesOf(text: string, stream: Stream): OutputLine[] {
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines.map((line) => ({ stream, text: line }))
}

function shortened(line: OutputLine, characters: number): OutputLine {
  const more = line.text.length - characters
  if (more <= 0) return line
  return {
    ...line,
    text: `${line.text.slice(0, characters).toWellFormed()} … (${grouped(more)} characters more)`,
  }
}

function skippedNote(lines: number): OutputLine {
  return { stream: 'stdout', text: `… ${grouped(lines)} ${lines === 1 ? 'line' : 'lines'} not shown here …` }
}
