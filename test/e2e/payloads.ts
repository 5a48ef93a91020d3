/** Control sequences that somebody may have put into a name, a log or an answer, and what a terminal may be sent of them. */
import { expect } from 'vitest'
import { isLong } from '../long.ts'
import type { Terminal } from './terminal.ts'

/** Each kind of sequence, with what is between its introducer and its end; in 7-bit and in 8-bit form. */
const introducers = [
  '\u001b[',
  '\u009b',
  '\u001b]',
  '\u009d',
  '\u001bP',
  '\u0090',
  '\u001b_',
  '\u009f',
  '\u001b^',
  '\u001bX',
  '\u001bk',
]
const bodies = [
  '2J',
  '?1049l',
  '?25l',
  '31m',
  '5;5H',
  '21t',
  '6n',
  '>c',
  '0;owned',
  '52;c;cm0gLXJmIC8=',
  '8;;http://evil.example',
  '1337;File=:AAAA',
  '777;notify;a;b',
  '$qm',
  'Gf=100;AAAA',
  '1;2"q',
  '?2004l',
  '!p',
  '4;1;rgb:ff/00/00',
]
const ends = ['', '\u0007', '\u001b\\', '\u009c']
const singles = [
  '\u001bc',
  '\u001b7',
  '\u001b8',
  '\u001bM',
  '\u001b(0',
  '\u001b#8',
  '\u0007',
  '\u0008',
  '\u000e',
  '\u0085',
  '\u008d',
  '\u202e',
  '\u2066',
  '\u0000',
  '\u007f',
  '\r',
]
const payloads: readonly string[] = [
  ...singles,
  ...introducers.flatMap((introducer, one) =>
    bodies.map((body, two) => `${introducer}${body}${ends[(one + two) % ends.length] ?? ''}`),
  ),
  ...bodies.flatMap((body) => [
    `\u001b\u001b[${body}`,
    `\u001b[${body}\u001b[${body}`,
    `\r\u001b[${body}\u0007`,
    `\u009b\u001b]${body}\u0007`,
  ]),
].slice(0, 300)
/** A tenth of them, of each kind as many, when there is no time for all. */
export const chosen: readonly string[] = isLong ? payloads : payloads.filter((_, index) => index % 10 === 0)

/** What a program that draws has to write: moves, erasures and colors of its own, its modes, and nothing with a string in it. */
const ours =
  /\u001b\[(?:\d+(?:;\d+)*)?[A-HJKfm]|\u001b\[\?(?:25|1049|2004|2026|1)[hl]|\u001b[=>]|\u001b\[>4;[01]m/g
const steering = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/

/** Holds every byte that a terminal was sent against what may steer it: nothing but what the program itself draws with. */
export function expectInert(terminal: Terminal): void {
  // What was read last may end within a sequence.
  const raw = terminal.raw().replace(/\u001b(?:\[[\d;?>]*)?$/, '')
  const left = raw.replace(ours, '')
  const at = left.search(steering)
  expect(at === -1 ? '' : JSON.stringify(left.slice(Math.max(0, at - 60), at + 60))).toBe('')
  expect(payloads.filter((payload) => leaks(raw, payload))).toEqual([])
  // The words of a payload reach the screen or not; they never do so as a title, a clipboard, a picture.
  expect(left).not.toMatch(/[\u001b\u0080-\u009f][^\u001b]{0,3}(?:owned|cm0gLXJm|evil)/)
}

/** What is drawn with too, such as a color, is known for a payload by the angle bracket before or behind it. */
function leaks(raw: string, payload: string): boolean {
  if (payload.replace(ours, '') !== '') return payload.length > 3 && raw.includes(payload)
  return raw.includes(`<${payload}`) || raw.includes(`${payload}>`)
}

/** A payload that is sent in two parts, the first of so many bytes; and the number that its marks bear. */
export interface Parted {
  readonly payload: string
  readonly at: number
  readonly number: number
}

/** A payload as JSON can carry it: what must be escaped there is, the rest travels as it is. */
function inJson(payload: string): Buffer {
  return Buffer.from(JSON.stringify(payload).slice(1, -1))
}

/** Each chosen payload once for each of its bytes at which it can be parted; a third of that when there is no time. */
export const parted: readonly Parted[] = chosen
  .flatMap((payload) =>
    Array.from({ length: Math.max(1, inJson(payload).length - 1) }, (_, byte) => ({ payload, at: byte + 1 })),
  )
  .filter((_, index) => isLong || index % 3 === 0)
  .map((each, number) => ({ ...each, number }))

/** What stands behind the payload: a person must still read it. */
export function mark(field: string, { number }: Pick<Parted, 'number'>): string {
  return `>${field}${number}.`
}

/** What stands before the payload. */
export function opening(field: string, { number }: Pick<Parted, 'number'>): string {
  return `${field}${number}<`
}

/** A text with a payload between its two marks. */
export function marked(field: string, each: Pick<Parted, 'payload' | 'number'>): string {
  return `${opening(field, each)}${each.payload}${mark(field, each)}`
}

/** The marks on both sides of a payload: it may hide one of them, as a backspace does, and never both. */
export function eitherSide(field: string, each: Pick<Parted, 'number'>): readonly string[] {
  return [opening(field, each), mark(field, each)]
}

/** JSON in the pieces that it is to be sent in: cut within each marked payload, after so many bytes as it is parted at. */
export function pieces(value: unknown, within: readonly Parted[]): readonly Buffer[] {
  const json = Buffer.from(JSON.stringify(value))
  const cuts = within.flatMap((each) =>
    [...fields].flatMap((field) => {
      const text = Buffer.concat([Buffer.from(opening(field, each)), inJson(each.payload)])
      const found = json.indexOf(text)
      return found < 0 ? [] : [found + Buffer.byteLength(opening(field, each)) + each.at]
    }),
  )
  const sorted = [0, ...cuts.toSorted((a, b) => a - b), json.length]
  return sorted.slice(1).map((end, piece) => json.subarray(sorted[piece], end))
}

/** The letters that name the fields, so that each mark on a screen tells where it came from. */
const fields = 'abcdefghijklmnopqrstuvwxyz'

/** Waits until the screen shows all the marks, or one of those that stand together: what bears the payloads has been drawn. */
export async function seeAll(
  terminal: Terminal,
  marks: readonly (string | readonly string[])[],
): Promise<void> {
  const missing = () => {
    // A mark may be broken over two rows, and a color is written in capitals.
    const seen = terminal
      .screen()
      .map((row) => row.trim())
      .join('')
      .toLowerCase()
    return marks.filter((each) => ![each].flat().some((one) => seen.includes(one)))
  }
  await expect.poll(missing).toEqual([])
}

/** As many payloads together, each in angle brackets, as stay below so many characters. */
export function packed(all: readonly string[], length: number): readonly string[] {
  const packs: string[] = []
  let pack = ''
  for (const text of all.map((payload) => `<${payload}>`)) {
    if (pack !== '' && pack.length + text.length > length) {
      packs.push(pack)
      pack = ''
    }
    pack += text
  }
  return pack === '' ? packs : [...packs, pack]
}

/** In groups of so many, the last one of fewer. */
export function grouped<T>(all: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, group) =>
    all.slice(group * size, (group + 1) * size),
  )
}
