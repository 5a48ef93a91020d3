/** The API server: TLS on 127.0.0.1, one bearer token, and the answers of api.ts sent as they come. */
import { Buffer } from 'node:buffer'
import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { Duplex } from 'node:stream'
import type { KubernetesAct } from '../acts.ts'
import type { Faults } from '../faults.ts'
import { type Answer, type Api, type ApiRequest, isPublic } from './api.ts'
import { type Certificate, createCertificate } from './certificate.ts'
import type { Cluster } from './cluster.ts'
import type { ContainerRuntime } from './containers.ts'
import { createDeleter } from './deletion.ts'
import type { LogSource } from './logs.ts'
import { createOpenApi } from './openapi.ts'
import { createOutflow } from './outflow.ts'
import { badRequest, internalError, noSuchPath, StatusError, tooLarge, unauthorized } from './status.ts'
import { converse, refuseUpgrade } from './streams/upgrade.ts'
import { answerAndTell } from './tell-act.ts'
import type { User } from './user.ts'
import { anonymous, createUsers, impersonated } from './users.ts'
import { createEventEncoder, type EventEncoder, startWatch } from './watch.ts'

export interface ApiServerOptions {
  readonly cluster: Cluster
  /** What containers print. */
  readonly logs: LogSource
  /** For exec, attach and port-forward, which are refused without it. */
  readonly containers?: ContainerRuntime
  /** What is wrong now; nothing without it. */
  readonly faults?: Faults
  /** Hears of what clients do to the cluster. */
  readonly tell?: (act: KubernetesAct) => void
  /** One of its own, made now, unless given. */
  readonly certificate?: Certificate
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
  const { cluster, logs, containers, faults, tell, onError = () => {} } = options
  const { certPem, keyPem } = options.certificate ?? createCertificate(Date.now())
  const token = randomBytes(24).toString('base64url')
  const deleter = createDeleter(cluster.registry, cluster.now)
  const users = createUsers(token, cluster)
  const api: Api = {
    cluster,
    deleter,
    logs,
    users,
    containers,
    faults,
    tell,
    openApi: createOpenApi(cluster.resources),
  }

  const encode = createEventEncoder()

  const server = createServer(
    { cert: certPem, key: keyPem, keepAliveTimeout: 90_000 },
    (request, response) => {
      serve(api, encode, request, response).catch((error: unknown) => {
        if (!(error instanceof StatusError)) onError(error)
        sendError(response, error)
      })
    },
  )
  const upgraded = new Set<Duplex>()
  server.on('upgrade', (request, socket, head) => {
    upgraded.add(socket)
    socket.on('close', () => upgraded.delete(socket))
    socket.on('error', () => socket.destroy())
    try {
      upgrade(api, request, socket, head)
    } catch (error) {
      if (!(error instanceof StatusError)) onError(error)
      refuseUpgrade(socket, error instanceof StatusError ? error : internalError('the practice world failed'))
    }
  })
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
        // Connections that were taken over are the server's no longer.
        for (const socket of upgraded) socket.destroy()
      }),
  }
}

async function serve(
  api: Api,
  encode: EventEncoder,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = readUrl(request)
  const user = senderOf(api, request) ?? (isPublic(url.pathname) ? anonymous : undefined)
  if (user === undefined) throw unauthorized()
  const gone = new AbortController()
  response.on('close', () => gone.abort())
  const apiRequest = requestOf(request, url, user, await readBody(request), gone.signal)
  const found = answerAndTell(api, apiRequest, request.headers['user-agent'] ?? '')
  if (found.kind === 'text') sendText(response, found)
  else if (found.kind === 'pieces') sendPieces(response, found)
  else if (found.kind === 'watch') watch(api, encode, apiRequest, found, response)
  else if (found.kind === 'log') await sendLog(found.log, response)
  else throw badRequest('Upgrade request required')
}

/** A request whose connection is to be used for something else than HTTP. Throws StatusError. */
function upgrade(api: Api, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const url = readUrl(request)
  const user = senderOf(api, request)
  if (user === undefined) throw unauthorized()
  const gone = new AbortController()
  socket.on('close', () => gone.abort())
  const apiRequest = requestOf(request, url, user, Buffer.alloc(0), gone.signal)
  const found = answerAndTell(api, apiRequest, request.headers['user-agent'] ?? '')
  if (found.kind !== 'conversation') throw badRequest('this path takes no request to upgrade')
  if (api.containers === undefined) throw internalError('nothing runs the containers of this cluster')
  converse(request, socket, head, found.conversation, api.containers)
}

function requestOf(
  request: IncomingMessage,
  url: URL,
  user: User,
  body: Buffer,
  signal: AbortSignal,
): ApiRequest {
  return {
    method: request.method ?? 'GET',
    path: url.pathname.replace(/(.)\/$/, '$1'),
    query: url.searchParams,
    accept: request.headers.accept,
    mediaType: (request.headers['content-type'] ?? '').split(';')[0]?.trim() ?? '',
    body,
    user,
    userAgent: request.headers['user-agent'],
    signal,
  }
}

function readUrl(request: IncomingMessage): URL {
  try {
    return new URL(request.url ?? '/', 'https://127.0.0.1')
  } catch {
    throw noSuchPath()
  }
}

/** Whom a request speaks for, or undefined without a token that is good. Throws StatusError (403). */
function senderOf({ users }: Api, { headers }: IncomingMessage): User | undefined {
  const [, token] = /^Bearer (.+)$/.exec(headers.authorization ?? '') ?? []
  const sender = token === undefined ? undefined : users.userOf(token)
  return sender === undefined ? undefined : impersonated(sender, headers)
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
  sendWarnings(response, found.warnings)
  const body = Buffer.from(found.text)
  response.writeHead(found.code, { 'Content-Type': found.type, 'Content-Length': body.length })
  response.end(body)
}

/** Sends what may be large, and lets others have their turn meanwhile. */
function sendPieces(
  response: ServerResponse,
  { pieces, warnings }: Extract<Answer, { kind: 'pieces' }>,
): void {
  sendWarnings(response, warnings)
  response.writeHead(200, { 'Content-Type': 'application/json' })
  const outflow = createOutflow(response, backlogLimit)
  outflow.sendAll(pieces)
  outflow.end()
}

function sendWarnings(response: ServerResponse, warnings: readonly string[]): void {
  for (const warning of warnings) response.appendHeader('Warning', `299 - ${JSON.stringify(warning)}`)
}

function watch(
  api: Api,
  encode: EventEncoder,
  request: ApiRequest,
  { target, form }: Extract<Answer, { kind: 'watch' }>,
  response: ServerResponse,
): void {
  if (target.resource.warning !== undefined)
    response.setHeader('Warning', `299 - ${JSON.stringify(target.resource.warning)}`)
  response.setHeader('Content-Type', 'application/json')
  const outflow = createOutflow(response, backlogLimit)
  const isSilent = () => api.faults?.now().watchesSilent === true
  const stop = startWatch(target, request.query, form, {
    now: api.cluster.now,
    version: api.cluster.version,
    encode,
    send(text) {
      if (!isSilent()) outflow.send(text)
    },
    sendAll(texts) {
      if (!isSilent()) outflow.sendAll(texts)
    },
    end: outflow.end,
  })
  const unfollow = api.cluster.registry.subscribe(({ type, resource }) => {
    if (type === 'REMOVED' && resource === target.resource) outflow.end()
  })
  response.on('close', () => {
    stop()
    unfollow()
  })
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
