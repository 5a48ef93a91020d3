/** Programs that print and choose text: echo, cat, grep, head, tail, wc and their like. */
import { grep } from './grep.ts'
import { fileText, inputs, linesOf } from './inputs.ts'
import { readOptions } from './options.ts'
import { readAll, type Source } from './pipe.ts'
import { type Call, type Program, resolvePath } from './program.ts'
import { BrokenPipe, type Step } from './step.ts'

function unescaped(text: string): string {
  const letters: Readonly<Record<string, string>> = {
    n: '\n',
    t: '\t',
    r: '\r',
    '\\': '\\',
    a: '\x07',
    e: '\x1b',
  }
  return text.replace(/\\([ntr\\ae])/g, (all, letter: string) => letters[letter] ?? all)
}

const echo: Program = ({ args, stdout }) => {
  const flags = args.findIndex((word) => !/^-[neE]+$/.test(word))
  const given = args.slice(0, flags < 0 ? args.length : flags).join('')
  const text = args.slice(flags < 0 ? args.length : flags).join(' ')
  stdout((given.includes('e') ? unescaped(text) : text) + (given.includes('n') ? '' : '\n'))
  return 0
}

const printf: Program = ({ args, stdout, stderr }) => {
  const [format, ...values] = args
  if (format === undefined) {
    stderr('printf: usage: printf format [arguments]\n')
    return 2
  }
  const left = [...values]
  do {
    const text = unescaped(format).replace(/%(-?\d*)([sdbc%])/g, (_, width: string, kind: string) => {
      if (kind === '%') return '%'
      const value = left.shift() ?? (kind === 'd' ? '0' : '')
      const wide = Math.abs(Number(width || '0'))
      return width.startsWith('-') ? value.padEnd(wide) : value.padStart(wide)
    })
    stdout(text)
  } while (left.length > 0 && /%-?\d*[sdbc]/.test(format))
  return 0
}

const cat: Program = function* (call) {
  const paths = call.args.filter((word) => word === '-' || !word.startsWith('-'))
  let code = 0
  for (const path of paths.length === 0 ? ['-'] : paths) {
    if (path === '-') yield* copy(call.stdin, call.stdout)
    else {
      const text = fileText(call, 'cat', path)
      if (text === undefined) code = 1
      else call.stdout(text)
    }
  }
  return code
}

function* copy(source: Source, to: (text: string) => void): Step<void> {
  for (let text = yield* source.read(); text !== undefined; text = yield* source.read()) to(text)
}

const tee: Program = function* (call) {
  const text = yield* readAll(call.stdin)
  call.stdout(text)
  for (const path of call.args.filter((word) => !word.startsWith('-')))
    call.room.files.write(resolvePath(call.cwd, path), text)
  return 0
}

const countOptions = {
  n: { name: 'n', takesValue: true },
  c: { name: 'c', takesValue: true },
  q: { name: 'q' },
  f: { name: 'f' },
} as const

/** `head -5` is `head -n 5`. */
function withCount(words: readonly string[]): readonly string[] {
  return words.flatMap((word) => (/^-\d+$/.test(word) ? ['-n', word.slice(1)] : [word]))
}

const head: Program = function* (call) {
  const options = readOptions(withCount(call.args), countOptions)
  if ('wrong' in options) return usage(call, 'head', options.wrong)
  const count = Number(options.values.get('n')?.at(-1) ?? 10)
  const bytes = options.values.get('c')?.at(-1)
  if (options.rest.length === 0 && bytes === undefined) {
    for (let at = 0; at < count; at++) {
      const line = yield* call.stdin.readLine()
      if (line === undefined) return 0
      call.stdout(`${line}\n`)
    }
    return 0
  }
  const { found, missed } = yield* inputs(call, 'head', options.rest)
  for (const { text } of found)
    call.stdout(
      bytes === undefined
        ? linesOf(text)
            .slice(0, count)
            .map((line) => `${line}\n`)
            .join('')
        : text.slice(0, Number(bytes)),
    )
  return missed ? 1 : 0
}

const tail: Program = function* (call) {
  const options = readOptions(withCount(call.args), countOptions)
  if ('wrong' in options) return usage(call, 'tail', options.wrong)
  const asked = options.values.get('n')?.at(-1) ?? '10'
  const { found, missed } = yield* inputs(call, 'tail', options.rest)
  for (const { text } of found) {
    const lines = linesOf(text)
    const from = asked.startsWith('+') ? Number(asked) - 1 : Math.max(0, lines.length - Number(asked))
    call.stdout(
      lines
        .slice(from)
        .map((line) => `${line}\n`)
        .join(''),
    )
  }
  // Files of these containers don't grow: who follows one waits until told to stop.
  if (options.values.has('f')) for (;;) yield call.room.sleep(3_600_000)
  return missed ? 1 : 0
}

function usage({ stderr }: Call, name: string, wrong: string): number {
  stderr(`${name}: unrecognized option: ${wrong.replace(/^-+/, '')}\n`)
  return 1
}

const wc: Program = function* (call) {
  const flags = call.args.filter((word) => /^-[lwc]+$/.test(word)).join('')
  const paths = call.args.filter((word) => !/^-[lwc]+$/.test(word))
  const { found, missed } = yield* inputs(call, 'wc', paths)
  for (const { path, text } of found) {
    const counts = [
      ...(flags === '' || flags.includes('l') ? [text.split('\n').length - 1] : []),
      ...(flags === '' || flags.includes('w')
        ? [text.split(/\s+/).filter((word) => word !== '').length]
        : []),
      ...(flags === '' || flags.includes('c') ? [Buffer.byteLength(text)] : []),
    ]
    const shown =
      counts.length === 1 ? String(counts[0]) : counts.map((each) => String(each).padStart(8)).join('')
    call.stdout(`${shown}${path === '-' ? '' : ` ${path}`}\n`)
  }
  return missed ? 1 : 0
}

const sort: Program = function* (call) {
  const flags = call.args.filter((word) => word.startsWith('-')).join('')
  const { found, missed } = yield* inputs(
    call,
    'sort',
    call.args.filter((word) => !word.startsWith('-')),
  )
  const lines = found.flatMap(({ text }) => linesOf(text))
  const ordered = flags.includes('n') ? lines.toSorted((a, b) => Number(a) - Number(b)) : lines.toSorted()
  const turned = flags.includes('r') ? ordered.toReversed() : ordered
  const chosen = flags.includes('u') ? turned.filter((line, at) => line !== turned[at - 1]) : turned
  call.stdout(chosen.map((line) => `${line}\n`).join(''))
  return missed ? 1 : 0
}

const yes: Program = function* ({ args, stdout, room }) {
  const line = `${args.length === 0 ? 'y' : args.join(' ')}\n`
  for (;;) {
    try {
      stdout(line.repeat(100))
    } catch (error) {
      if (error instanceof BrokenPipe) return 141
      throw error
    }
    yield room.sleep(10)
  }
}

const seq: Program = ({ args, stdout }) => {
  const numbers = args.map(Number)
  const [from, to] = numbers.length === 1 ? [1, numbers[0] ?? 0] : [numbers[0] ?? 1, numbers.at(-1) ?? 0]
  const by = numbers.length === 3 ? (numbers[1] ?? 1) : 1
  const lines: string[] = []
  for (let at = from; by > 0 ? at <= to : at >= to; at += by) {
    if (lines.length >= 100_000 || by === 0) break
    lines.push(`${at}\n`)
  }
  stdout(lines.join(''))
  return 0
}

/** By name. */
export const textPrograms: Readonly<Record<string, Program>> = {
  cat,
  echo,
  grep,
  head,
  printf,
  seq,
  sort,
  tail,
  tee,
  wc,
  yes,
}
