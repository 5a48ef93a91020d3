/** What a block printed, within bounds: the first bytes, the last bytes, and how much lay between. */
import { grouped } from './grouped.ts'
import { countNewlines } from './newlines.ts'

export interface TranscriptLimits {
  readonly headBytes: number
  readonly tailBytes: number
}

export interface Transcript {
  /** Takes the next bytes; they are copied. */
  readonly append: (bytes: Uint8Array) => void
  /** How many bytes and line feeds were appended so far, kept or not. */
  readonly bytes: () => number
  readonly newlines: () => number
  /** The bytes from one place to another, as far as they are kept: the last `tailBytes` always are. */
  readonly slice: (from: number, to: number) => Buffer
  /**
   * All that is kept, as text. Where something was left out, a line in its place says how many bytes and lines; the
   * cut is made at line ends where there is one near it.
   * @param mask cleans and masks; it is given whole lines
   */
  readonly text: (mask: (lines: string) => string) => string
}

/** A cut looks for a line end within this many bytes; a longer line is cut in its middle. */
const cutReach = 64 * 1024

/** A secret that a cut went through can't be recognized any more, so this much beside such a cut is left out too. */
const unsafeCharacters = 1_024

/** Memory is taken in steps, so that a block of ten lines doesn't cost what one of a million does. */
const firstStep = 16 * 1024

export function createTranscript(limits: TranscriptLimits): Transcript {
  let head: Buffer = Buffer.alloc(0)
  /** A ring: a byte that came after the head lies at its place modulo the ring's length. */
  let tail: Buffer = Buffer.alloc(0)
  let headLength = 0
  let size = 0
  let newlines = 0

  function appendToHead(bytes: Uint8Array) {
    if (headLength + bytes.length > head.length)
      head = grown(head, headLength + bytes.length, limits.headBytes)
    head.set(bytes, headLength)
    headLength += bytes.length
    size += bytes.length
  }

  function appendToTail(bytes: Uint8Array) {
    const end = size - headLength + bytes.length
    if (end > tail.length && tail.length < limits.tailBytes) tail = grown(tail, end, limits.tailBytes)
    const kept = bytes.subarray(Math.max(0, bytes.length - tail.length))
    const at = (end - kept.length) % tail.length
    const first = Math.min(kept.length, tail.length - at)
    tail.set(kept.subarray(0, first), at)
    tail.set(kept.subarray(first), 0)
    size += bytes.length
  }

  function append(bytes: Uint8Array) {
    newlines += countNewlines(bytes)
    const room = Math.max(0, limits.headBytes - size)
    if (room > 0) appendToHead(bytes.subarray(0, room))
    if (bytes.length > room) appendToTail(bytes.subarray(room))
  }

  function slice(from: number, to: number): Buffer {
    const parts: Uint8Array[] = []
    if (from < headLength) parts.push(head.subarray(from, Math.min(to, headLength)))
    const start = Math.max(from, headLength, size - tail.length)
    if (start < to) {
      const at = (start - headLength) % tail.length
      const length = to - start
      parts.push(tail.subarray(at, Math.min(at + length, tail.length)))
      parts.push(tail.subarray(0, Math.max(0, at + length - tail.length)))
    }
    return Buffer.concat(parts)
  }

  function text(mask: (lines: string) => string): string {
    const tailStart = Math.max(headLength, size - tail.length)
    if (tailStart === headLength) return mask(decode(slice(0, size)))
    const first = headUpToLineEnd(slice(0, headLength))
    const last = tailFromLineStart(slice(tailStart, size))
    const bytes = size - first.bytes.length - last.bytes.length
    const lines = newlines - countNewlines(first.bytes) - countNewlines(last.bytes)
    const before = first.whole
      ? mask(decode(first.bytes))
      : `${mask(decode(first.bytes)).slice(0, -unsafeCharacters)}\n`
    const after = last.whole ? mask(decode(last.bytes)) : mask(decode(last.bytes)).slice(unsafeCharacters)
    return `${before}… ${grouped(bytes)} bytes (${grouped(lines)} lines) are left out here …\n${after}`
  }

  return { append, bytes: () => size, newlines: () => newlines, slice, text }
}

/** The same bytes with room for `wanted`, or for `most` when that is less. */
function grown(buffer: Buffer, wanted: number, most: number): Buffer {
  let length = Math.max(firstStep, buffer.length)
  while (length < wanted) length *= 2
  const larger = Buffer.alloc(Math.min(length, most))
  buffer.copy(larger)
  return larger
}

interface Cut {
  readonly bytes: Buffer
  /** The cut fell on a line end. */
  readonly whole: boolean
}

function headUpToLineEnd(bytes: Buffer): Cut {
  const end = bytes.lastIndexOf(10) + 1
  return end > 0 && bytes.length - end <= cutReach
    ? { bytes: bytes.subarray(0, end), whole: true }
    : { bytes, whole: false }
}

function tailFromLineStart(bytes: Buffer): Cut {
  const start = bytes.indexOf(10) + 1
  return start > 0 && start <= cutReach
    ? { bytes: bytes.subarray(start), whole: true }
    : { bytes, whole: false }
}

function decode(bytes: Buffer): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
}
