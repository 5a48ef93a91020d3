/** How many lines are in a lot of bytes, without looking at one of them. */

const everyByte = 0x01010101
const lowBits = 0x7f7f7f7f
const lineFeeds = 0x0a0a0a0a
/** A byte-wide counter overflows at 256. */
const roundsBeforeSum = 255

/**
 * The number of line feeds, four bytes at a time (the zero-byte test of Warren, Hacker's Delight, 6-1): a block that
 * prints 500 MB of short lines has them counted in the time that it takes to pipe them, where `indexOf` a line takes
 * many times that.
 */
export function countNewlines(bytes: Uint8Array): number {
  let count = 0
  let at = 0
  const end = bytes.length
  while (at < end && (bytes.byteOffset + at) % 4 !== 0) if (bytes[at++] === 10) count++
  if (at === end) return count
  const words = new Int32Array(bytes.buffer, bytes.byteOffset + at, (end - at) >> 2)
  const total = words.length
  let index = 0
  while (index < total) {
    const stop = Math.min(total, index + roundsBeforeSum)
    let columns = 0
    for (; index < stop; index++) {
      const word = (words[index] ?? 0) ^ lineFeeds
      columns = (columns + ((~(((word & lowBits) + lowBits) | word | lowBits) >>> 7) & everyByte)) | 0
    }
    count += (columns & 0xff) + ((columns >>> 8) & 0xff) + ((columns >>> 16) & 0xff) + (columns >>> 24)
  }
  for (at += total * 4; at < end; at++) if (bytes[at] === 10) count++
  return count
}
