import { readFileSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { verifyRun } from '../../src/journal/audit.ts'
import { sealRecord } from '../../src/journal/seal.ts'
import { keepOutput } from '../../src/journal/store.ts'
import { entry, journalOf, RUN } from './sample.ts'
import { temporaryDirectory } from './temporary.ts'

async function endedRun() {
  const directory = join(await temporaryDirectory(), 'run')
  const output = await keepOutput(directory, 'image updated\n')
  const records = await journalOf(directory, [
    entry('run.opened'),
    entry('block.ended', { output: { ...output } }),
    entry('run.ended'),
  ])
  return {
    directory,
    path: join(directory, 'journal.jsonl'),
    output,
    head: { seq: 3, hash: records[2]?.hash ?? '' },
  }
}

test('a run that ended verifies as complete, with the head to note down', async () => {
  const { directory, head } = await endedRun()
  const outputs = { ok: 1, missing: [], altered: [] }
  expect(await verifyRun(directory)).toEqual({
    run: RUN,
    status: 'complete',
    records: 3,
    head,
    outputs,
    sound: true,
  })
  expect(await verifyRun(directory, head)).toMatchObject({ status: 'complete', sound: true })
})

test('an end that was cut off leaves the run open, and the head that was noted down shows it', async () => {
  const { directory, path, head } = await endedRun()
  const lines = readFileSync(path, 'utf8').split('\n')
  writeFileSync(path, `${lines.slice(0, 2).join('\n')}\n`)
  expect(await verifyRun(directory)).toMatchObject({ status: 'open', records: 2, sound: true })
  const verified = await verifyRun(directory, head)
  expect(verified).toMatchObject({ status: 'altered', sound: false, problem: { kind: 'removed', line: 3 } })
  expect(verified.problem?.message).toContain('its end was cut off')
})

test('a chain written anew fits in itself, but not the head that was noted down', async () => {
  const { directory, path, head } = await endedRun()
  let prev = '0'.repeat(64)
  const lines = ['run.opened', 'note', 'run.ended'].map((type, index) => {
    const record = sealRecord({ ...entry(type), seq: index + 1, run: RUN }, prev)
    prev = record.hash
    return JSON.stringify(Object.fromEntries(Object.entries(record).sort()))
  })
  writeFileSync(path, `${lines.join('\n')}\n`)
  expect(await verifyRun(directory)).toMatchObject({ status: 'complete', sound: true })
  expect(await verifyRun(directory, head)).toMatchObject({
    status: 'altered',
    problem: { kind: 'hash', seq: 3 },
  })
})

test('an altered record, a torn line, an output that is gone: each is said for what it is', async () => {
  const { directory, path, output } = await endedRun()
  const whole = readFileSync(path, 'utf8')
  writeFileSync(path, whole.replace('"by":"Mara"', '"by":"Nona"'))
  expect(await verifyRun(directory)).toMatchObject({
    status: 'altered',
    records: 0,
    problem: { kind: 'hash', line: 1 },
  })
  writeFileSync(path, whole.slice(0, -20))
  expect(await verifyRun(directory)).toMatchObject({ status: 'torn', records: 2, sound: true })
  writeFileSync(path, whole)
  await rm(join(directory, 'outputs', output.sha256))
  const verified = await verifyRun(directory)
  expect(verified).toMatchObject({
    status: 'complete',
    sound: false,
    outputs: { ok: 0, missing: [output.sha256] },
  })
  expect(await verifyRun(join(directory, 'none'))).toMatchObject({
    run: 'none',
    status: 'missing',
    sound: false,
  })
})
