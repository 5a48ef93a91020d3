import { appendFileSync, readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createJournal } from '../../src/journal/journal.ts'
import {
  keepOutput,
  listRuns,
  outputsNamed,
  readOutput,
  runDirectory,
  runId,
  stateDirectory,
  verifyOutputs,
} from '../../src/journal/store.ts'
import { entry } from './sample.ts'
import { temporaryDirectory } from './temporary.ts'

test('the state directory is HANDRAIL_STATE_DIR, else under XDG_STATE_HOME, else under ~/.local/state', () => {
  expect(stateDirectory({ HANDRAIL_STATE_DIR: '/s', XDG_STATE_HOME: '/x', HOME: '/h' })).toBe('/s')
  expect(stateDirectory({ HANDRAIL_STATE_DIR: '', XDG_STATE_HOME: '/x', HOME: '/h' })).toBe('/x/handrail')
  expect(stateDirectory({ XDG_STATE_HOME: 'relative', HOME: '/h' })).toBe('/h/.local/state/handrail')
})

test('a run id says when and what, sorts by time and is a directory of its own', () => {
  const now = Date.UTC(2026, 10, 23, 7, 14, 59)
  expect(runId(now, 'deploy', () => 0)).toBe('2026-11-23-0714-deploy-bbbb')
  expect(runId(now, 'deploy', () => 0.999999)).toBe('2026-11-23-0714-deploy-9999')
  expect(runId(now, 'Größe: ../../etc', () => 0)).toBe('2026-11-23-0714-gr-e-etc-bbbb')
  expect(runId(now, '///', () => 0)).toBe('2026-11-23-0714-run-bbbb')
  expect(runDirectory('/s', runId(now, 'a-very-long-name-of-a-runbook', Math.random))).toMatch(
    /^\/s\/runs\/2026/,
  )
  for (const run of ['..', '.hidden', 'a/b', '', 'a\0b', '-rf']) {
    expect(() => runDirectory('/s', run), run).toThrow("is no run's id")
  }
})

test('runs are listed newest first from both ends of their journals, torn and broken ones too', async () => {
  const state = join(await temporaryDirectory(), 'state')
  expect(await listRuns(state)).toEqual([])
  for (const [run, day] of [
    ['b-second', '02'],
    ['a-third', '03'],
    ['c-first', '01'],
  ] as const) {
    const journal = await createJournal(runDirectory(state, run), { run })
    const at = `2026-11-${day}T07:14:00.000Z`
    await journal.append({ ...entry('run.opened'), at })
    // Longer than what is read from the end at once, so that it has to reach back further.
    for (let n = 0; n < 5; n += 1)
      await journal.append({ ...entry('note', { n, text: 'ß'.repeat(9000) }), at })
    await journal.close()
  }
  appendFileSync(join(runDirectory(state, 'b-second'), 'journal.jsonl'), '{"torn')
  await mkdir(runDirectory(state, 'd-empty'))
  const runs = await listRuns(state)
  expect(runs.map(({ run, first, last }) => [run, first?.type, last?.data.n])).toEqual([
    ['d-empty', undefined, undefined],
    ['a-third', 'run.opened', 4],
    ['b-second', 'run.opened', 4],
    ['c-first', 'run.opened', 4],
  ])
  expect(runs[0]?.problem).toContain('ENOENT')
  truncateSync(join(runDirectory(state, 'a-third'), 'journal.jsonl'), 40)
  writeFileSync(join(runDirectory(state, 'c-first'), 'journal.jsonl'), 'not a journal\n')
  const again = await listRuns(state)
  expect(again.find(({ run }) => run === 'a-third')).toEqual({
    run: 'a-third',
    directory: runDirectory(state, 'a-third'),
  })
  expect(again.find(({ run }) => run === 'c-first')?.problem).toBe('line 1 is not JSON')
})

test('an output is kept once under its hash, whole, for its owner alone', async () => {
  const directory = join(await temporaryDirectory(), 'run')
  const text = 'deployment.apps/api-green image updated ✓\n'
  const [kept, same] = await Promise.all([keepOutput(directory, text), keepOutput(directory, text)])
  expect(same).toEqual(kept)
  expect(kept.bytes).toBe(Buffer.byteLength(text))
  expect(readdirSync(join(directory, 'outputs'))).toEqual([kept.sha256])
  expect(statSync(join(directory, 'outputs', kept.sha256)).mode & 0o777).toBe(0o600)
  expect(await readOutput(directory, kept)).toBe(text)
  expect(await keepOutput(directory, '')).toMatchObject({ bytes: 0 })
})

test('an output that was altered is found, and the same text kept again puts it right', async () => {
  const directory = join(await temporaryDirectory(), 'run')
  const kept = await keepOutput(directory, 'one')
  const gone = await keepOutput(directory, 'two')
  const fine = await keepOutput(directory, 'three')
  writeFileSync(join(directory, 'outputs', kept.sha256), 'ONE')
  await rm(join(directory, 'outputs', gone.sha256))
  const longer = { ...fine, bytes: fine.bytes + 1 }
  expect(await verifyOutputs(directory, [kept, gone, fine, fine, longer])).toEqual({
    ok: 1,
    missing: [gone.sha256],
    altered: [kept.sha256, fine.sha256],
  })
  await expect(readOutput(directory, kept)).rejects.toThrow('was altered')
  await keepOutput(directory, 'one')
  expect(await readOutput(directory, kept)).toBe('one')
})

test('the outputs that a record names are found wherever they stand in its data', () => {
  const output = { sha256: 'a'.repeat(64), bytes: 3 }
  const data = {
    output: { ...output, printed: 9 },
    list: [{ output }],
    runbook: output,
    other: { output: 'text' },
  }
  expect(outputsNamed(data)).toEqual([output, output])
})
