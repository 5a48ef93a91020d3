/** Takes secrets out of text before anything is written or shown: the values that are known, and what looks like one. */
import { isList } from './canonical.ts'
import { encodingsOf } from './encodings.ts'
import type { Json } from './record.ts'
import { secretObjectSpans } from './secret-object.ts'
import { namesSecret, patternSpans } from './secret-pattern.ts'
import { type Span, union } from './span.ts'
import { SHORTEST_FORM, spanFinder } from './span-finder.ts'

/** What stands where a secret stood: one length for all, so that not even the length is told. */
export const MASK = '[masked]'

export type Redactor = (text: string) => string

export interface RedactorOptions {
  /** Secret values as they are, not encoded: parameters marked secret, `secretValues` of the namespace. */
  readonly values: Iterable<string>
}

/**
 * A pure function that masks secrets in text of whole lines. Masked are the given values (of 4 characters or more) raw
 * and as base64, URL-encoded, JSON-escaped or shell-quoted; and, known or not: passwords in URLs, AWS keys and tokens,
 * bearer tokens, JWTs, private keys, what is assigned to `password`, `token` and the like, and the data of any Kubernetes
 * Secret printed as JSON, as YAML or in an error of kubectl. What is masked once stays as it is when masked again.
 *
 * Give it as much text at once as there is: that a `data:` belongs to a Secret is told by another line.
 */
export function createRedactor({ values }: RedactorOptions): Redactor {
  const find = spanFinder([...values].flatMap(encodingsOf).filter((form) => form.length >= SHORTEST_FORM))
  return (text) => masked(text, union([...find(text), ...patternSpans(text), ...secretObjectSpans(text)]))
}

/**
 * `redact` for the data of a record: every string in it, keys too; what stands under a key that names a secret; and in a
 * list of arguments what follows an option that does (`--password`, `hunter2`).
 */
export function redactData(
  data: { readonly [key: string]: Json },
  redact: Redactor,
): { readonly [key: string]: Json } {
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [
      redact(key),
      typeof value === 'string' && value !== '' && namesSecret(key) ? MASK : redactJson(value, redact),
    ]),
  )
}

function redactJson(value: Json, redact: Redactor): Json {
  if (typeof value === 'string') return redact(value)
  if (value === null || typeof value !== 'object') return value
  if (!isList(value)) return redactData(value, redact)
  return value.map((item, index) => {
    const before = value[index - 1]
    const follows = typeof before === 'string' && /^--?[\w-]+$/.test(before) && namesSecret(before)
    return follows && typeof item === 'string' ? MASK : redactJson(item, redact)
  })
}

function masked(text: string, spans: readonly Span[]): string {
  if (spans.length === 0) return text
  let result = ''
  let from = 0
  for (const { start, end } of spans) {
    result += text.slice(from, start) + MASK
    from = end
  }
  return result + text.slice(from)
}
