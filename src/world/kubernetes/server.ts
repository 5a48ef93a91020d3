/** The API server: TLS on 127.0.0.1, one bearer token, and the answers of api.ts sent as they come. */
import { Buffer } from 'node:buffer'
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import { type Answer, type Api, type ApiRequest, answer, isPublic } from './api.ts'
import { createCertificate } from './certificate.ts'
import type { Cluster } from './cluster.ts'
import { createDeleter } from './deletion.ts'
import type { LogSource } from './logs.ts'
import { createOpenApi } from './openapi.ts'
import { internalError, noSuchPath, StatusError, tooLarge, unauthorized } from './status.ts'
import { startWatch } from './watch.ts'

export interface ApiServerOptions {
  readonly cluster: Cluster
  /** What containers print. */
  readonly logs: LogSource
  /** 0, the default, takes any free port. */
  readonly port?: number
  /** Hears of errors of our own: the client is sent a 500 and no more. */
  readonly onError?: (error: unknown) => void
}

export interface ApiServer {
  readonly port: number
  /** The certificate to trust, PEM. */
  readonly caPem: string
  /** The bearer token that clients must send. */
  readonly token: string
  /** Ends all connections, watches too. */
  close(): Promise<void>
}

/** The real server's limit for a body, in bytes. */
const bodyLimit = 3 * 1024 * 1024
/** A client that leaves this much unread is dropped, in bytes: it lists and watches again. */
const backlogLimit = 64 * 1024 * 1024

/** Serves the cluster to kubectl and other clients. Rejects when the port can't be had. */
export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const { cluster, logs, onError = () => {} } = options
  const { certPem, keyPem } = createCertificate(Date.now())
  const token = randomBytes(24).toString('base64url')
  const deleter = createDeleter(cluster.resources, cluster.now)
  const api: Api = { cluster, deleter, logs, openApi: createOpenApi(cluster.resources) }

  const server = createServer(
    { cert: certPem, key: keyPem, keepAliveTimeout: 90_000 },
    (request, response) => {
      serve(api, token, request, response).catch((error: unknown) => {
        if (!(error instanceof StatusError)) onError(error)
        sendError(response, error)
      })
    },
  )
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, '127.0.0.1', resolve)
  })
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    caPem: certPem,
    token,
    close: () =>
      new Promise((resolve) => {
        deleter.stop()
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function serve(
  api: Api,
  token: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = readUrl(request)
  if (!isPublic(url.pathname) && !hasToken(request, token)) throw unauthorized()
  const gone = new AbortController()
  response.on('close', () => gone.abort())
  const body = await readBody(request)
  const apiRequest: ApiRequest = {
    method: request.method ?? 'GET',
    path: url.pathname.replace(/(.)\/$/, '$1'),
    query: url.searchParams,
    accept: request.headers.accept,
    mediaType: (request.headers['content-type'] ?? '').split(';')[0]?.trim() ?? '',
    body,
    signal: gone.signal,
  }
  const found = answer(api, apiRequest)
  if (found.kind === 'text') sendText(response, found)
  else if (found.kind === 'watch') watch(api, apiRequest, found, response)
  else await sendLog(found.log, response)
}

function readUrl(request: IncomingMessage): URL {
  try {
    return new URL(request.url ?? '/', 'https://127.0.0.1')
  } catch {
    throw noSuchPath()
  }
}

function hasToken(request: IncomingMessage, token: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(request.headers.authorization ?? ''), digest(`Bearer ${token}`))
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk)
    size += bytes.length
    if (size > bodyLimit) throw tooLarge(bodyLimit)
    chunks.push(bytes)
  }
  return Buffer.concat(chunks)
}

function sendText(response: ServerResponse, found: Extract<Answer, { kind: 'text' }>): void {
  for (const warning of found.warnings) response.appendHeader('Warning', `299 - ${JSON.stringify(warning)}`)
  const body = Buffer.from(found.text)
  response.writeHead(found.code, { 'Content-Type': found.type, 'Content-Length': body.length })
  response.end(body)
}

function watch(
  api: Api,
  request: ApiRequest,
  { target, form }: Extract<Answer, { kind: 'watch' }>,
  response: ServerResponse,
): void {
  if (target.resource.warning !== undefined)
    response.setHeader('Warning', `299 - ${JSON.stringify(target.resource.warning)}`)
  response.setHeader('Content-Type', 'application/json')
  const stop = startWatch(target, request.query, form, {
    now: api.cluster.now,
    version: api.cluster.version,
    send(line) {
      response.write(line)
      if (response.writableLength > backlogLimit) response.destroy()
    },
    end: () => response.end(),
  })
  response.on('close', stop)
  response.flushHeaders()
}

async function sendLog(
  { text, later }: Extract<Answer, { kind: 'log' }>['log'],
  response: ServerResponse,
): Promise<void> {
  response.setHeader('Content-Type', 'text/plain')
  response.write(text)
  if (later !== undefined) {
    response.flushHeaders()
    for await (const line of later) {
      if (response.destroyed) return
      response.write(line)
    }
  }
  response.end()
}

function sendError(response: ServerResponse, error: unknown): void {
  if (response.destroyed) return
  if (response.headersSent) {
    response.destroy()
    return
  }
  const { status, code } = error instanceof StatusError ? error : internalError('the practice world failed')
  response.removeHeader('Content-Type')
  response.writeHead(code, { 'Content-Type': 'application/json' })
  response.end(JSON.stringify(status))
}
