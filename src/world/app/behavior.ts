/** What the application in an image does once it runs: image tags and the environment steer it. */

export interface AppBehavior {
  /** Milliseconds from its start until it listens on its port (never: infinite); until then connections are refused. */
  readonly listensAfterMs: number
  /** Why it ends itself before it ever listens, and when; undefined for one that goes on running. */
  readonly crash?: { readonly afterMs: number; readonly error: string }
  /** Whether /healthz answers 200, or 500. */
  readonly healthy: boolean
  /** Milliseconds that it takes for each answer. */
  readonly answersAfterMs: number
  readonly version: string
  readonly flags: Readonly<Record<string, unknown>>
}

/** The tag of an image: `v1.2.3` of `registry:5000/loanserve/api:v1.2.3@sha256:…`; `latest` when it has none. */
export function tagOf(image: string): string {
  const withoutDigest = image.split('@')[0] ?? ''
  const lastPart = withoutDigest.slice(withoutDigest.lastIndexOf('/') + 1)
  const colon = lastPart.indexOf(':')
  return colon < 0 ? 'latest' : lastPart.slice(colon + 1)
}

/** Whether the registry has the image: a tag that holds `noimage` is not there to be pulled. */
export function isPullable(image: string): boolean {
  return !tagOf(image).includes('noimage')
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

/**
 * How the application of `image` behaves with this environment. Tags that hold `crash`, `slow`, `unhealthy` or
 * `laggy` bring that trouble; one tag may bring several. Feature flags that aren't a JSON object make any
 * version refuse to start.
 */
export function behaviorOf(image: string, env: Readonly<Record<string, string>>): AppBehavior {
  const tag = tagOf(image)
  const flags = readFlags(env.FEATURE_FLAGS_JSON)
  const error = tag.includes('crash')
    ? "TypeError: Cannot read properties of undefined (reading 'rateTable')"
    : typeof flags === 'string'
      ? `Error: ${flags}`
      : undefined
  return {
    listensAfterMs: error !== undefined ? Number.POSITIVE_INFINITY : tag.includes('slow') ? 20_000 : 300,
    ...(error === undefined ? {} : { crash: { afterMs: 1000, error } }),
    healthy: !tag.includes('unhealthy'),
    answersAfterMs: tag.includes('laggy') ? 3000 : 4,
    version: tag,
    flags: typeof flags === 'string' ? {} : flags,
  }
}
