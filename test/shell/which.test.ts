import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { which } from '../../src/shell/which.ts'
import { shellWords } from '../../src/shell/words.ts'

const directory = mkdtempSync(join(tmpdir(), 'which-test-'))
afterAll(() => rmSync(directory, { recursive: true }))

test('a tool is the first file on the PATH that may be run', () => {
  for (const name of ['a', 'b', 'c', 'd']) mkdirSync(join(directory, name))
  mkdirSync(join(directory, 'a', 'tool'))
  writeFileSync(join(directory, 'b', 'tool'), '')
  for (const name of ['c', 'd']) {
    writeFileSync(join(directory, name, 'tool'), '')
    chmodSync(join(directory, name, 'tool'), 0o755)
  }
  const path = ['a', 'b', 'nowhere', 'c', 'd'].map((name) => join(directory, name)).join(':')
  expect(which('tool', path)).toBe(join(directory, 'c', 'tool'))
  expect(which('tool', path, join(directory, 'c'))).toBe(join(directory, 'd', 'tool'))
  expect(which('other', path)).toBeUndefined()
  expect(which('tool', '')).toBeUndefined()
  symlinkSync(join(directory, 'c'), join(directory, 'again'))
  expect(which('tool', join(directory, 'again'), join(directory, 'c'))).toBeUndefined()
})

test('words are written so that a shell reads the same words back', () => {
  const words = ['kubectl', '', 'a b', "it's", '$HOME', '`id`', '*', '-n', 'a"b', 'new\nline', '\\']
  const read = execFileSync('sh', ['-c', `printf '%s\\0' ${shellWords(words)}`], { encoding: 'utf8' })
  expect(read.split('\0').slice(0, -1)).toEqual(words)
})
