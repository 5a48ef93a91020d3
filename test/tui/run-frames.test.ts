/** The run screen at each stage of a run, kept under frames/ for people to read and approve. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { frameOf, misfits, sizes, text } from './frames.ts'
import { scenes } from './run-scenes.ts'

describe.each(sizes)('at %i×%i', (columns, rows) => {
  test.each(scenes)('$name reads as it was approved', async ({ name, run, shot }) => {
    const { lines } = frameOf(run(), columns, rows, shot)
    expect(misfits(lines, columns, rows)).toEqual([])
    await expect(text(lines)).toMatchFileSnapshot(`frames/${name}-${columns}x${rows}.txt`)
  })
})

test('every stage fills a terminal of any size exactly', () => {
  const staged = scenes.map(({ name, run, shot }) => ({ name, run: run(), shot }))
  const size = { columns: fc.integer({ min: 40, max: 300 }), rows: fc.integer({ min: 10, max: 100 }) }
  fc.assert(
    fc.property(fc.constantFrom(...staged), fc.record(size), ({ run, shot }, { columns, rows }) => {
      expect(misfits(frameOf(run, columns, rows, shot).lines, columns, rows)).toEqual([])
    }),
  )
})

test('a terminal without UTF-8 gets nothing but ASCII, at every stage', () => {
  for (const { name, run, shot } of scenes) {
    for (const [columns, rows] of sizes) {
      const { lines } = frameOf(run(), columns, rows, { ...shot, theme: { ascii: true, palette: {} } })
      expect(text(lines), name).toMatch(/^[\x20-\x7e\n]*$/)
    }
  }
})
