/** The few forms of DER (ITU-T X.690) that a certificate is made of. */
import { Buffer } from 'node:buffer'

function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content
  if (length < 128) return Buffer.concat([Buffer.from([tag, length]), content])
  const bytes = length < 256 ? [length] : [length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, 0x80 | bytes.length, ...bytes]), content])
}

/** A list of parts in order. */
export const sequence = (...parts: readonly Buffer[]) => tagged(0x30, Buffer.concat(parts))
/** A list of parts whose order means nothing. */
export const set = (...parts: readonly Buffer[]) => tagged(0x31, Buffer.concat(parts))
/** True or false. */
export const boolean = (value: boolean) => tagged(0x01, Buffer.from([value ? 0xff : 0]))
/** Bytes, often of another DER form. */
export const octetString = (content: Buffer) => tagged(0x04, content)
/** Text. */
export const utf8String = (text: string) => tagged(0x0c, Buffer.from(text))

/** A whole number from its bytes, most significant first; never negative. */
export function integer(bytes: Buffer): Buffer {
  const first = bytes[0] ?? 0
  return tagged(0x02, first & 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes)
}

/** A bit string whose last byte has that many bits unused. */
export function bitString(content: Buffer, unused = 0): Buffer {
  return tagged(0x03, Buffer.concat([Buffer.from([unused]), content]))
}

/** An object identifier from its dotted text, such as `2.5.29.17`. */
export function identifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  const bytes = [first * 40 + second]
  for (const part of rest) {
    const digits = [part & 0x7f]
    for (let left = part >> 7; left > 0; left >>= 7) digits.unshift((left & 0x7f) | 0x80)
    bytes.push(...digits)
  }
  return tagged(0x06, Buffer.from(bytes))
}

/** A time in UTC with whole seconds; milliseconds since 1970, years 1950 to 2049. */
export function utcTime(milliseconds: number): Buffer {
  const text = new Date(milliseconds)
    .toISOString()
    .replace(/[-:T]|\.\d+/g, '')
    .slice(2)
  return tagged(0x17, Buffer.from(text))
}

/** The tag `[number]` around another form. */
export const explicit = (number: number, content: Buffer) => tagged(0xa0 | number, content)
/** The tag `[number]` in place of a primitive form's own. */
export const implicit = (number: number, content: Buffer) => tagged(0x80 | number, content)
