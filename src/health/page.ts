/** The application's health page: a status, and one check for each thing that it needs. */
import { z } from 'zod'
import { printable } from './printable.ts'

/** An answer over HTTP, or why there was none. Times are in milliseconds. */
export type Answer =
  | {
      readonly kind: 'answered'
      readonly status: number
      readonly ms: number
      readonly body: string
      /** The color that answered, where the header x-color tells. */
      readonly color?: string
    }
  | { readonly kind: 'none'; readonly why: string; readonly ms: number }

export interface Check {
  readonly name: string
  readonly ok: boolean
  /** What the page says of one that isn't well. */
  readonly why: string
  /** In milliseconds; undefined where the page doesn't say. */
  readonly latencyMs: number | undefined
}

const pageSchema = z.object({
  checks: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      error: z.string().nullish(),
      latency_ms: z.number().nullish(),
    }),
  ),
})

/** The checks on the page; undefined for a body that is no such page. An error page may bear them too. */
export function readChecks(body: string): readonly Check[] | undefined {
  let raw: unknown
  try {
    raw = JSON.parse(body)
  } catch {
    return undefined
  }
  const page = pageSchema.safeParse(raw)
  if (!page.success) return undefined
  return page.data.checks.map(({ name, status, error, latency_ms }) => ({
    name: printable(name, 40),
    ok: status === 'ok',
    why: printable(error ?? status),
    latencyMs: latency_ms ?? undefined,
  }))
}

/** By name: the database is the application's own; every other check is a service behind it. */
export function isDatabase({ name }: Check): boolean {
  return /^(database|db|postgres(ql)?)$/i.test(name)
}
