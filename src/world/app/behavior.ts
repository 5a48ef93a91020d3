/** What the application in an image does once it runs: image tags, their traits and the environment steer it. */
import type { ImageTrait } from '../faults.ts'

export interface AppBehavior {
  /** Milliseconds from its start until it listens on its port (never: infinite); until then connections are refused. */
  readonly listensAfterMs: number
  /** Why it ends itself before it ever listens, and when; undefined for one that goes on running. */
  readonly crash?: { readonly afterMs: number; readonly error: string }
  /** When it has used up its memory and is killed for it; undefined for one that never does. */
  readonly outOfMemoryAfterMs?: number
  /** Whether /healthz answers 200, or 500. */
  readonly healthy: boolean
  /** Milliseconds that it takes for each answer. */
  readonly answersAfterMs: number
  /** What it does wrong once users are sent to it. */
  readonly underTraffic: readonly TrafficTrait[]
  /** It keeps one database connection for each of so many requests; undefined when it gives all of them back. */
  readonly leaksEvery: number | undefined
  /** Whether it still reads and writes the column `legacy_status`, as versions before v1.3.0 do. */
  readonly readsLegacyStatus: boolean
  /** Where its loans are; without a URL they are in memory. */
  readonly database: { readonly url: string | undefined; readonly poolSize: number }
  readonly version: string
  readonly flags: Readonly<Record<string, unknown>>
}

type TrafficTrait = Extract<ImageTrait, { kind: 'laggy-under-traffic' | 'errors-under-traffic' }>

const defaultPoolSize = 10

/** The tag of an image: `v1.2.3` of `registry:5000/loanserve/api:v1.2.3@sha256:…`; `latest` when it has none. */
export function tagOf(image: string): string {
  const withoutDigest = image.split('@')[0] ?? ''
  const lastPart = withoutDigest.slice(withoutDigest.lastIndexOf('/') + 1)
  const colon = lastPart.indexOf(':')
  return colon < 0 ? 'latest' : lastPart.slice(colon + 1)
}

/** What is wrong with an image, by its tag's name or by its traits. */
function has(
  image: string,
  traits: readonly ImageTrait[],
  what: 'crash' | 'noimage' | 'slow' | 'unhealthy' | 'laggy',
) {
  return tagOf(image).includes(what) || traits.some(({ kind }) => kind === what)
}

/** Whether the registry has the image: a tag that holds `noimage` is not there to be pulled. */
export function isPullable(image: string, traits: readonly ImageTrait[] = []): boolean {
  return !has(image, traits, 'noimage')
}

function readFlags(text: string | undefined): Readonly<Record<string, unknown>> | string {
  if (text === undefined || text.trim() === '') return {}
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
    return `FEATURE_FLAGS_JSON must be a JSON object, got: ${text}`
  } catch (error) {
    return `FEATURE_FLAGS_JSON is not valid JSON: ${error instanceof Error ? error.message : text}`
  }
}

/** A number of connections, or why it can't be one. */
function readPoolSize(text: string | undefined): number | string {
  if (text === undefined || text.trim() === '') return defaultPoolSize
  const size = Number(text)
  return Number.isInteger(size) && size > 0
    ? size
    : `DB_POOL_SIZE must be a whole number from 1, got: ${text}`
}

/** Versions like v1.2.3 that come before v1.3.0. */
function isLegacy(tag: string): boolean {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(tag) ?? []
  return major !== undefined && (Number(major) < 1 || (Number(major) === 1 && Number(minor) < 3))
}

/**
 * How the application of `image` behaves with this environment. Tags that hold `crash`, `slow`, `unhealthy`,
 * `laggy` or `oom` bring that trouble, and so do traits; one image may have several. Feature flags that aren't a JSON
 * object, or a pool size that isn't a number, make any version refuse to start.
 */
export function behaviorOf(
  image: string,
  env: Readonly<Record<string, string>>,
  traits: readonly ImageTrait[] = [],
): AppBehavior {
  const tag = tagOf(image)
  const flags = readFlags(env.FEATURE_FLAGS_JSON)
  const poolSize = readPoolSize(env.DB_POOL_SIZE)
  const refused = [flags, poolSize].find((read) => typeof read === 'string')
  const error = has(image, traits, 'crash')
    ? "TypeError: Cannot read properties of undefined (reading 'rateTable')"
    : refused === undefined
      ? undefined
      : `Error: ${refused}`
  const leak = traits.find((trait) => trait.kind === 'leaks-connections')
  return {
    listensAfterMs:
      error !== undefined ? Number.POSITIVE_INFINITY : has(image, traits, 'slow') ? 20_000 : 300,
    ...(error === undefined ? {} : { crash: { afterMs: 1000, error } }),
    ...(/(^|[^a-z])oom/.test(tag) ? { outOfMemoryAfterMs: 20_000 } : {}),
    healthy: !has(image, traits, 'unhealthy'),
    answersAfterMs: has(image, traits, 'laggy') ? 3000 : 4,
    underTraffic: traits.filter(
      (trait) => trait.kind === 'laggy-under-traffic' || trait.kind === 'errors-under-traffic',
    ),
    leaksEvery: leak?.everyRequests,
    readsLegacyStatus: isLegacy(tag),
    database: {
      url: env.DATABASE_URL === undefined || env.DATABASE_URL === '' ? undefined : env.DATABASE_URL,
      poolSize: typeof poolSize === 'number' ? poolSize : defaultPoolSize,
    },
    version: tag,
    flags: typeof flags === 'string' ? {} : flags,
  }
}
