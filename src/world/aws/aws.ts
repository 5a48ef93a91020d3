/** An AWS account on loopback, for the real aws CLI through AWS_ENDPOINT_URL: STS, RDS and CloudWatch. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { z } from 'zod'
import type { AwsAct } from '../acts.ts'
import type { Clock } from '../clock.ts'
import type { Faults } from '../faults.ts'
import { type Account, accountSchema } from './account.ts'
import { type AccountDatabases, liveAccount } from './account-life.ts'
import { type Service, services } from './actions.ts'
import { evaluateAlarms } from './cloudwatch/alarms.ts'
import { type Figures, figureHistory, type Sample, sampleSchema, withSample } from './cloudwatch/figures.ts'
import { AwsFault, invalidAction } from './fault.ts'
import { paceAt } from './pace.ts'
import { readParameters } from './parameters.ts'
import { answerReply, type Call, faultReply, type Reply, readCall } from './protocol.ts'
import { newUuid } from './rds/identifiers.ts'
import { seedAccount } from './seed.ts'
import { checkSignature, claimedScope, type SignedRequest } from './signature.ts'

const savedSchema = z.object({ account: accountSchema, samples: z.array(sampleSchema).readonly() }).readonly()

/** All that an account is, as plain data. */
type SavedAws = z.infer<typeof savedSchema>

export interface Aws {
  /** Where it listens: http://127.0.0.1:PORT */
  readonly url: string
  /** The account as it is now: what a score looks at. */
  readonly account: () => Account
  readonly save: () => SavedAws
  /** Goes on from what `save` gave. Throws for data of another form. */
  readonly load: (saved: unknown) => void
  readonly close: () => Promise<void>
}

export interface AwsOptions {
  readonly databases: AccountDatabases
  readonly clock: Clock
  /** In [0, 1). */
  readonly random: () => number
  /** How many times faster than at speed 1 clusters and instances are made, and alarms notice. */
  readonly speed: number
  readonly faults: Pick<Faults, 'now'>
  /** What the world measures of itself now. */
  readonly figures: () => Figures
  readonly onAct: (act: AwsAct) => void
  /** Hears of errors of our own: the client is sent a 500 and no more. */
  readonly onError?: (error: unknown) => void
}

/** How often figures are taken at speed 1. */
const sampleMs = 10_000
/** And at the highest speed: a sample is a pass over all alarms. */
const shortestSampleMs = 250
/** In bytes; RDS's own is not known. */
const bodyLimit = 1024 * 1024

const hidden = '****'

/** The parameters as they may be kept: without passwords. */
function withoutSecrets(parameters: Call['parameters']): Call['parameters'] {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [name, /Password$/.test(name) ? hidden : value]),
  )
}

/**
 * Starts the account on a free port of 127.0.0.1. The clock must stand at the present already: the account's past
 * is made up before it, and figures are taken from then on. Rejects when the port can't be had.
 */
export async function startAws(options: AwsOptions): Promise<Aws> {
  const { databases, clock, random, speed, faults, figures, onAct, onError = () => {} } = options
  let samples: readonly Sample[] = []
  let stopped = false
  const life = liveAccount({
    account: seedAccount(databases.primaryId, clock.now(), random),
    databases,
    clock,
    random,
    pace: paceAt(speed),
    figures: () => figureHistory(samples),
    onError,
  })

  function sample(): void {
    if (stopped) return
    const now = clock.now()
    const { metricsFrozenAt } = faults.now()
    const last = samples.at(-1)
    const stands = metricsFrozenAt !== undefined && now >= metricsFrozenAt && last !== undefined
    samples = withSample(samples, { at: now, figures: stands ? last.figures : figures() })
    const history = figureHistory(samples)
    if (history.hasBegun)
      life.change((account) => {
        const alarms = evaluateAlarms(account.alarms, history, now, speed)
        return alarms === account.alarms ? account : { ...account, alarms }
      })
    clock.at(now + Math.max(shortestSampleMs, sampleMs / speed), sample)
  }
  sample()

  function perform(call: Call, service: Service, inRegion: string): Reply {
    const record = (fault: string | undefined) => {
      const parameters = withoutSecrets(call.parameters)
      onAct({ kind: 'aws', at: clock.now(), action: call.action, parameters, fault })
    }
    const requestId = newUuid(random)
    try {
      const action = service.actions.get(call.action)
      if (action === undefined) throw invalidAction(call.action)
      const members = life.perform(action, readParameters(call.parameters), inRegion)
      record(undefined)
      return answerReply(call, service, members, requestId)
    } catch (error) {
      const fault = asFault(error, onError)
      record(fault.code)
      return faultReply(call.form, service, fault, requestId)
    }
  }

  function answer(request: SignedRequest): Reply {
    const claimed = claimedScope(request.headers)
    let form: Call['form'] = 'query'
    try {
      const call = readCall(request, claimed?.service)
      form = call.form
      if (claimed !== undefined && !services.has(claimed.service)) throw unknownService(claimed.service)
      const scope = checkSignature(request)
      const service = services.get(scope.service)
      if (service === undefined) throw unknownService(scope.service)
      return perform(call, service, scope.region)
    } catch (error) {
      const service = services.get(claimed?.service ?? 'sts')
      return faultReply(form, service, asFault(error, onError), newUuid(random))
    }
  }

  const server = createServer((request, response) => {
    serve(request, response, answer).catch((error: unknown) => {
      onError(error)
      response.destroy()
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the AWS account has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    account: life.account,
    save: () => ({ account: life.account(), samples }),
    load(saved) {
      const parsed = savedSchema.parse(saved)
      samples = parsed.samples
      life.load(parsed.account)
    },
    close: () =>
      new Promise((resolve) => {
        stopped = true
        life.stop()
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function unknownService(name: string): AwsFault {
  return new AwsFault(
    'UnknownService',
    `There is no ${name} in the practice world: its AWS account has rds, sts and cloudwatch.`,
  )
}

/** An error of our own is a 500, which the CLI tries again before it gives up. */
function asFault(error: unknown, onError: (error: unknown) => void): AwsFault {
  if (error instanceof AwsFault) return error
  onError(error)
  return new AwsFault('InternalFailure', 'The practice world failed.', 500)
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  answer: (request: SignedRequest) => Reply,
): Promise<void> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk)
    size += bytes.length
    if (size > bodyLimit) {
      response.writeHead(413).end()
      return
    }
    chunks.push(bytes)
  }
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(',') : value,
    ]),
  )
  const reply = answer({
    method: request.method ?? 'GET',
    target: request.url ?? '/',
    headers,
    body: Buffer.concat(chunks),
  })
  const body = Buffer.from(reply.body)
  response.writeHead(reply.status, { ...reply.headers, 'content-length': body.length })
  response.end(request.method === 'HEAD' ? undefined : body)
}
