/** The programs and shell builtins that runbooks use beside kubectl and aws. */
import {
  type Argument,
  change,
  destroy,
  type Inner,
  type Invocation,
  type Judge,
  type Judgment,
  read,
} from './judgment.ts'
import { hasOption, optionValue, readWords } from './options.ts'

/** They print, look, test, wait, or set something in their own shell only, whatever their arguments. */
const alwaysRead: ReadonlySet<string> = new Set(
  // text
  (
    'cat tac head tail wc cut tr uniq nl rev paste join comm fold fmt expand unexpand column grep egrep fgrep rg zcat ' +
    'zgrep xxd od hexdump strings base64 base32 sha1sum sha256sum sha512sum md5sum cksum diff cmp jq less more ' +
    // values
    'echo printf true false : test [ [[ seq yes expr bc basename dirname realpath readlink numfmt sleep cal ' +
    // the machine
    'ls tree stat file du df free uptime uname whoami id who w groups users ps pgrep pidof ss netstat lsof vmstat ' +
    'iostat mpstat sar nproc getconf lscpu lsblk printenv locale tty which type pwd tput clear mktemp getent ' +
    // the network
    'ping ping6 dig nslookup host traceroute tracepath mtr whois pg_isready ' +
    // shell builtins
    'cd pushd popd dirs set unset shift export local declare typeset readonly read mapfile readarray getopts let ' +
    'return exit break continue wait jobs fg bg disown ulimit umask shopt hash alias unalias caller times help history ' +
    'compgen complete logout suspend'
  ).split(' '),
)

const simple =
  (effect: (because: string) => Judgment, because: string): Judge =>
  () =>
    effect(because)

const judgeSed: Judge = ({ args }) => {
  if (args.some((arg) => arg.several)) return change("sed's options are not known before it runs")
  const inPlace = args.some((arg) => /^--in-place|^-[a-zA-Z]*i/.test(arg.text) && !/^-[ef]/.test(arg.text))
  if (inPlace) return change('sed -i changes files')
  const script = args.some(
    (arg) => /(^|[;}\n0-9$/])\s*[wW]\s+\S/.test(arg.text) || /\/[gIip0-9]*[we](\s|$)/.test(arg.text),
  )
  return script ? change('sed writes a file or runs a command') : read('sed prints')
}

const judgeAwk: Judge = ({ args }) => {
  if (args.some((arg) => arg.several)) return change("awk's options are not known before it runs")
  const { options, operands } = readWords(args, {
    valued: new Set(['-F', '-v', '-f', '--file', '-i', '--include', '-E']),
  })
  if (optionValue(options, '-i', '--include')?.text === 'inplace')
    return change('awk -i inplace changes files')
  if (hasOption(options, '-f', '--file', '-E')) return change('awk runs a file that is not read here')
  const program = operands[0]
  if (program === undefined) return read('awk prints')
  if (!program.fixed) return change('the awk program is not known before it runs')
  return /system\s*\(|\|\s*(getline|"|&)|"\s*\|\s*getline|\bprintf?\b[^;}\n]*>/.test(program.text)
    ? change('awk writes a file or runs a command')
    : read('awk prints')
}

const judgeSort: Judge = ({ args }) => {
  const { options } = readWords(args, {
    valued: new Set(['-o', '--output', '-k', '-t', '-S', '-T', '--key']),
  })
  return hasOption(options, '-o', '--output') ? change('sort -o writes a file') : read('sort prints')
}

const judgeTee: Judge = ({ args }) => {
  const file = args.find((arg) => !arg.text.startsWith('-') && !isSink(arg.text))
  return file === undefined ? read('tee prints') : change(`tee writes ${file.text}`)
}

const judgeDate: Judge = ({ args }) =>
  hasOption(
    readWords(args, { valued: new Set(['-d', '--date', '-s', '--set', '-f', '-r']) }).options,
    '-s',
    '--set',
  )
    ? change('date -s sets the clock')
    : read('date prints')

const judgeHostname: Judge = ({ args }) =>
  args.some((arg) => !arg.text.startsWith('-') || /^-[a-zA-Z]*[bF]/.test(arg.text))
    ? change('hostname sets the name')
    : read('hostname prints')

const judgeYq: Judge = ({ args }) =>
  args.some((arg) => /^(-[a-zA-Z]*i|--inplace)/.test(arg.text))
    ? change('yq -i changes files')
    : read('yq prints')

const judgeWget: Judge = ({ args }) => {
  const { options } = readWords(args, {
    valued: new Set([
      '-O',
      '--output-document',
      '-T',
      '--timeout',
      '-t',
      '--tries',
      '--method',
      '--header',
      '--post-data',
      '--post-file',
      '--body-data',
      '-U',
    ]),
  })
  const sends = hasOption(options, '--post-data', '--post-file', '--body-data')
  const method = optionValue(options, '--method')?.text.toUpperCase()
  if (method === 'DELETE') return destroy('wget sends DELETE')
  if (sends || (method !== undefined && method !== 'GET' && method !== 'HEAD'))
    return change('wget sends data')
  if (hasOption(options, '--spider')) return read('wget --spider writes nothing')
  return isSink(optionValue(options, '-O', '--output-document')?.text ?? '')
    ? read('wget prints a URL')
    : change('wget writes a file')
}

const judgeTar: Judge = ({ args }) => {
  const first = args[0]?.text ?? ''
  const lists = args.some((arg) => arg.text === '--list') || /^-?[a-zA-Z]*t[a-zA-Z]*$/.test(first)
  return lists && !/^-?[a-zA-Z]*[cxru]/.test(first) ? read('tar lists') : change('tar writes files')
}

const judgeNetcat: Judge = ({ args }) =>
  args.some((arg) => /^-[a-zA-Z]*z/.test(arg.text))
    ? read('nc -z only connects')
    : change('nc may send anything')

const judgeKill: Judge = ({ args }) =>
  ['-0', '-l', '-L'].includes(args[0]?.text ?? '') ? read('kill -0 only asks') : change('kill ends processes')

const judgeOpenssl: Judge = ({ args }) =>
  ['s_client', 'x509', 'version', 'verify', 'dgst', 'ciphers', 'crl', 'ocsp'].includes(args[0]?.text ?? '') &&
  !args.some((arg) => /^-(out|signkey|CAcreateserial|writerand)$/.test(arg.text))
    ? read(`openssl ${args[0]?.text} only reads`)
    : change('openssl may write keys or files')

const judgeJournalctl: Judge = ({ args }) =>
  args.some((arg) => /^--(rotate|vacuum|flush|sync|relinquish|update-catalog|setup-keys)/.test(arg.text))
    ? change('journalctl changes the journal')
    : read('journalctl only reads')

const judgeDmesg: Judge = ({ args }) =>
  args.some((arg) => /^(-[a-zA-Z]*[cC]|--clear|--read-clear|--console-.*)/.test(arg.text))
    ? change('dmesg clears the buffer')
    : read('dmesg only reads')

const judgeTop: Judge = ({ args }) =>
  args.some((arg) => /^-[a-zA-Z]*b/.test(arg.text)) ? read('top -b prints') : read('top shows processes')

const judgePgDump: Judge = ({ args }) =>
  hasOption(
    readWords(args, { valued: new Set(['-f', '--file', '-d', '-h', '-p', '-U', '-n', '-t', '-F']) }).options,
    '-f',
    '--file',
  )
    ? change('pg_dump writes a file')
    : read('pg_dump only reads')

/** Where writing leaves nothing behind. */
export function isSink(path: string): boolean {
  return path === '-' || /^\/dev\/(null|stdout|stderr|tty|fd\/\d+)$/.test(path)
}

/** Judges of common programs, by name. */
export const programs: Readonly<Record<string, Judge>> = {
  ...Object.fromEntries([...alwaysRead].map((name) => [name, simple(read, `${name} changes nothing`)])),
  sed: judgeSed,
  gsed: judgeSed,
  awk: judgeAwk,
  gawk: judgeAwk,
  mawk: judgeAwk,
  sort: judgeSort,
  tee: judgeTee,
  date: judgeDate,
  hostname: judgeHostname,
  yq: judgeYq,
  wget: judgeWget,
  tar: judgeTar,
  nc: judgeNetcat,
  ncat: judgeNetcat,
  kill: judgeKill,
  openssl: judgeOpenssl,
  journalctl: judgeJournalctl,
  dmesg: judgeDmesg,
  top: judgeTop,
  pg_dump: judgePgDump,
  pg_dumpall: judgePgDump,
  rm: simple(destroy, 'rm removes files'),
  rmdir: simple(destroy, 'rmdir removes directories'),
  unlink: simple(destroy, 'unlink removes a file'),
  shred: simple(destroy, 'shred removes files'),
  mkfs: simple(destroy, 'mkfs wipes a disk'),
  dd: simple(destroy, 'dd overwrites what it writes to'),
  dropdb: simple(destroy, 'dropdb removes a database'),
  dropuser: simple(destroy, 'dropuser removes a role'),
  pkill: simple(change, 'pkill ends processes'),
  killall: simple(change, 'killall ends processes'),
  mv: simple(change, 'mv moves files'),
  cp: simple(change, 'cp writes files'),
  ln: simple(change, 'ln makes links'),
  mkdir: simple(change, 'mkdir makes directories'),
  touch: simple(change, 'touch changes files'),
  chmod: simple(change, 'chmod changes files'),
  chown: simple(change, 'chown changes files'),
  install: simple(change, 'install writes files'),
} satisfies Record<string, (invocation: Invocation, inner: Inner) => Judgment>

/** `--version` or `--help` and nothing else: every program that knows them only prints. */
export function onlyPrintsItself(args: readonly Argument[]): boolean {
  return args.length === 1 && ['--version', '--help'].includes(args[0]?.text ?? '')
}
