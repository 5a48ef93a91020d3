/** A block that prints 500 MB, against `cat` of the same through a pipe; and the memory that it takes. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startBlock } from '../src/shell/run-block.ts'
import { type Figure, inTurn } from './figures.ts'

const ROUNDS = 3
const BYTES = 500 * 1024 * 1024
const LINE = `${'x'.repeat(60)} api-green-6c9f7 GET /healthz 200 3ms\n`

export async function blockOutput(): Promise<Figure> {
  const folder = mkdtempSync(join(tmpdir(), 'handrail-bench-'))
  try {
    const file = join(folder, 'printed')
    await fill(file)
    let peak = 0
    const watch = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage.rss())
    }, 20)
    const measured = await inTurn(
      ROUNDS,
      () => block(file, folder),
      () => cat(file),
    )
    clearInterval(watch)
    return {
      what: 'a block that prints 500 MB',
      against: 'cat of the same through a pipe',
      ...measured,
      aim: 3,
      note: `peak memory of the whole process ${(peak / 1024 / 1024).toFixed(0)} MB (aim: under 200 MB)`,
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function fill(path: string): Promise<void> {
  const file = await open(path, 'w')
  const chunk = Buffer.from(LINE.repeat(Math.ceil((1024 * 1024) / LINE.length)))
  for (let written = 0; written < BYTES; written += chunk.length) await file.write(chunk)
  await file.close()
}

async function block(file: string, folder: string): Promise<number> {
  const start = performance.now()
  const running = await startBlock({
    source: 'cat "$FILE"',
    cwd: folder,
    env: { PATH: process.env.PATH ?? '', FILE: file },
    dryRun: false,
    redact: (text) => text,
    onCommand: async () => undefined,
    onOutput: () => undefined,
  })
  await running.result
  return performance.now() - start
}

function cat(file: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const start = performance.now()
    const child = spawn('bash', ['-c', 'cat "$1" | cat >/dev/null', 'bash', file], { stdio: 'ignore' })
    child.on('error', reject)
    child.on('exit', () => resolve(performance.now() - start))
  })
}
