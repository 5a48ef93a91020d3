/** Lines for a person or a program. What they quote of a cluster, an account or a file can't steer the terminal. */
import { clean } from '../shell/clean.ts'

/** On standard output. */
export function say(text: string): void {
  process.stdout.write(clean(text))
}

/** On standard error: what is not the answer itself. */
export function warn(text: string): void {
  process.stderr.write(clean(text))
}

/** A line of JSON on standard output. */
export function sayJson(value: unknown): void {
  process.stdout.write(`${inJson(value)}\n`)
}

/** DEL, C1, format (bidi) and line-separator characters, which JSON may hold as they are. */
const steering = /[\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}]/gu

/** JSON in which what could steer a terminal is escaped: whoever parses it has the value as it was. */
export function inJson(value: unknown): string {
  return JSON.stringify(value).replace(steering, escaped)
}

/** As `\\u009b`; what lies beyond U+FFFF is two of them. */
function escaped(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('')
}
