/** `handrail probe`: looks once at what tells whether users are served, a line each. Gates of runbooks sample it. */
import { z } from 'zod'
import { type Judgment, probeNames, standardProbes, wordsOf, worstOf } from '../health/judgment.ts'
import { probe, type Reading } from '../health/probes.ts'
import { defaultSince, defaultThresholds } from '../health/thresholds.ts'
import { exitCode } from '../run/exit-code.ts'
import { Refusal } from '../run/refusal.ts'
import { inJson, say } from './say.ts'

const limit = z.coerce.number('must be a number').nonnegative('must be a number from 0')

const options = z.object({
  // It becomes part of a label selector: nothing but the name of a color may.
  color: z
    .string()
    .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/i, 'must be a name like blue or green')
    .optional(),
  namespace: z.string().optional(),
  service: z.string().default('api-main'),
  path: z.string().startsWith('/', 'must begin with a /').default('/healthz'),
  direct: z.boolean().default(false),
  requests: z.coerce
    .number()
    .int('must be a whole number')
    .min(1)
    .max(50, 'must be 50 at the most')
    .default(1),
  since: z
    .string()
    .regex(/^(\d+[hms])+$/, 'must be a duration like 60s or 5m')
    .default(defaultSince),
  maxMs: limit.default(defaultThresholds.responseMs),
  maxExternalMs: limit.default(defaultThresholds.externalMs),
  maxErrors: limit.default(defaultThresholds.errorPercent),
  maxUsage: limit.default(defaultThresholds.usagePercent),
  output: z.enum(['json']).optional(),
})

const name = z.enum(probeNames)

/**
 * Looks and prints; gives 0 when all is good, 1 when something is bad, 5 when nothing is bad but something is unknown.
 * Throws a Refusal for bad usage.
 */
export async function probeCommand(asked: readonly string[], given: unknown): Promise<number> {
  const { namespace, color, service, path, direct, requests, since, output, ...limits } = readOptions(given)
  const names = asked.length === 0 ? standardProbes : [...new Set(asked.map(readName))]
  const apiUrl = process.env.API_URL
  const readings = await probe(names, {
    ...{ namespace, color, service, path, direct, requests, since },
    apiUrl: apiUrl === '' ? undefined : apiUrl,
    thresholds: {
      responseMs: limits.maxMs,
      externalMs: limits.maxExternalMs,
      errorPercent: limits.maxErrors,
      usagePercent: limits.maxUsage,
    },
  })
  const lines = readings.map(output === 'json' ? jsonOf : lineOf)
  say(lines.map((line) => `${line}\n`).join(''))
  const worst = worstOf(readings.map(({ judgment }) => judgment))
  return { good: exitCode.done, bad: exitCode.failed, unknown: exitCode.unknown }[worst]
}

function readOptions(given: unknown): z.infer<typeof options> {
  const read = options.safeParse(given)
  if (read.success) return read.data
  const [issue] = read.error.issues
  const flag = String(issue?.path[0] ?? '').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  throw new Refusal(
    `--${flag} ${issue?.message ?? 'is not what it can be'}. Nothing was asked.`,
    exitCode.usage,
  )
}

function readName(text: string): z.infer<typeof name> {
  const read = name.safeParse(text)
  if (read.success) return read.data
  throw new Refusal(`there is no probe "${text}". There are ${probeNames.join(', ')}.`, exitCode.usage)
}

const signs: Readonly<Record<Judgment['kind'], string>> = { good: '✓', bad: '✗', unknown: '?' }

function lineOf({ probe: probed, judgment }: Reading): string {
  const { kind } = judgment
  return `${signs[kind]} ${probed.padEnd(14)} ${kind === 'unknown' ? 'unknown: ' : ''}${wordsOf(judgment)}`
}

function jsonOf({ probe: probed, judgment }: Reading): string {
  const { kind } = judgment
  const cause = kind === 'bad' && judgment.cause !== undefined ? { cause: judgment.cause } : {}
  const figure = kind !== 'unknown' && judgment.figure !== undefined ? { figure: judgment.figure } : {}
  return inJson({ probe: probed, reading: kind, words: wordsOf(judgment), ...cause, ...figure })
}
