/** GET requests and watches against one cluster of a kubeconfig, with its certificates, tokens and login commands. */
import http from 'node:http'
import https from 'node:https'
import { StringDecoder } from 'node:string_decoder'

export type Query = Readonly<Record<string, string>>

/** A request that did not work, in words for a status line: one short line without any text of the server's. */
export class ApiError extends Error {
  /** The HTTP status; undefined when no answer came. */
  readonly status: number | undefined

  constructor(why: string, status?: number) {
    super(why)
    this.name = 'ApiError'
    this.status = status
  }
}

export interface ApiClient {
  /** The parsed JSON of an answer of 200. Rejects with ApiError, also when it takes longer than `timeoutMs`. */
  readonly get: (path: string, query: Query, timeoutMs: number, signal: AbortSignal) => Promise<unknown>
  /**
   * Hands over each line of a stream as it comes; `onOpen` when the server has accepted the request. Resolves when
   * the server ends the stream in order; rejects with ApiError for anything else, and with what `onLine` throws.
   */
  readonly lines: (
    path: string,
    query: Query,
    handlers: { readonly onOpen: () => void; readonly onLine: (line: string) => void },
    signal: AbortSignal,
  ) => Promise<void>
  /** Ends all connections. A login command that is running ends by itself: the library doesn't let go of it. */
  readonly close: () => void
}

/** A kubeconfig, as a file that is read again when its credentials are refused, or as its text, and a context in it. */
export type ApiAddress = { readonly context: string } & (
  | { readonly kubeconfigPath: string }
  | { readonly kubeconfig: string }
)

interface Access {
  readonly base: URL
  readonly options: https.RequestOptions
  readonly headers: http.OutgoingHttpHeaders
}

/** A login command that asks something on a terminal would wait for ever. */
const loginWithinMs = 30_000
/** A server answers a watch at once with its headers, though the first event may be far. */
const headersWithinMs = 15_000

/** A client for the context's cluster. Reads nothing before the first request. */
export function apiClient(address: ApiAddress): ApiClient {
  const agents = {
    'http:': new http.Agent({ keepAlive: true }),
    'https:': new https.Agent({ keepAlive: true }),
  }
  let kubeconfig: ReturnType<typeof loadKubeconfig> | undefined
  let access: Promise<Access> | undefined
  const closing = new AbortController()

  /** One login at a time: a login command would otherwise run once for each request that waits for it. */
  function authorized(): Promise<Access> {
    if (access !== undefined) return access
    kubeconfig ??= loadKubeconfig(address)
    const current = kubeconfig.then((config) => authorize(config, address, closing.signal))
    access = current
    const release = () => {
      if (access === current) access = undefined
    }
    current.then(release, () => {
      release()
      kubeconfig = undefined
    })
    return current
  }

  async function open(path: string, query: Query, signal: AbortSignal): Promise<http.IncomingMessage> {
    const { base, options, headers } = await authorized()
    if (signal.aborted) throw new ApiError('the request was taken back')
    const url = new URL(`${base.pathname.replace(/\/$/, '')}${path}?${new URLSearchParams(query)}`, base)
    const plain = url.protocol === 'http:'
    const answer = await new Promise<http.IncomingMessage>((resolve, reject) => {
      const request = (plain ? http : https).request(url, {
        ...options,
        agent: options.agent ?? agents[plain ? 'http:' : 'https:'],
        headers: { ...headers, accept: 'application/json, */*', 'user-agent': 'handrail' },
        signal,
      })
      request.once('response', resolve)
      request.on('error', (error) => reject(unreachable(error, url.host)))
      request.end()
    })
    // Whoever asked may have gone by now, and an error that nobody hears would end the process.
    answer.on('error', () => {})
    const status = answer.statusCode ?? 0
    if (status === 200) return answer
    answer.resume()
    // New credentials may be in the file by now, or come from a new login.
    if (status === 401) kubeconfig = undefined
    throw new ApiError(answerWords(status), status)
  }

  return {
    async get(path, query, timeoutMs, signal) {
      const deadline = withDeadline(signal, timeoutMs)
      try {
        return await whileIn(deadline.signal, open(path, query, deadline.signal).then(json))
      } catch (error) {
        throw deadline.passed() ? new ApiError(`no answer within ${timeoutMs / 1000} s`) : error
      } finally {
        deadline.end()
      }
    },
    async lines(path, query, { onOpen, onLine }, signal) {
      const deadline = withDeadline(signal, headersWithinMs + loginWithinMs)
      try {
        const answer = await whileIn(deadline.signal, open(path, query, deadline.signal))
        deadline.clear()
        onOpen()
        await readLines(answer, onLine)
      } catch (error) {
        throw deadline.passed() ? new ApiError('no answer to a watch') : error
      } finally {
        deadline.end()
      }
    },
    close() {
      closing.abort()
      agents['http:'].destroy()
      agents['https:'].destroy()
    },
  }
}

type KubeConfig = import('@kubernetes/client-node/dist/config.js').KubeConfig

/** Rejects with ApiError. The file's own text is in no message: a parser's complaint would quote a token. */
async function loadKubeconfig(address: ApiAddress): Promise<KubeConfig> {
  const { context } = address
  const { KubeConfig } = await import('@kubernetes/client-node/dist/config.js')
  const config = new KubeConfig()
  try {
    if ('kubeconfig' in address) config.loadFromString(address.kubeconfig)
    else config.loadFromFile(address.kubeconfigPath)
  } catch (error) {
    throw new ApiError(`the kubeconfig can't be read (${errorCode(error) ?? 'it is not valid'})`)
  }
  config.setCurrentContext(context)
  if (config.getCurrentCluster() === null)
    throw new ApiError(`the kubeconfig has no cluster for the context ${context}`)
  return config
}

async function authorize(config: KubeConfig, { context }: ApiAddress, closing: AbortSignal): Promise<Access> {
  const server = config.getCurrentCluster()?.server ?? ''
  if (!URL.canParse(server))
    throw new ApiError(`the kubeconfig has no server address for the context ${context}`)
  const base = new URL(server)
  if (base.protocol === 'http:' && config.getCurrentCluster()?.skipTLSVerify !== true)
    throw new ApiError('plain http is refused unless the kubeconfig says insecure-skip-tls-verify')
  const headers: http.OutgoingHttpHeaders = {}
  const options: https.RequestOptions & { headers: http.OutgoingHttpHeaders } = { headers }
  const late = withDeadline(closing, loginWithinMs)
  try {
    await whileIn(late.signal, config.applyToHTTPSOptions(options))
  } catch (error) {
    const code = late.passed() ? `no answer within ${loginWithinMs / 1000} s` : errorCode(error)
    throw new ApiError(`the kubeconfig's login failed${code === undefined ? '' : ` (${code})`}`)
  } finally {
    late.end()
  }
  // The library's own agents, which it makes anew for each KubeConfig, keep no connection; a proxy's is needed.
  if (!config.getCurrentCluster()?.proxyUrl) delete options.agent
  return { base, options, headers: options.headers }
}

async function json(answer: http.IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of answer) chunks.push(chunk)
  } catch {
    throw new ApiError('the connection was lost')
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch {
    throw new ApiError('the answer was not JSON')
  }
}

function readLines(answer: http.IncomingMessage, onLine: (line: string) => void): Promise<void> {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  return new Promise((resolve, reject) => {
    answer.on('data', (chunk: Buffer) => {
      const text = decoder.write(chunk)
      let start = 0
      try {
        for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
          const line = rest + text.slice(start, end)
          rest = ''
          start = end + 1
          if (line !== '') onLine(line)
        }
      } catch (error) {
        reject(error)
        answer.destroy()
        return
      }
      rest += text.slice(start)
    })
    answer.once('end', resolve)
    answer.on('error', () => reject(new ApiError('the connection was lost')))
    answer.once('close', () => reject(new ApiError('the connection was lost')))
  })
}

interface Deadline {
  readonly signal: AbortSignal
  readonly passed: () => boolean
  /** Takes the deadline back; the outer signal still counts. */
  readonly clear: () => void
  /** Forgets both. */
  readonly end: () => void
}

function withDeadline(outer: AbortSignal, ms: number): Deadline {
  const controller = new AbortController()
  let passed = false
  const abort = () => controller.abort()
  const timer = setTimeout(() => {
    passed = true
    abort()
  }, ms)
  if (outer.aborted) abort()
  outer.addEventListener('abort', abort)
  return {
    signal: controller.signal,
    passed: () => passed,
    clear: () => clearTimeout(timer),
    end: () => {
      clearTimeout(timer)
      outer.removeEventListener('abort', abort)
    },
  }
}

/** The work's own outcome, or a rejection as soon as the signal aborts: not all work listens to a signal. */
function whileIn<Value>(signal: AbortSignal, work: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(new ApiError('the request was taken back'))
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined
  return error.code
}

function unreachable(error: Error, host: string): ApiError {
  return new ApiError(`${host} can't be reached (${errorCode(error) ?? 'no connection'})`)
}

function answerWords(status: number): string {
  if (status === 401) return 'the credentials are refused (401)'
  if (status === 403) return 'not allowed (403)'
  if (status === 404) return 'not found (404)'
  return `the API answered ${status}`
}
