import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  lineOf,
  NOTHING_BEFORE,
  parseLine,
  sealLine,
  sealRecord,
  verifyChain,
} from '../../src/journal/seal.ts'
import { AT, anyData, chain, RUN, seed } from './sample.ts'

/** A tool that knows nothing of us. */
const checksum = 'sha256sum || shasum -a 256'

const unsealed = {
  seq: 1,
  at: AT,
  run: RUN,
  by: 'Mara',
  type: 'note',
  data: { text: 'hello', hash: 'decoy' },
}

test('the hash is what sha256sum gives for the line without its hash member', () => {
  const record = sealRecord(unsealed, NOTHING_BEFORE)
  const withoutHash = lineOf(record).replace(/^(.*),"hash":"[0-9a-f]{64}"(,"prev":.*)$/, '$1$2')
  const printed = execFileSync('bash', ['-c', checksum], { input: withoutHash, encoding: 'utf8' })
  expect(printed.split(' ')[0]).toBe(record.hash)
})

test('any record reads back from its line as it was sealed', () => {
  fc.assert(
    fc.property(anyData, fc.string({ unit: 'binary' }), (data, by) => {
      const { record, line } = sealLine({ ...unsealed, by, data }, NOTHING_BEFORE)
      expect(line).toBe(lineOf(record))
      expect(parseLine(Buffer.from(lineOf(record)), 1)).toStrictEqual({ ok: true, record })
    }),
    { seed },
  )
})

test('the record keeps its data when the caller changes his later', () => {
  const data = { items: ['one'] }
  const record = sealRecord({ ...unsealed, data }, NOTHING_BEFORE)
  data.items.push('two')
  expect(record.data).toEqual({ items: ['one'] })
})

test('a time in another form than ISO 8601 with milliseconds and Z is refused', () => {
  for (const at of [
    '2026-11-23 07:14',
    '2026-11-23T07:14:00Z',
    '2026-13-23T07:14:00.000Z',
    '1700000000000',
  ]) {
    expect(() => sealRecord({ ...unsealed, at }, NOTHING_BEFORE), at).toThrow('at: not a time')
  }
})

test('a sound chain verifies and gives its head; it is complete once run.ended seals it', () => {
  const records = chain(5)
  expect(verifyChain(records)).toEqual({
    ok: true,
    head: { seq: 5, hash: records[4]?.hash },
    complete: false,
  })
  const end = sealRecord({ ...unsealed, seq: 6, type: 'run.ended' }, records[4]?.hash ?? '')
  expect(verifyChain([...records, end])).toEqual({
    ok: true,
    head: { seq: 6, hash: end.hash },
    complete: true,
  })
  expect(verifyChain([])).toEqual({ ok: true, head: { seq: 0, hash: NOTHING_BEFORE }, complete: false })
})

test('each way to break a chain is named with the record where it shows', () => {
  const [one, two, three, four, five] = chain(5)
  if (!one || !two || !three || !four || !five) throw new Error('five records were asked for')
  const other = sealRecord({ ...unsealed, seq: 2 }, one.hash)
  const foreign = sealRecord({ ...unsealed, seq: 3, run: 'another' }, two.hash)
  const end = sealRecord({ ...unsealed, seq: 2, type: 'run.ended' }, one.hash)
  const late = sealRecord({ ...unsealed, seq: 3 }, end.hash)
  const broken = [
    { records: [one, { ...two, by: 'Nobody' }, three], kind: 'hash', line: 2 },
    { records: [one, other, three], kind: 'prev', line: 3 },
    { records: [one, two, four, five], kind: 'removed', line: 3 },
    { records: [two, three], kind: 'removed', line: 1 },
    { records: [one, three, two, four], kind: 'reordered', line: 2 },
    { records: [one, two, two, three], kind: 'duplicate', line: 3 },
    { records: [one, two, three, one], kind: 'reordered', line: 4 },
    { records: [one, two, foreign], kind: 'run', line: 3 },
    { records: [one, end, late], kind: 'after-end', line: 3 },
  ]
  for (const { records, kind, line } of broken) {
    expect(verifyChain(records)).toMatchObject({ ok: false, problem: { kind, line } })
  }
})

test('a line that says the same in another form is refused: blanks, order of keys, a doubled key', () => {
  const [record] = chain(1)
  if (!record) throw new Error('a record was asked for')
  const line = lineOf(record)
  const spaced = JSON.stringify(JSON.parse(line), null, 1).replaceAll('\n', '')
  const reversed = JSON.stringify(Object.fromEntries(Object.entries(record).reverse()))
  const doubled = line.replace('{', '{"by":"Eve",')
  for (const altered of [spaced, reversed, doubled]) {
    expect(parseLine(Buffer.from(altered), 1)).toMatchObject({
      ok: false,
      problem: { kind: 'not-canonical', line: 1 },
    })
  }
})

test('bytes that are no UTF-8 are refused, even where they would be read as the character that stood there', () => {
  const sealed = Buffer.from(lineOf(sealRecord({ ...unsealed, data: { text: '\ufffd.' } }, NOTHING_BEFORE)))
  const altered = Buffer.from(sealed)
  altered[sealed.indexOf('\ufffd')] = 0xf1
  expect(altered.toString('utf8')).toBe(sealed.toString('utf8'))
  expect(parseLine(sealed, 1)).toMatchObject({ ok: true })
  expect(parseLine(altered, 1)).toMatchObject({ ok: false, problem: { message: 'line 1 is not UTF-8 text' } })
})
