/** What a terminal's driver does between a person and a program that reads lines: echo, rubbing out, Ctrl-C, Ctrl-D. */
import { createPipe, type Pipe, type Sink } from './programs/pipe.ts'

export interface Terminal {
  /** What the program reads: whole lines. */
  readonly input: Pipe
  /** What the program prints, with the line ends of a terminal. */
  readonly output: Sink
  /** What the person types. */
  readonly type: (text: string) => void
}

/** A terminal that shows on `screen`; `interrupt` is called at Ctrl-C. */
export function createTerminal(screen: Sink, interrupt: () => void): Terminal {
  const input = createPipe()
  const output = (text: string) => screen(text.replace(/\r?\n/g, '\r\n'))
  let line = ''

  function take(letter: string): void {
    switch (letter) {
      case '\r':
      case '\n': {
        const whole = `${line}\n`
        line = ''
        output('\n')
        input.write(whole)
        return
      }
      case '\x7f':
      case '\b':
        if (line !== '') screen('\b \b')
        line = line.slice(0, -1)
        return
      case '\x15':
        screen('\b \b'.repeat(line.length))
        line = ''
        return
      case '\x03':
        line = ''
        screen('^C')
        interrupt()
        return
      case '\x04':
        if (line === '') input.markEnd()
        return
      default:
        if (letter < ' ' && letter !== '\t') return
        line += letter
        screen(letter)
    }
  }

  return {
    input,
    output,
    type(text) {
      // Arrow and function keys send sequences that nothing here understands.
      for (const letter of text.replace(/\x1b(\[[0-9;]*[A-Za-z~]|O[A-Z]|.)?/g, '')) take(letter)
    },
  }
}
