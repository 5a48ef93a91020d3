/** `curl` and `wget`: HTTP as far as the practice world's network has it. */
import { readOptions } from './options.ts'
import { readAll } from './pipe.ts'
import { type Call, type HttpReply, type Program, resolvePath } from './program.ts'
import { type Step, settled } from './step.ts'

const flag = (name: string) => ({ name })
const valued = (name: string) => ({ name, takesValue: true }) as const

const known = {
  s: flag('silent'),
  silent: flag('silent'),
  S: flag('show-error'),
  'show-error': flag('show-error'),
  f: flag('fail'),
  fail: flag('fail'),
  i: flag('include'),
  include: flag('include'),
  I: flag('head'),
  head: flag('head'),
  L: flag('location'),
  location: flag('location'),
  k: flag('insecure'),
  insecure: flag('insecure'),
  v: flag('verbose'),
  verbose: flag('verbose'),
  o: valued('output'),
  output: valued('output'),
  w: valued('write-out'),
  'write-out': valued('write-out'),
  m: valued('max-time'),
  'max-time': valued('max-time'),
  'connect-timeout': valued('connect-timeout'),
  X: valued('request'),
  request: valued('request'),
  H: valued('header'),
  header: valued('header'),
  d: valued('data'),
  data: valued('data'),
  'data-raw': valued('data'),
  A: valued('user-agent'),
  'user-agent': valued('user-agent'),
  G: flag('get'),
  get: flag('get'),
  V: flag('version'),
  version: flag('version'),
} as const

const redirects = new Set([301, 302, 303, 307, 308])

/** Exits as curl does: 6 for an unknown host, 7 when nothing listens, 22 with -f from status 400 on, 28 too late. */
export const curl: Program = function* (call) {
  const { args, stdout, stderr } = call
  const options = readOptions(args, known)
  if ('wrong' in options) {
    const why = options.why === 'unknown' ? 'is unknown' : 'requires parameter'
    stderr(`curl: option ${options.wrong}: ${why}\ncurl: try 'curl --help' for more information\n`)
    return 2
  }
  const { values, rest } = options
  const last = (name: string) => values.get(name)?.at(-1)
  if (values.has('version')) {
    stdout('curl 8.14.1 (x86_64-pc-linux-gnu)\n')
    return 0
  }
  if (rest.length === 0) {
    stderr("curl: (2) no URL specified\ncurl: try 'curl --help' for more information\n")
    return 2
  }
  const data = values.get('data')
  const body = data === undefined ? undefined : yield* dataText(call, data)
  const agent = last('user-agent') ?? 'curl/8.14.1'
  const headers = [
    ['User-Agent', agent] as const,
    ['Accept', '*/*'] as const,
    ...(body === undefined ? [] : [['Content-Type', 'application/x-www-form-urlencoded'] as const]),
    ...(values.get('header') ?? []).map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon), line.slice(colon + 1).trim()] as const
    }),
  ]
  const seconds = last('max-time')
  const timeoutMs = seconds === undefined ? undefined : Number(seconds) * 1000
  const method = last('request') ?? (values.has('head') ? 'HEAD' : body === undefined ? 'GET' : 'POST')
  let code = 0
  for (const word of rest) {
    const url = readUrl(word)
    if (url === undefined) {
      code = complain(call, values, 3, 'URL rejected: Malformed input to a URL function')
      continue
    }
    if (url.protocol !== 'http:') {
      const scheme = url.protocol.slice(0, -1)
      code =
        scheme === 'https'
          ? complain(call, values, 35, 'TLS connect error: error:0A00010B:SSL routines::wrong version number')
          : complain(call, values, 1, `Protocol "${scheme}" not supported`)
      continue
    }
    let target = url
    let reply = yield* settled(call.room.ask({ method, url: target, headers, body, timeoutMs }))
    for (let hops = 0; values.has('location') && hops < 50 && reply.kind === 'answered'; hops++) {
      const location = headerOf(reply, 'location')
      if (location === undefined || !redirects.has(reply.status)) break
      target = new URL(location, target)
      reply = yield* settled(call.room.ask({ method, url: target, headers, body, timeoutMs }))
    }
    code = show(call, values, target, reply)
  }
  return code
}

function* dataText({ stdin, room, cwd }: Call, given: readonly string[]): Step<string> {
  const parts: string[] = []
  for (const each of given)
    if (each === '@-') parts.push(yield* readAll(stdin))
    else parts.push(each.startsWith('@') ? (room.files.read(resolvePath(cwd, each.slice(1))) ?? '') : each)
  return parts.join('&')
}

function readUrl(word: string): URL | undefined {
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(word) ? word : `http://${word}`
  return URL.canParse(text) ? new URL(text) : undefined
}

function headerOf(reply: Extract<HttpReply, { kind: 'answered' }>, name: string): string | undefined {
  return reply.headers.find(([key]) => key.toLowerCase() === name)?.[1]
}

type Values = ReadonlyMap<string, readonly string[]>

function complain({ stderr }: Call, values: Values, code: number, message: string): number {
  if (!values.has('silent') || values.has('show-error')) stderr(`curl: (${code}) ${message}\n`)
  return code
}

function show(call: Call, values: Values, url: URL, reply: HttpReply): number {
  const port = Number(url.port || '80')
  const ms = Math.round(reply.tookMs)
  const format = values.get('write-out')?.at(-1)
  const tell = (status: number, size: number) => {
    if (format !== undefined) call.stdout(written(format, { status, size, reply, url }))
  }
  if (reply.kind !== 'answered') {
    tell(0, 0)
    const failures = {
      'no-such-host': [6, `Could not resolve host: ${url.hostname}`],
      refused: [
        7,
        `Failed to connect to ${url.hostname} port ${port} after ${ms} ms: Could not connect to server`,
      ],
      'timed-out': [28, `Operation timed out after ${ms} milliseconds with 0 bytes received`],
      'cut-off': [52, 'Empty reply from server'],
    } as const
    const [code, message] = failures[reply.kind]
    return complain(call, values, code, message)
  }
  const { status, reason, headers, body } = reply
  if (values.has('fail') && status >= 400) {
    tell(status, 0)
    return complain(call, values, 22, `The requested URL returned error: ${status}`)
  }
  const top = `HTTP/1.1 ${status} ${reason}\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`
  if (values.has('verbose')) call.stderr(top.replace(/^/gm, '< ').replace(/< $/, ''))
  const text = (values.has('include') || values.has('head') ? top : '') + body
  const output = values.get('output')?.at(-1)
  if (output === undefined || output === '-') call.stdout(text)
  else if (output !== '/dev/null') call.room.files.write(resolvePath(call.cwd, output), text)
  tell(status, Buffer.byteLength(body))
  return 0
}

function written(
  format: string,
  { status, size, reply, url }: { status: number; size: number; reply: HttpReply; url: URL },
): string {
  const seconds = (reply.tookMs / 1000).toFixed(6)
  const type = reply.kind === 'answered' ? (headerOf(reply, 'content-type') ?? '') : ''
  const variables: Readonly<Record<string, string>> = {
    http_code: String(status).padStart(3, '0'),
    response_code: String(status).padStart(3, '0'),
    time_total: seconds,
    time_starttransfer: seconds,
    size_download: String(size),
    content_type: type,
    url_effective: url.href,
  }
  return format
    .replace(/%\{([a-z_]+)\}/g, (_, name: string) => variables[name] ?? '')
    .replaceAll('\\n', '\n')
    .replaceAll('\\t', '\t')
    .replaceAll('\\r', '\r')
}

const wgetKnown = {
  q: flag('quiet'),
  quiet: flag('quiet'),
  S: flag('server-response'),
  spider: flag('spider'),
  O: valued('output'),
  T: valued('timeout'),
  timeout: valued('timeout'),
  t: valued('tries'),
  tries: valued('tries'),
  header: valued('header'),
} as const

/** The wget of busybox. */
export const wget: Program = function* (call) {
  const { args, room, stdout, stderr, cwd } = call
  const options = readOptions(args, wgetKnown)
  if ('wrong' in options) {
    stderr(`wget: unrecognized option: ${options.wrong.replace(/^-+/, '')}\n`)
    return 1
  }
  const { values, rest } = options
  const url = readUrl(rest[0] ?? '')
  if (url === undefined || rest.length === 0) {
    stderr('wget: missing URL\n')
    return 1
  }
  const quiet = values.has('quiet')
  const port = Number(url.port || '80')
  const [address] = room.resolve(url.hostname).addresses
  if (!quiet && address !== undefined) stderr(`Connecting to ${url.host} (${address}:${port})\n`)
  const seconds = values.get('timeout')?.at(-1)
  const timeoutMs = seconds === undefined ? 900_000 : Number(seconds) * 1000
  const headers = [['User-Agent', 'Wget'] as const]
  const reply = yield* settled(room.ask({ method: 'GET', url, headers, body: undefined, timeoutMs }))
  if (reply.kind !== 'answered') {
    const why = {
      'no-such-host': `bad address '${url.hostname}'`,
      refused: `can't connect to remote host (${address ?? url.hostname}): Connection refused`,
      'timed-out': 'download timed out',
      'cut-off': 'error getting response',
    }[reply.kind]
    stderr(`wget: ${why}\n`)
    return 1
  }
  if (values.has('server-response')) stderr(`  HTTP/1.1 ${reply.status} ${reply.reason}\n`)
  if (reply.status >= 400) {
    stderr(`wget: server returned error: HTTP/1.1 ${reply.status} ${reply.reason}\n`)
    return 1
  }
  if (values.has('spider')) {
    if (!quiet) stderr('remote file exists\n')
    return 0
  }
  const file =
    values.get('output')?.at(-1) ?? (url.pathname.slice(url.pathname.lastIndexOf('/') + 1) || 'index.html')
  if (file === '-') stdout(reply.body)
  else if (file !== '/dev/null') room.files.write(resolvePath(cwd, file), reply.body)
  return 0
}
