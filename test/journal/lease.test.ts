import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, writeFileSync } from 'node:fs'
import { mkdir, readdir } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { leaseHolder, processStart, takeLease } from '../../src/journal/lease.ts'
import { temporaryDirectory } from './temporary.ts'

const taker = fileURLToPath(new URL('lease-taker.ts', import.meta.url))
const since = '2026-11-23T07:14:00.000Z'

interface Taker {
  readonly child: ChildProcess
  readonly answer: { readonly ok: boolean; readonly from?: string; readonly message?: string }
  /** Lets it give the lease back and end, or ends it with a signal. */
  readonly end: (signal?: NodeJS.Signals) => Promise<void>
}

async function startTaker(directory: string, operator: string): Promise<Taker> {
  const child = spawn(process.execPath, [taker, directory, operator], { stdio: ['pipe', 'pipe', 'inherit'] })
  const gone = once(child, 'exit')
  const end = async (signal?: NodeJS.Signals) => {
    if (signal === undefined) child.stdin.end()
    else child.kill(signal)
    await gone
  }
  onTestFinished(() => end('SIGKILL'))
  const [line] = await once(createInterface(child.stdout), 'line')
  return { child, answer: JSON.parse(String(line)), end }
}

test('one process has the lease; another is told who has it since when', async () => {
  const directory = await temporaryDirectory()
  const first = await startTaker(directory, 'Mara')
  expect(first.answer).toEqual({ ok: true })
  const refused = await takeLease(directory, { operator: 'Jo', since })
  if (refused.ok) throw new Error('two processes hold the lease')
  expect(refused.holder).toMatchObject({ operator: 'Mara', pid: first.child.pid, host: hostname(), since })
  expect(refused.message).toContain(
    `driven by Mara (process ${first.child.pid} on ${hostname()}) since ${since}`,
  )
  expect(await leaseHolder(directory)).toMatchObject({ operator: 'Mara' })
})

test('a lease that was given back can be taken again, any number of times', async () => {
  const directory = join(await temporaryDirectory(), 'run')
  for (let round = 1; round <= 3; round += 1) {
    const taken = await takeLease(directory, { operator: 'Mara', since })
    if (!taken.ok) throw new Error(taken.message)
    expect(taken.from).toBeUndefined()
    expect(await takeLease(directory, { operator: 'Jo', since })).toMatchObject({ ok: false })
    await Promise.all([taken.lease.release(since), taken.lease.release(since)])
    expect(await leaseHolder(directory)).toBeUndefined()
    expect(readdirSync(directory)).toEqual([`lease-${round}.json`])
  }
})

test('the lease of a process that was killed is taken over, and it is said from whom', async () => {
  const directory = await temporaryDirectory()
  const first = await startTaker(directory, 'Mara')
  await first.end('SIGKILL')
  expect(await leaseHolder(directory)).toBeUndefined()
  const second = await startTaker(directory, 'Jo')
  expect(second.answer).toEqual({ ok: true, from: 'Mara' })
})

test('of many that find a dead holder at once, exactly one takes over', async () => {
  const directory = await temporaryDirectory()
  const dead = await startTaker(directory, 'Mara')
  await dead.end('SIGKILL')
  const operators = ['A', 'B', 'C', 'D', 'E', 'F']
  const takers = await Promise.all(operators.map((operator) => startTaker(directory, operator)))
  expect(takers.filter(({ answer }) => answer.ok)).toHaveLength(1)
  expect(readdirSync(directory)).toHaveLength(1)
})

test('many that take and give back in one directory never hold it two at a time', async () => {
  const directory = await temporaryDirectory()
  let holding = 0
  let turns = 0
  async function takeTurns() {
    while (turns < 200) {
      const taken = await takeLease(directory, { operator: 'Mara', since })
      if (!taken.ok) continue
      holding += 1
      expect(holding).toBe(1)
      turns += 1
      for (let pause = 0; pause < turns % 7; pause += 1) await readdir(directory)
      expect(holding).toBe(1)
      holding -= 1
      await taken.lease.release(since)
    }
  }
  await Promise.all(Array.from({ length: 6 }, takeTurns))
})

test('a pid that belongs to another process by now does not hold the lease', async () => {
  const directory = await temporaryDirectory()
  const holder = { pid: process.pid, started: 'long ago', host: hostname(), operator: 'Mara', since }
  writeFileSync(join(directory, 'lease-7.json'), JSON.stringify(holder))
  expect(await takeLease(directory, { operator: 'Jo', since })).toMatchObject({
    ok: true,
    from: { operator: 'Mara' },
  })
})

test('the lease of another host is never taken over by itself; nor one that cannot be read', async () => {
  const directory = await temporaryDirectory()
  const holder = { pid: 1, started: '', host: 'elsewhere', operator: 'Mara', since }
  writeFileSync(join(directory, 'lease-1.json'), JSON.stringify(holder))
  const refused = await takeLease(directory, { operator: 'Jo', since })
  expect(!refused.ok && refused.message).toContain('on elsewhere) since')
  expect(!refused.ok && refused.message).toContain('lease-1.json')
  const other = join(directory, 'other')
  await mkdir(other)
  writeFileSync(join(other, 'lease-1.json'), 'scribble')
  expect(await takeLease(other, { operator: 'Jo', since })).toMatchObject({ ok: false })
})

test('a process is told from another by its start, and one that is gone has none', async () => {
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'])
  const gone = once(child, 'exit')
  if (child.pid === undefined) throw new Error('no process')
  const start = await processStart(child.pid)
  expect(start).toBeTruthy()
  expect(start).not.toBe(await processStart(process.pid))
  expect(await processStart(child.pid)).toBe(start)
  child.kill('SIGKILL')
  await gone
  expect(await processStart(child.pid)).toBeUndefined()
})
