import { expect, test } from 'vitest'
import { inJson } from '../../src/commands/say.ts'

test('JSON for a terminal escapes what could steer it, and reads back as it was', () => {
  const value = { name: 'a\u009b2Jb\u202ec\u007f\u2028', tag: '\u{e0041}', plain: 'größe ✓ 東' }
  const json = inJson(value)
  expect(json).toBe(
    '{"name":"a\\u009b2Jb\\u202ec\\u007f\\u2028","tag":"\\udb40\\udc41","plain":"größe ✓ 東"}',
  )
  expect(JSON.parse(json)).toEqual(value)
})
