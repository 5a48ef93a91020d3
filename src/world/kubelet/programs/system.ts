/** Programs that tell of the container they run in, or only take their time: env, hostname, ps, sleep, test. */
import { type Program, resolvePath, runCall } from './program.ts'

/** A program that always ends with that code. */
function constant(code: number): Program {
  return () => code
}

const env: Program = function* (call) {
  const { args, stdout } = call
  const assigned: (readonly [string, string])[] = []
  let at = 0
  let inherited: Readonly<Record<string, string>> = call.env
  for (; at < args.length; at++) {
    const word = args[at] ?? ''
    const equals = word.indexOf('=')
    if (word === '-i' || word === '-') inherited = {}
    else if (equals > 0) assigned.push([word.slice(0, equals), word.slice(equals + 1)])
    else break
  }
  const all = { ...inherited, ...Object.fromEntries(assigned) }
  const [name, ...rest] = args.slice(at)
  if (name === undefined) {
    for (const [key, value] of Object.entries(all)) stdout(`${key}=${value}\n`)
    return 0
  }
  const program = call.room.programs.get(name)
  if (program === undefined) {
    call.stderr(`env: ‘${name}’: No such file or directory\n`)
    return 127
  }
  return yield* runCall(program, { ...call, env: all, args: rest })
}

const printenv: Program = ({ args, env: all, stdout }) => {
  if (args.length === 0) for (const [key, value] of Object.entries(all)) stdout(`${key}=${value}\n`)
  let code = 0
  for (const name of args) {
    const value = all[name]
    if (value === undefined) code = 1
    else stdout(`${value}\n`)
  }
  return code
}

const hostname: Program = ({ args, room, stdout }) => {
  stdout(`${args.includes('-i') || args.includes('-I') ? room.ip : room.hostname}\n`)
  return 0
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']

const date: Program = ({ args, room, stdout }) => {
  const now = new Date(room.now())
  const two = (number: number) => String(number).padStart(2, '0')
  const parts: Readonly<Record<string, string>> = {
    Y: String(now.getUTCFullYear()),
    m: two(now.getUTCMonth() + 1),
    d: two(now.getUTCDate()),
    e: String(now.getUTCDate()).padStart(2),
    H: two(now.getUTCHours()),
    M: two(now.getUTCMinutes()),
    S: two(now.getUTCSeconds()),
    N: `${String(now.getUTCMilliseconds()).padStart(3, '0')}000000`,
    s: String(Math.floor(now.getTime() / 1000)),
    a: days[now.getUTCDay()] ?? '',
    b: months[now.getUTCMonth()] ?? '',
    Z: 'UTC',
    z: '+0000',
    '%': '%',
  }
  const asked = args.find((word) => word.startsWith('+'))?.slice(1) ?? '%a %b %e %H:%M:%S UTC %Y'
  const whole = asked.replaceAll('%F', '%Y-%m-%d').replaceAll('%T', '%H:%M:%S')
  stdout(`${whole.replace(/%(.)/g, (all, letter: string) => parts[letter] ?? all)}\n`)
  return 0
}

const id: Program = ({ args, stdout }) => {
  stdout(args.includes('-u') || args.includes('-g') ? '0\n' : 'uid=0(root) gid=0(root) groups=0(root)\n')
  return 0
}

const uname: Program = ({ args, room, stdout }) => {
  const all = ['Linux', room.hostname, '6.1.0', '#1 SMP PREEMPT_DYNAMIC', 'x86_64', 'GNU/Linux']
  const flag = args[0] ?? '-s'
  const one: Readonly<Record<string, string | undefined>> = {
    '-s': all[0],
    '-n': all[1],
    '-r': all[2],
    '-m': all[4],
  }
  stdout(`${flag === '-a' ? all.join(' ') : (one[flag] ?? all[0])}\n`)
  return 0
}

const ps: Program = ({ room, stdout }) => {
  stdout('PID   USER     TIME  COMMAND\n')
  for (const { pid, command } of room.processes())
    stdout(`${String(pid).padStart(5)} root      0:00 ${command}\n`)
  return 0
}

const sleep: Program = function* ({ args, room, stderr }) {
  const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }
  if (args.length === 0) {
    stderr("sleep: missing operand\nTry 'sleep --help' for more information.\n")
    return 1
  }
  let seconds = 0
  for (const word of args) {
    const found = /^(\d*\.?\d+)([smhd]?)$/.exec(word)
    if (word !== 'infinity' && found === null) {
      stderr(`sleep: invalid time interval ‘${word}’\n`)
      return 1
    }
    seconds += found === null ? 1e9 : Number(found[1]) * (units[found[2] || 's'] ?? 1)
  }
  yield room.sleep(seconds * 1000)
  return 0
}

const ls: Program = ({ args, cwd, room, stdout, stderr, tty }) => {
  const flags = args.filter((word) => word.startsWith('-')).join('')
  const paths = args.filter((word) => !word.startsWith('-'))
  let code = 0
  for (const path of paths.length === 0 ? ['.'] : paths) {
    const full = resolvePath(cwd, path)
    const names = room.files.list(full) ?? (room.files.read(full) === undefined ? undefined : [path])
    if (names === undefined) {
      stderr(`ls: ${path}: No such file or directory\n`)
      code = 1
      continue
    }
    if (paths.length > 1) stdout(`${path}:\n`)
    const shown = names.filter((name) => flags.includes('a') || !name.startsWith('.'))
    if (flags.includes('l')) for (const name of shown) stdout(longLine(room, full, name))
    else if (shown.length > 0)
      stdout(tty && !flags.includes('1') ? `${shown.join('  ')}\n` : `${shown.join('\n')}\n`)
  }
  return code
}

function longLine(room: Parameters<Program>[0]['room'], directory: string, name: string): string {
  const path = resolvePath(directory, name)
  const isDirectory = room.files.list(path) !== undefined
  const size = isDirectory
    ? 4096
    : Buffer.byteLength(room.files.read(path) ?? room.files.read(directory) ?? '')
  return `${isDirectory ? 'drwxr-xr-x' : '-rw-r--r--'}    1 root     root     ${String(size).padStart(8)} ${name}\n`
}

const touch: Program = ({ args, cwd, room, stderr }) => {
  let code = 0
  for (const path of args.filter((word) => !word.startsWith('-'))) {
    const full = resolvePath(cwd, path)
    if (room.files.write(full, room.files.read(full) ?? '')) continue
    stderr(`touch: ${path}: Read-only file system\n`)
    code = 1
  }
  return code
}

const rm: Program = ({ args, cwd, room, stderr }) => {
  let code = 0
  for (const path of args.filter((word) => !word.startsWith('-'))) {
    if (room.files.remove(resolvePath(cwd, path)) || args.some((word) => /^-\w*f/.test(word))) continue
    stderr(`rm: can't remove '${path}': No such file or directory\n`)
    code = 1
  }
  return code
}

const compare: Readonly<Record<string, (left: string, right: string) => boolean>> = {
  '=': (left, right) => left === right,
  '==': (left, right) => left === right,
  '!=': (left, right) => left !== right,
  '-eq': (left, right) => Number(left) === Number(right),
  '-ne': (left, right) => Number(left) !== Number(right),
  '-lt': (left, right) => Number(left) < Number(right),
  '-le': (left, right) => Number(left) <= Number(right),
  '-gt': (left, right) => Number(left) > Number(right),
  '-ge': (left, right) => Number(left) >= Number(right),
}

const test: Program = ({ args, cwd, room }) => {
  const is = (words: readonly string[]): boolean => {
    const or = words.indexOf('-o')
    if (or > 0) return is(words.slice(0, or)) || is(words.slice(or + 1))
    const and = words.indexOf('-a')
    if (and > 0) return is(words.slice(0, and)) && is(words.slice(and + 1))
    const [first, second = '', third = ''] = words
    if (first === undefined) return false
    if (first === '!' && words.length > 1) return !is(words.slice(1))
    if (words.length === 1) return first !== ''
    if (words.length === 3) return compare[second]?.(first, third) ?? false
    const path = resolvePath(cwd, second)
    const text = room.files.read(path)
    const isDirectory = room.files.list(path) !== undefined
    if (first === '-z') return second === ''
    if (first === '-n') return second !== ''
    if (first === '-f') return text !== undefined
    if (first === '-d') return isDirectory
    if (first === '-s') return text !== undefined && text !== ''
    return ['-e', '-r', '-w', '-x'].includes(first) && (text !== undefined || isDirectory)
  }
  return is(args) ? 0 : 1
}

const bracket: Program = (call) => {
  if (call.args.at(-1) !== ']') {
    call.stderr('[: missing ]\n')
    return 2
  }
  return test({ ...call, args: call.args.slice(0, -1) })
}

const which: Program = ({ args, room, stdout }) => {
  let code = 0
  for (const name of args)
    if (room.programs.has(name)) stdout(`/usr/bin/${name}\n`)
    else code = 1
  return code
}

/** By name. */
export const systemPrograms: Readonly<Record<string, Program>> = {
  '[': bracket,
  date,
  env,
  false: constant(1),
  hostname,
  id,
  ls,
  printenv,
  ps,
  rm,
  sleep,
  test,
  touch,
  true: constant(0),
  uname,
  which,
  whoami({ stdout }) {
    stdout('root\n')
    return 0
  },
}
