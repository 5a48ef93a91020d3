/** Whether a value may become a parameter's. */
import type { Parameter } from './runbook.ts'

export type ValueCheck = { readonly ok: true } | { readonly ok: false; readonly why: string }

/** Linux refuses an environment string of 128 KiB (MAX_ARG_STRLEN), the name and the `=` included. */
const LONGEST = 100_000

/**
 * Checks a value, wherever it comes from. `pattern` must match the whole of it, `oneOf` must hold it. Never allowed: a
 * NUL, which no environment can carry, and what is longer than 100,000 characters. Allowed only where a pattern matches
 * it or `oneOf` lists it: control characters such as a newline, and a `-` in front, which a command would take for an
 * option. `why` reads on from the value's place ("… does not match …") and never holds a secret.
 */
export function checkValue(
  parameter: Pick<Parameter, 'pattern' | 'oneOf' | 'secret'>,
  value: string,
): ValueCheck {
  const { pattern, oneOf, secret } = parameter
  const shown = secret ? 'the value' : `"${value.length > 80 ? `${value.slice(0, 80)}…` : value}"`
  if (value.includes('\0')) return { ok: false, why: 'holds a NUL character' }
  if (value.length > LONGEST) return { ok: false, why: `is longer than ${LONGEST} characters` }
  if (oneOf !== undefined && !oneOf.includes(value)) {
    return { ok: false, why: `${shown} is not one of ${oneOf.join(', ')}` }
  }
  if (pattern !== undefined && !new RegExp(`^(?:${pattern})$`, 'u').test(value)) {
    return { ok: false, why: `${shown} does not match ${pattern}` }
  }
  if (pattern !== undefined || oneOf !== undefined) return { ok: true }
  if (/\p{Control}/u.test(value))
    return { ok: false, why: `${shown} holds a line break or another control character` }
  if (value.startsWith('-')) {
    return {
      ok: false,
      why: `${shown} begins with "-" and would be read as an option; a pattern can allow it`,
    }
  }
  return { ok: true }
}
