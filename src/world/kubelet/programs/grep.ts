/** `grep`: the lines that match a pattern. */
import { inputs, linesOf } from './inputs.ts'
import { readOptions } from './options.ts'
import type { Program } from './program.ts'

const grepOptions = {
  i: { name: 'i' },
  v: { name: 'v' },
  c: { name: 'c' },
  q: { name: 'q' },
  n: { name: 'n' },
  o: { name: 'o' },
  E: { name: 'E' },
  F: { name: 'F' },
  w: { name: 'w' },
  e: { name: 'e', takesValue: true },
} as const

/** Exits with 0 when lines matched, 1 when none did, 2 when something could not be read. */
export const grep: Program = function* (call) {
  const options = readOptions(call.args, grepOptions)
  if ('wrong' in options) {
    call.stderr(`grep: unrecognized option: ${options.wrong.replace(/^-+/, '')}\n`)
    return 2
  }
  const { values, rest } = options
  const [first, ...others] = rest
  const patterns = values.get('e') ?? (first === undefined ? [] : [first])
  if (patterns.length === 0) {
    call.stderr('grep: no pattern given\n')
    return 2
  }
  const source = patterns.map((pattern) => regExpSource(pattern, values.has('F'), values.has('E'))).join('|')
  let matcher: RegExp
  try {
    matcher = new RegExp(values.has('w') ? `\\b(?:${source})\\b` : source, values.has('i') ? 'i' : '')
  } catch {
    call.stderr(`grep: bad regex '${patterns[0]}'\n`)
    return 2
  }
  const paths = values.has('e') ? rest : others
  const several = paths.length > 1
  let matches = 0
  const print = (path: string, text: string) => {
    if (!values.has('q') && !values.has('c')) call.stdout(`${several ? `${path}:` : ''}${text}\n`)
  }
  const look = (path: string, line: string, number: number) => {
    if (matcher.test(line) === values.has('v')) return
    matches++
    const shown = values.has('o') ? (matcher.exec(line)?.[0] ?? line) : line
    print(path, values.has('n') ? `${number}:${shown}` : shown)
  }
  if (paths.length === 0) {
    // Line by line, so that what comes slowly is shown as it comes.
    let number = 0
    for (let line = yield* call.stdin.readLine(); line !== undefined; line = yield* call.stdin.readLine())
      look('', line, ++number)
    if (values.has('c')) call.stdout(`${matches}\n`)
    return matches > 0 ? 0 : 1
  }
  const { found, missed } = yield* inputs(call, 'grep', paths)
  for (const { path, text } of found) {
    const before = matches
    for (const [at, line] of linesOf(text).entries()) look(path, line, at + 1)
    if (values.has('c')) call.stdout(`${several ? `${path}:` : ''}${matches - before}\n`)
  }
  return missed ? 2 : matches > 0 ? 0 : 1
}

/** A pattern of grep as one of JavaScript: in basic ones, `+?|(){}` stand for themselves unless escaped. */
function regExpSource(pattern: string, fixed: boolean, extended: boolean): string {
  if (fixed) return pattern.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
  if (extended) return pattern
  return pattern.replace(/\\?[+?|(){}]/g, (found) => (found.length === 2 ? found.slice(1) : `\\${found}`))
}
