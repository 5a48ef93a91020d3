/** What programs read: files by name, or stdin. */
import { readAll } from './pipe.ts'
import { type Call, resolvePath } from './program.ts'
import type { Step } from './step.ts'

/** Each input that a program was given: files by name, `-` or none for stdin. Complains of those that aren't there. */
export function* inputs(
  call: Call,
  name: string,
  paths: readonly string[],
): Step<{
  readonly found: readonly { readonly path: string; readonly text: string }[]
  readonly missed: boolean
}> {
  const found: { path: string; text: string }[] = []
  let missed = false
  for (const path of paths.length === 0 ? ['-'] : paths) {
    const text = path === '-' ? yield* readAll(call.stdin) : fileText(call, name, path)
    if (text === undefined) missed = true
    else found.push({ path, text })
  }
  return { found, missed }
}

/** A file's text, or a complaint in the way of the tools. */
export function fileText({ cwd, room, stderr }: Call, name: string, path: string): string | undefined {
  const full = resolvePath(cwd, path)
  if (full === '/dev/null') return ''
  const text = room.files.read(full)
  if (text !== undefined) return text
  const why = room.files.list(full) === undefined ? 'No such file or directory' : 'Is a directory'
  stderr(`${name}: ${path}: ${why}\n`)
  return undefined
}

/** A text's lines; a break at its end begins no further one. */
export function linesOf(text: string): readonly string[] {
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines
}
