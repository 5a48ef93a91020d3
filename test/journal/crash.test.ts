import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { readJournal } from '../../src/journal/read.ts'
import { RUN, randomFrom, seed } from './sample.ts'
import { temporaryDirectory } from './temporary.ts'

const appender = fileURLToPath(new URL('appender.ts', import.meta.url))

/** Lets a process append and kills it some microseconds after it has reported that many appends; gives what it reported. */
async function appendUntilKilled(
  directory: string,
  reports: number,
  pauseMs: number,
): Promise<Map<number, string>> {
  const child = spawn(process.execPath, [appender, directory, RUN], { stdio: ['ignore', 'pipe', 'inherit'] })
  const gone = once(child, 'exit')
  const reported = new Map<number, string>()
  for await (const line of createInterface(child.stdout)) {
    const [seq = '', hash = ''] = line.split(' ')
    reported.set(Number(seq), hash)
    if (reported.size === reports) {
      const until = performance.now() + pauseMs
      while (performance.now() < until);
      child.kill('SIGKILL')
    }
  }
  expect(await gone).toEqual([null, 'SIGKILL'])
  return reported
}

test(`a writer killed with SIGKILL at any moment leaves a journal that opens and goes on, with every record that it had reported (seed ${seed})`, async () => {
  const random = randomFrom(seed)
  const directory = join(await temporaryDirectory(), 'run')
  const reported = new Map<number, string>()
  for (let round = 0; round < 12; round += 1) {
    const more = await appendUntilKilled(directory, 1 + Math.floor(random() * 120), random() * 3)
    for (const [seq, hash] of more) reported.set(seq, hash)
    const reading = await readJournal(directory)
    if (!reading.ok) throw new Error(reading.problem.message)
    const hashes = new Map(reading.records.map(({ seq, hash }) => [seq, hash]))
    for (const [seq, hash] of reported) expect(hashes.get(seq), `record ${seq}`).toBe(hash)
  }
})
