/** Programs that run another one: judged by what they run. */

import { redirectsCommands } from '../variables.ts'
import {
  type Argument,
  change,
  destroy,
  guess,
  type Inner,
  type Invocation,
  type Judge,
  type Judgment,
  read,
} from './judgment.ts'
import { hasOption, optionValue, readWords } from './options.ts'

const options = (words: string): { readonly valued: ReadonlySet<string> } => ({
  valued: new Set(words.split(' ')),
})

/** Options with a value of those that hand over all their operands, and how many operands stand before the command. */
const plain: Readonly<
  Record<string, { readonly table: { readonly valued: ReadonlySet<string> }; readonly skip: number }>
> = {
  sudo: {
    table: options(
      '-u --user -g --group -h --host -p --prompt -C -r --role -t --type -T -U -D --chdir -R --chroot',
    ),
    skip: 0,
  },
  doas: { table: options('-u -C'), skip: 0 },
  time: { table: options('-f --format -o --output'), skip: 0 },
  nice: { table: options('-n --adjustment'), skip: 0 },
  ionice: { table: options('-c --class -n --classdata -p --pid'), skip: 0 },
  nohup: { table: options(''), skip: 0 },
  setsid: { table: options(''), skip: 0 },
  stdbuf: { table: options('-i --input -o --output -e --error'), skip: 0 },
  unbuffer: { table: options(''), skip: 0 },
  builtin: { table: options(''), skip: 0 },
  exec: { table: options('-a'), skip: 0 },
  timeout: { table: options('-s --signal -k --kill-after'), skip: 1 },
  gtimeout: { table: options('-s --signal -k --kill-after'), skip: 1 },
}

const shellNames = ['bash', 'sh', 'dash', 'zsh', 'ksh', 'ash']

/** Whether an interpreter is a shell whose text can be read here. */
export function isShell(program: string): boolean {
  return shellNames.includes(program.split('/').at(-1) ?? '')
}

const judgePlain: Judge = ({ program, args }, inner) => {
  const wrapper = plain[program]
  if (wrapper === undefined) return guess(`${program} is not known`)
  const { options: given, operands, rest } = readWords(args, wrapper.table, true)
  if (program === 'sudo' && hasOption(given, '-i', '-s', '-e', '--login', '--shell', '--edit')) {
    return change('sudo opens a shell or an editor')
  }
  return handOver([...operands, ...rest].slice(wrapper.skip), inner, read(`${program} alone runs nothing`))
}

const judgeCommand: Judge = ({ args }, inner) => {
  const { options, operands, rest } = readWords(args, { valued: new Set() }, true)
  if (hasOption(options, '-v', '-V')) return read('command -v only looks a program up')
  return handOver([...operands, ...rest], inner, read('command alone runs nothing'))
}

/** `env A=1 program`: the assignments are skipped, and those that say where programs are found are a change. */
const judgeEnv: Judge = ({ args }, inner) => {
  const { options, operands, rest } = readWords(
    args,
    { valued: new Set(['-u', '--unset', '-C', '--chdir', '-S', '--split-string']) },
    true,
  )
  if (hasOption(options, '-S', '--split-string')) return change('env -S runs a command made from text')
  const words = [...operands, ...rest]
  const begin = words.findIndex((word) => !/^[A-Za-z_]\w*=/.test(word.text))
  const moved = words.slice(0, begin).find((word) => redirectsCommands(word.text.split('=')[0] ?? ''))
  if (moved !== undefined) return change(`env ${moved.text.split('=')[0]}= changes what the command means`)
  return handOver(begin < 0 ? [] : words.slice(begin), inner, read('env prints the environment'))
}

/** The words that xargs adds are not known: they may hold options. */
const judgeXargs: Judge = ({ args }, inner) => {
  const table = options(
    '-a --arg-file -d --delimiter -E -I -L --max-lines -n --max-args -P --max-procs -s --max-chars --process-slot-var',
  )
  const { options: given, operands, rest } = readWords(args, table, true)
  const program = [...operands, ...rest]
  if (program.length === 0) return read('xargs alone prints')
  const marker = optionValue(given, '-I')?.text
  const open = (text: string): Argument => ({ text, fixed: false, several: marker === undefined })
  const words =
    marker === undefined || marker === ''
      ? [...program, open('…')]
      : program.map((word) => (word.text.includes(marker) ? open(word.text) : word))
  return handOver(words, inner, read('xargs alone prints'))
}

/** watch gives its operands to `sh -c`, joined. */
const judgeWatch: Judge = ({ args }, inner) => {
  const { operands, rest } = readWords(args, options('-n --interval -q --equexit -s --shotsdir'), true)
  const words = [...operands, ...rest]
  if (words.length === 0) return read('watch alone runs nothing')
  return inner.script({
    text: words.map((word) => word.text).join(' '),
    fixed: words.every((word) => word.fixed),
    several: false,
  })
}

const judgeShell: Judge = ({ program, args, stdin }, inner) => {
  const { options: given, operands, rest } = readWords(args, options('-O -o --rcfile --init-file'), true)
  if (hasOption(given, '--version', '--help')) return read(`${program} prints its version`)
  const [script] = [...operands, ...rest]
  if (hasOption(given, '-c'))
    return script === undefined ? read(`${program} -c runs nothing`) : inner.script(script)
  if (hasOption(given, '-n')) return read(`${program} -n only checks the syntax`)
  if (script !== undefined) return guess(`${program} runs a script that is not read here`)
  return stdin === undefined
    ? guess(`${program} runs what it is given, which is not known`)
    : inner.script(stdin)
}

const judgeEval: Judge = ({ args }, inner) => {
  if (args.length === 0) return read('eval runs nothing')
  const text = args.map((arg) => arg.text).join(' ')
  return inner.script({ text, fixed: args.every((arg) => arg.fixed), several: false })
}

const judgeTrap: Judge = ({ args }, inner) => {
  const [action, ...signals] = args.filter((arg) => arg.text !== '--')
  if (action === undefined || signals.length === 0 || ['', '-', '-l', '-p'].includes(action.text))
    return read('trap sets nothing to run')
  return inner.script(action)
}

/** find reads, but for -delete, the files it prints into, and the commands it runs. */
const judgeFind: Judge = ({ args }, inner) => {
  if (args.some((arg) => arg.several)) return change("find's expression is not known before it runs")
  if (args.some((arg) => arg.text === '-delete')) return destroy('find -delete removes files')
  if (args.some((arg) => /^-f(print0?|printf|ls)$/.test(arg.text))) return change('find writes a file')
  let judged: Judgment = read('find only looks')
  for (const [index, arg] of args.entries()) {
    if (!/^-(exec|execdir|ok|okdir)$/.test(arg.text)) continue
    const words = args.slice(index + 1)
    const end = words.findIndex((word) => word.text === ';' || word.text === '+')
    const ran = handOver(end < 0 ? words : words.slice(0, end), inner, judged)
    if (judged.effect !== 'destroy' && ran.effect !== 'read') judged = ran
  }
  return judged
}

function handOver(words: readonly Argument[], inner: Inner, otherwise: Judgment): Judgment {
  return words.length === 0 ? otherwise : inner.words(words)
}

/** Judges of the programs that run another one, by name. */
export const wrappers: Readonly<Record<string, Judge>> = {
  ...Object.fromEntries(Object.keys(plain).map((name) => [name, judgePlain])),
  ...Object.fromEntries(shellNames.map((name) => [name, judgeShell])),
  command: judgeCommand,
  env: judgeEnv,
  xargs: judgeXargs,
  watch: judgeWatch,
  eval: judgeEval,
  trap: judgeTrap,
  find: judgeFind,
} satisfies Record<string, (invocation: Invocation, inner: Inner) => Judgment>
