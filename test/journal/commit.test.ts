import { execFileSync } from 'node:child_process'
import { closeSync, constants, fsyncSync, openSync, readFileSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createCommitter, JournalBroken } from '../../src/journal/commit.ts'
import { temporaryDirectory } from './temporary.ts'

const makePipe = 'mkfifo "$1"'

function opened(path: string, flags: number): number {
  const descriptor = openSync(path, flags)
  onTestFinished(() => closeSync(descriptor))
  return descriptor
}

test('lines that are committed at once stand in call order', async () => {
  const path = join(await temporaryDirectory(), 'file')
  const committer = createCommitter(
    opened(path, constants.O_CREAT | constants.O_APPEND | constants.O_WRONLY),
    path,
  )
  await Promise.all(Array.from({ length: 200 }, (_, index) => committer.commit(String(index))))
  expect(readFileSync(path, 'utf8')).toBe(Array.from({ length: 200 }, (_, index) => `${index}\n`).join(''))
})

test.skipIf(process.platform !== 'linux')(
  'a full disk breaks it for good: nothing later is taken for written',
  async () => {
    const committer = createCommitter(opened('/dev/full', constants.O_WRONLY), 'the file')
    const results = await Promise.allSettled([committer.commit('one'), committer.commit('two')])
    for (const result of results) {
      expect(result).toMatchObject({ status: 'rejected', reason: { name: 'JournalBroken', exitCode: 6 } })
    }
    expect(committer.broken()?.message).toContain('ENOSPC')
    await expect(committer.commit('three')).rejects.toBeInstanceOf(JournalBroken)
  },
)

test.skipIf(process.platform !== 'linux')(
  'a write that succeeds and an fsync that fails is a failure, and is not tried again',
  async () => {
    const path = join(await temporaryDirectory(), 'pipe')
    execFileSync('bash', ['-c', makePipe, 'bash', path])
    // A pipe takes writes, and can't be synced: a real failing fsync.
    const descriptor = opened(path, constants.O_RDWR)
    expect(() => fsyncSync(descriptor)).toThrow('EINVAL')
    const committer = createCommitter(descriptor, 'the file')
    await expect(committer.commit('one')).rejects.toThrow('EINVAL')
    await expect(committer.commit('two')).rejects.toThrow('EINVAL')
    await committer.idle()
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    onTestFinished(() => closeSync(reader))
    const buffer = Buffer.alloc(64)
    expect(buffer.toString('utf8', 0, readSync(reader, buffer))).toBe('one\n')
  },
)
