/** Starts real blocks for the tests, and looks at real processes. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import type { AnnouncedCommand, BlockRequest, OutputLine, RunningBlock } from '../../src/shell/block.ts'
import { blockEnvironment } from '../../src/shell/environment.ts'
import { LIMITS, type Limits } from '../../src/shell/limits.ts'
import { startBlock } from '../../src/shell/run-block.ts'

/** Short enough for a test to sit through the whole escalation. */
export const quickLimits: Limits = {
  ...LIMITS,
  interruptMs: 200,
  terminateMs: 200,
  killMs: 2_000,
  graceMs: 150,
}

export interface WatchedBlock extends RunningBlock {
  readonly lines: OutputLine[]
  readonly batches: (readonly OutputLine[])[]
  readonly commands: AnnouncedCommand[]
  /** Resolves when a line that holds the text was shown. */
  readonly shows: (text: string) => Promise<void>
}

export function environment(parameters: Record<string, string> = {}) {
  return blockEnvironment({ base: process.env, parameters })
}

export async function start(
  source: string,
  change: Partial<BlockRequest> = {},
  limits: Limits = quickLimits,
): Promise<WatchedBlock> {
  const lines: OutputLine[] = []
  const batches: (readonly OutputLine[])[] = []
  const commands: AnnouncedCommand[] = []
  const block = await startBlock(
    {
      source,
      cwd: tmpdir(),
      env: environment(),
      dryRun: false,
      redact: (text) => text,
      onCommand: async (command) => {
        commands.push(command)
      },
      onOutput: (batch) => {
        batches.push(batch)
        lines.push(...batch)
      },
      ...change,
    },
    limits,
  )
  const shows = (text: string) =>
    until(() => lines.some((line) => line.text.includes(text)), `output with "${text}"`)
  return { ...block, lines, batches, commands, shows }
}

/** Waits for a condition; fails with its name when it does not come true within 20 s. */
export async function until(condition: () => boolean, name: string): Promise<void> {
  const deadline = performance.now() + 20_000
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`waited in vain for ${name}`)
    await pause(5)
  }
}

export function isAlive(pid: number): boolean {
  if (!existsSync(`/proc/${pid}/stat`)) return false
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  return !/\) [ZX] /.test(stat)
}

/** The living processes whose process group it is, from /proc. */
export function groupOf(leader: number): number[] {
  return readdirSync('/proc').flatMap((entry) => {
    try {
      const stat = readFileSync(`/proc/${Number(entry)}/stat`, 'latin1')
      const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return state !== 'Z' && Number(group) === leader ? [Number(entry)] : []
    } catch {
      return []
    }
  })
}

/** Directories of stand-ins that exist now. */
export function standInDirectories(): string[] {
  return readdirSync(tmpdir()).filter((name) => /^handrail-[A-Za-z0-9]{6}$/.test(name))
}

/** From the environment, or new: printed, so that a failure can be repeated. */
export function seed(): number {
  const number = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))
  console.info(`SEED=${number}`)
  return number
}
