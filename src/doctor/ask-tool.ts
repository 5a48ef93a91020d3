/** Asks a program one question. None may keep the doctor waiting. */
import { execFile } from 'node:child_process'

export type Told = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly why: string }

export type Environment = Readonly<Record<string, string>>

/** In milliseconds; a cluster or an account that has not answered by then is not known. */
const answerWithinMs = 10_000

/** What the program printed. Never throws; `why` is its last line on stderr, or how it ended. */
export function askTool(
  program: string,
  args: readonly string[],
  env: Environment,
  input = '',
): Promise<Told> {
  return new Promise((resolve) => {
    const options = {
      env,
      timeout: answerWithinMs,
      killSignal: 'SIGKILL',
      maxBuffer: 4 * 1024 * 1024,
    } as const
    const child = execFile(program, [...args], options, (error, stdout, stderr) => {
      if (error === null) resolve({ ok: true, text: stdout })
      else if (error.killed === true)
        resolve({ ok: false, why: `no answer within ${answerWithinMs / 1000} s` })
      else
        resolve({ ok: false, why: lastLine(stderr) || `${program} ended with ${error.code ?? 'an error'}` })
    })
    // A program that ends without reading its input says why on stderr.
    child.stdin?.on('error', () => {})
    child.stdin?.end(input)
  })
}

function lastLine(text: string): string {
  const line = text.trim().split('\n').at(-1) ?? ''
  return line
    .replace(/^error: /i, '')
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, '')
    .slice(0, 300)
}
