/** `handrail switch FROM TO`: moves the traffic from one color to the other, and puts everything back if a duty fails. */
import { printable } from '../health/printable.ts'
import { exitCode } from '../run/exit-code.ts'
import { Refusal } from '../run/refusal.ts'
import type { SwitchEvent } from '../switch/progress.ts'
import { say, sayJson, warn } from './say.ts'
import { switchTraffic } from './switch-traffic.ts'

/** Also what may stand in a label selector. */
const colorForm = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/

const wholeNumber = /^\d{1,6}$/

const defaults = { service: 'api-main', prefix: 'api-', drain: '30', attempts: '30' } as const

export interface SwitchOptions {
  readonly namespace?: string
  readonly service?: string
  readonly prefix?: string
  readonly drain?: string
  readonly keepReplicas?: boolean
  readonly dryRun?: boolean
  readonly output?: 'json'
}

/** What a signal that ends us would give, by the shells' rule: 128 and its number. */
const signals = { SIGHUP: 129, SIGINT: exitCode.interrupted, SIGTERM: 143 } as const

/**
 * Carries out the switch and prints what happens; what is not given comes from the environment. Gives 0 when it was
 * done, 1 when a duty failed and everything is as before, 7 when something could not be put back, and for a signal,
 * after the putting back, 128 and its number. Throws a Refusal for bad usage.
 */
export async function switchCommand(from: string, to: string, options: SwitchOptions): Promise<number> {
  const { env } = process
  for (const color of [from, to]) {
    if (!colorForm.test(color))
      throw new Refusal(`"${color}" is not a color: lower-case letters, digits and - only`, exitCode.usage)
  }
  if (from === to) throw new Refusal('FROM and TO are two different colors, e.g. blue green', exitCode.usage)
  const wish = {
    ...{ from, to, keepReplicas: options.keepReplicas ?? false, dryRun: options.dryRun ?? false },
    namespace: options.namespace ?? given(env.NAMESPACE),
    service: options.service ?? given(env.SERVICE) ?? defaults.service,
    prefix: options.prefix ?? env.DEPLOYMENT_PREFIX ?? defaults.prefix,
    drainSeconds: seconds(options.drain ?? given(env.DRAIN_SECONDS) ?? defaults.drain),
    attempts: attempts(given(env.VALIDATE_ATTEMPTS) ?? defaults.attempts),
    apiUrl: given(env.API_URL),
  }

  const interruption = new AbortController()
  let signalCode: number | undefined
  // Only the first signal counts: whoever is impatient does not cut the putting back short.
  const interrupt = (signal: keyof typeof signals) => {
    signalCode ??= signals[signal]
    interruption.abort()
  }
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) process.on(signal, interrupt)
  // Nor does a reader that has gone away: what can't be printed is still done.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

  const outcome = await switchTraffic(
    wish,
    options.output === 'json' ? tellJson : tellText,
    interruption.signal,
  )
  if (outcome === 'not-put-back') return exitCode.rollbackFailed
  if (outcome === 'done') return exitCode.done
  return signalCode ?? exitCode.failed
}

/** A variable that is set to nothing is not given. */
function given(value: string | undefined): string | undefined {
  return value === '' ? undefined : value
}

function seconds(text: string): number {
  if (wholeNumber.test(text)) return Number(text)
  throw new Refusal(`DRAIN_SECONDS is "${text}": it must be whole seconds, e.g. 30`, exitCode.usage)
}

function attempts(text: string): number {
  if (wholeNumber.test(text) && Number(text) > 0) return Number(text)
  throw new Refusal(`VALIDATE_ATTEMPTS is "${text}": it must be a whole number from 1`, exitCode.usage)
}

function tellJson(event: SwitchEvent): void {
  sayJson(event)
}

const duties = 4

function tellText(event: SwitchEvent): void {
  switch (event.event) {
    case 'duty':
      say(`${event.number}/${duties} ${event.says}\n`)
      return
    case 'seen':
    case 'would':
      say(`    ${printable(event.says)}\n`)
      return
    case 'done':
      say(`${event.says}\n`)
      return
    case 'failed':
      warn(`handrail switch: ${printable(event.why, longestReason)}\n`)
      return
    case 'put-back':
      warn(`handrail switch: ${printable(event.says, longestReason)}\n`)
  }
}

/** A refusal of the API server is longer than a line, and its end may be what matters. In characters. */
const longestReason = 600
