/** From the two pipes of a block to what is kept and what is shown. */
import type { BlockRequest, BlockResult } from './block.ts'
import { clean } from './clean.ts'
import type { Limits } from './limits.ts'
import type { OutputPipe } from './output-pipes.ts'
import { createScreenFeed, type Stream } from './screen-feed.ts'
import { createTranscript } from './transcript.ts'
import { type WholeLines, wholeLines } from './whole-lines.ts'

export interface Capture {
  /** Resolves when no process holds the pipes any more. */
  readonly ended: Promise<void>
  /** Adds a line of Handrail's own. */
  readonly note: (text: string) => void
  /** Stops reading, shows what is still to be shown, and gives what is kept. */
  readonly close: () => Pick<BlockResult, 'output' | 'printedBytes'>
}

/** Begins to read both pipes. */
export function captureOutput(
  pipes: Readonly<Record<Stream, OutputPipe>>,
  { redact, onOutput }: Pick<BlockRequest, 'redact' | 'onOutput'>,
  limits: Limits,
): Capture {
  const transcript = createTranscript(limits)
  const notes: string[] = []
  const mask = masked(redact)
  let screenWorks = true
  let printedBytes = 0

  /** A screen that fails must not leave processes behind: the block goes on without it. */
  const feed = createScreenFeed(
    transcript,
    mask,
    (lines) => {
      if (!screenWorks) return
      try {
        onOutput(lines)
      } catch (error) {
        screenWorks = false
        notes.push(
          `handrail: the output could not be shown: ${error instanceof Error ? error.message : String(error)}`,
        )
      }
    },
    limits,
  )

  function listen(stream: Stream): WholeLines {
    const lines = wholeLines(limits.unfinishedBytes, (bytes) => {
      transcript.append(bytes)
      feed.appended(stream)
    })
    const quiet = setTimeout(() => feed.unfinished(stream, lines.rest()), limits.unfinishedMs)
    pipes[stream].read((chunk) => {
      printedBytes += chunk.length
      lines.push(chunk)
      quiet.refresh()
    })
    const end = () => {
      clearTimeout(quiet)
      lines.end()
    }
    return { ...lines, end }
  }

  /** Two last lines without an end stay two lines. */
  function endStreams() {
    const [first, second] = streams
    if (first.rest().length > 0 && second.rest().length > 0) first.push(Buffer.from('\n'))
    first.end()
    second.end()
  }

  const streams = [listen('stdout'), listen('stderr')] as const

  return {
    ended: Promise.all([pipes.stdout.ended, pipes.stderr.ended]).then(() => undefined),
    note: (text) => {
      notes.push(text)
      feed.note(text)
    },
    close: () => {
      pipes.stdout.close()
      pipes.stderr.close()
      endStreams()
      feed.finish()
      const printed = transcript.text((text) => mask(clean(text)))
      const separator = notes.length === 0 || printed === '' || printed.endsWith('\n') ? '' : '\n'
      return { output: printed + separator + notes.map((note) => `${note}\n`).join(''), printedBytes }
    },
  }
}

/** What can't be masked is neither kept nor shown. */
function masked(redact: (text: string) => string): (text: string) => string {
  return (text) => {
    try {
      return redact(text)
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      return `handrail: output is left out here, since its secrets could not be masked: ${why}\n`
    }
  }
}
