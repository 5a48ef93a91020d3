/**
 * What the process that started the world may ask it: one JSON object a line on its standard input,
 * `{"ask":"score"}`, answered by one on its standard output, `{"answer":"score","value":…}`, or
 * `{"answer":"score","refused":"why"}`. Answers come in the order of the questions.
 */
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { z } from 'zod'

const askSchema = z.looseObject({ ask: z.string() })

/** Answers one question; what it throws is told to who asked. The question's other fields come with it. */
export type Answering = (question: Readonly<Record<string, unknown>>) => unknown

/** Answers until `input` ends; `onEnd` hears of that. */
export function answerAsks(options: {
  readonly input: Readable
  readonly output: Writable
  readonly answers: Readonly<Record<string, Answering>>
  readonly onEnd: () => void
}): void {
  const { input, output, answers, onEnd } = options
  let before: Promise<void> = Promise.resolve()
  createInterface({ input })
    .on('line', (line) => {
      if (line.trim() === '') return
      before = before.then(async () => {
        output.write(`${JSON.stringify(await answerTo(line, answers))}\n`)
      })
    })
    .on('close', onEnd)
  input.on('error', onEnd)
}

async function answerTo(line: string, answers: Readonly<Record<string, Answering>>): Promise<unknown> {
  const asked = askSchema.safeParse(json(line))
  if (!asked.success) return { answer: '', refused: `this is no question: ${line.slice(0, 100)}` }
  const { ask } = asked.data
  const known = Object.hasOwn(answers, ask) ? answers[ask] : undefined
  if (known === undefined) {
    const list = Object.keys(answers).join(', ')
    return { answer: ask, refused: `"${ask}" can't be asked; what can: ${list}` }
  }
  try {
    return { answer: ask, value: await known(asked.data) }
  } catch (error) {
    return { answer: ask, refused: error instanceof Error ? error.message : String(error) }
  }
}

function json(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return value
  } catch {
    return undefined
  }
}
