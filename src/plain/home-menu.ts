/** The home screen in lines: everything that can be opened, numbered. */
import { createInterface } from 'node:readline/promises'
import type { Readable, Writable } from 'node:stream'
import { clean } from '../shell/clean.ts'

/** A line of the menu, under the heading of its group. */
export interface HomeOption {
  readonly group: string
  readonly title: string
  readonly summary: string
}

/** Asks until a number fits; gives the option, or undefined when the person leaves by an empty answer or the end of the input. */
export async function chooseAtHome<T extends HomeOption>(
  options: readonly T[],
  about: string,
  terminal: { readonly input: Readable; readonly output: Writable },
): Promise<T | undefined> {
  const lines = options.flatMap(({ group, title, summary }, index) => [
    ...(options[index - 1]?.group === group ? [] : ['', group]),
    `  ${index + 1}) ${title}${summary === '' ? '' : `: ${summary}`}`,
  ])
  terminal.output.write(clean(`Handrail. What has to be done? ${about}\n${lines.join('\n')}\n\n`))
  const reader = createInterface(terminal)
  const closed = new Promise<''>((resolve) => reader.once('close', () => resolve('')))
  try {
    for (;;) {
      const asked = reader.question('choice (empty leaves): ').catch(() => '' as const)
      const answer = (await Promise.race([asked, closed])).trim()
      if (answer === '') return undefined
      const option = options[Number(answer) - 1]
      if (option !== undefined) return option
      terminal.output.write(`type a number from 1 to ${options.length}\n`)
    }
  } finally {
    reader.close()
  }
}
