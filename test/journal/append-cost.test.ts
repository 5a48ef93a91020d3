import { fdatasyncSync, writeSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createJournal } from '../../src/journal/journal.ts'
import { lineOf } from '../../src/journal/seal.ts'
import { entry, RUN } from './sample.ts'
import { temporaryDirectory } from './temporary.ts'

/** Milliseconds that each of the works takes, by turns, so that whatever else the machine does hits all alike. */
async function medians(rounds: number, works: readonly (() => Promise<unknown>)[]): Promise<number[]> {
  const times = works.map((): number[] => [])
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, work] of works.entries()) {
      const start = performance.now()
      await work()
      times[index]?.push(performance.now() - start)
    }
  }
  return times.map((all) => all.sort((one, other) => one - other)[all.length >> 1] ?? 0)
}

test('an append costs little more than the bare write and fdatasync of the same bytes', async () => {
  const directory = await temporaryDirectory()
  const journal = await createJournal(join(directory, 'run'), { run: RUN })
  const bare = await open(join(directory, 'bare'), 'a')
  const source = 'kubectl set image "deployment/api-$IDLE" "api=$IMAGE" -n "$NAMESPACE"\n'
  const started = entry('block.started', {
    step: 'ship',
    role: 'command',
    attempt: 1,
    effect: 'change',
    source,
  })
  const line = Buffer.from(`${lineOf(await journal.append(started))}\n`)
  const works = [
    () => journal.append(started),
    async () => {
      await bare.write(line)
      await bare.datasync()
    },
    async () => {
      writeSync(bare.fd, line)
      fdatasyncSync(bare.fd)
    },
  ]
  await medians(50, works)
  const [append = 0, written = 0, blocking = 0] = await medians(500, works)
  await journal.close()
  await bare.close()
  const ms = (time: number) => `${time.toFixed(3)} ms`
  console.log(
    `append ${ms(append)}, bare write + fdatasync ${ms(written)} (ratio ${(append / written).toFixed(2)}), ` +
      `the same blocking the event loop ${ms(blocking)} (ratio ${(append / blocking).toFixed(2)})`,
  )
  // The aim is 1.3, which bench/ watches on a quiet machine; this catches a second fsync or a hop too many.
  expect(append / written).toBeLessThan(2)
})
