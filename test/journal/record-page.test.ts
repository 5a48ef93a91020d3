import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { keepOutput } from '../../src/journal/store.ts'
import { entry, journalOf } from './sample.ts'
import { temporaryDirectory } from './temporary.ts'

const page = readFileSync(new URL('../../docs/record.md', import.meta.url), 'utf8')
const byHand = /```sh\n([\s\S]*?)```/.exec(page)?.[1] ?? ''
const tools = spawnSync('bash', ['-c', 'command -v sha256sum jq awk sed']).status === 0

test.skipIf(!tools)(
  'the commands of docs/record.md confirm a journal, and show an altered line and output',
  async () => {
    const directory = join(await temporaryDirectory(), 'run')
    const { sha256, bytes } = await keepOutput(directory, 'image updated\n')
    const notes = Array.from({ length: 6 }, (_, n) =>
      entry('note', { n, decoy: '"hash":"x","prev":"y"', text: 'größer ✓' }),
    )
    const records = await journalOf(directory, [
      ...notes,
      entry('block.ended', { output: { sha256, bytes } }),
    ])
    const run = () =>
      execFileSync('bash', ['-c', byHand], { cwd: directory, encoding: 'utf8' }).trimEnd().split('\n')

    const [computed, stated, ...rest] = run()
    expect(computed).toBe(`${records[6]?.hash}  -`)
    expect(stated).toBe(records[6]?.hash)
    const rows = rest.map((row) => row.split('\t'))
    expect(rows.map(([seq]) => seq)).toEqual(['1', '2', '3', '4', '5', '6', '7'])
    expect(rows.slice(1).map(([, prev]) => prev)).toEqual(rows.slice(0, -1).map(([, , hash]) => hash))

    const path = join(directory, 'journal.jsonl')
    writeFileSync(path, readFileSync(path, 'utf8').replace('"bytes":14', '"bytes":15'))
    writeFileSync(join(directory, 'outputs', sha256), 'image kept\n')
    const [recomputed, ...after] = run()
    expect(recomputed).not.toBe(`${records[6]?.hash}  -`)
    expect(after.at(-1)).toContain(sha256)
  },
)
