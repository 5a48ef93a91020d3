/** From the start of the process to the first frame of the home screen, against a Node that does nothing. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { spawn } from '@lydell/node-pty'
import { type Figure, inTurn, median } from './figures.ts'

const bin = fileURLToPath(new URL('../bin/handrail.js', import.meta.url))
const ROUNDS = 15

/** Milliseconds until a command in a pseudo-terminal prints what is looked for, or ends. */
function timed(
  args: readonly string[],
  env: Record<string, string>,
  seen: RegExp | undefined,
): Promise<number> {
  return new Promise((resolve) => {
    const start = performance.now()
    const pty = spawn(process.execPath, [...args], { cols: 120, rows: 40, env })
    let text = ''
    let took: number | undefined
    pty.onData((data) => {
      text += data
      if (took === undefined && seen?.test(text)) {
        took = performance.now() - start
        pty.kill('SIGTERM')
      }
    })
    pty.onExit(() => resolve(took ?? performance.now() - start))
  })
}

export async function firstFrame(): Promise<Figure> {
  const state = mkdtempSync(join(tmpdir(), 'handrail-bench-'))
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: state,
    HANDRAIL_STATE_DIR: state,
    TERM: 'xterm-256color',
    LANG: 'C.UTF-8',
  }
  try {
    const home = () => timed([bin], env, /HANDRAIL/i)
    const nothing = () => timed(['-e', '0'], env, undefined)
    const measured = await inTurn(ROUNDS, home, nothing)
    const help = median(await repeat(5, () => timed([bin, '--help'], env, undefined)))
    return {
      what: 'first frame of the home screen',
      against: 'node -e 0',
      ...measured,
      aim: 3.5,
      note: `handrail --help, which loads the launcher and no screen, takes ${(help - measured.theirs).toFixed(0)} ms more than node -e 0; the rest goes into React, Ink, Yoga's WASM and the frame`,
    }
  } finally {
    rmSync(state, { recursive: true, force: true })
  }
}

async function repeat(times: number, work: () => Promise<number>): Promise<number[]> {
  const all: number[] = []
  for (let round = 0; round < times; round++) all.push(await work())
  return all
}
