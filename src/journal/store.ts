/** Where runs live: one directory a run, its journal in it, and beside it what the commands printed. */
import { type FileHandle, open, readdir, readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { isList } from './canonical.ts'
import { makeDirectory, writeDurably } from './durable.ts'
import { isSystemError, journalPath, wholeLines } from './read.ts'
import type { JournalRecord, Json } from './record.ts'
import { parseLine, sha256 } from './seal.ts'

/**
 * The directory that holds everything: HANDRAIL_STATE_DIR, else $XDG_STATE_HOME/handrail, else ~/.local/state/handrail
 * (XDG Base Directory Specification: an empty or relative XDG_STATE_HOME counts as unset).
 */
export function stateDirectory(environment: Readonly<Record<string, string | undefined>>): string {
  const { HANDRAIL_STATE_DIR: own, XDG_STATE_HOME: xdg, HOME: home } = environment
  if (own !== undefined && own !== '') return own
  if (xdg?.startsWith('/')) return join(xdg, 'handrail')
  return join(home === undefined || home === '' ? homedir() : home, '.local', 'state', 'handrail')
}

/** A run's directory. Throws an Error for an id that is no plain name, before it can lead anywhere else. */
export function runDirectory(stateDirectory: string, run: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(run)) throw new Error(`"${run}" is no run's id`)
  return join(stateDirectory, 'runs', run)
}

/**
 * An id for a new run that sorts by time and can be said aloud, e.g. `2026-11-23-0714-deploy-k3f9` (UTC, to the minute).
 * `now` is in milliseconds since 1970; `random` gives numbers from 0 up to 1, as Math.random does.
 */
export function runId(now: number, runbook: string, random: () => number): string {
  const time = new Date(now).toISOString()
  const minute = `${time.slice(0, 10)}-${time.slice(11, 13)}${time.slice(14, 16)}`
  const name = runbook
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 24)
    .replaceAll(/^-+|-+$/g, '')
  const suffix = Array.from({ length: 4 }, () => ID_LETTERS[Math.floor(random() * ID_LETTERS.length)]).join(
    '',
  )
  return `${minute}-${name === '' ? 'run' : name}-${suffix}`
}

/** Without vowels, so that no words come out, and without letters that are taken for digits. */
const ID_LETTERS = 'bcdfghjkmnpqrstvwxz23456789'

export interface RunSummary {
  readonly run: string
  readonly directory: string
  /** The first and the last whole record; undefined for a journal without any. Their own hashes fit; the chain between them was not checked. */
  readonly first?: JournalRecord
  readonly last?: JournalRecord
  /** Why the run can't be shown: its first or last record can't be read or was altered. */
  readonly problem?: string
}

/** All runs, newest first, read from the two ends of each journal; how long a journal is makes no difference. */
export async function listRuns(stateDirectory: string): Promise<readonly RunSummary[]> {
  let names: string[]
  try {
    const entries = await readdir(join(stateDirectory, 'runs'), { withFileTypes: true })
    names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return []
    throw error
  }
  const runs = await Promise.all(names.map((run) => summarize(run, join(stateDirectory, 'runs', run))))
  return runs.sort((one, other) => order(other).localeCompare(order(one), 'en'))
}

function order({ first, run }: RunSummary): string {
  return `${first?.at ?? run} ${run}`
}

async function summarize(run: string, directory: string): Promise<RunSummary> {
  let file: FileHandle
  try {
    file = await open(journalPath(directory), 'r')
  } catch (error) {
    return { run, directory, problem: error instanceof Error ? error.message : String(error) }
  }
  try {
    const first = await firstLine(file)
    const last = await lastWholeLine(file)
    if (first === undefined || last === undefined) return { run, directory }
    const firstRead = parseLine(first, 1)
    if (!firstRead.ok) return { run, directory, problem: firstRead.problem.message }
    const lastRead = parseLine(last, 0)
    if (!lastRead.ok) {
      return { run, directory, first: firstRead.record, problem: 'its last record was altered; verify it' }
    }
    return { run, directory, first: firstRead.record, last: lastRead.record }
  } catch (error) {
    return { run, directory, problem: error instanceof Error ? error.message : String(error) }
  } finally {
    await file.close()
  }
}

async function firstLine(file: FileHandle): Promise<Buffer | undefined> {
  for await (const line of wholeLines(file)) return line.whole ? line.bytes : undefined
  return undefined
}

/** Reads backward in growing steps until the last whole line is in hand; a torn line after it is passed over. */
async function lastWholeLine(file: FileHandle): Promise<Buffer | undefined> {
  const { size } = await file.stat()
  for (let step = 8 * 1024; ; step *= 4) {
    const from = Math.max(0, size - step)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - from), 0, size - from, from)
    const end = buffer.subarray(0, bytesRead).lastIndexOf(10)
    const start = end <= 0 ? -1 : buffer.subarray(0, end).lastIndexOf(10)
    if (end !== -1 && (start !== -1 || from === 0)) return buffer.subarray(start + 1, end)
    if (from === 0) return undefined
  }
}

/** A command's output as the record names it. */
export interface KeptOutput {
  /** SHA-256 of the text's UTF-8 bytes, lower-case hex: also its file's name. */
  readonly sha256: string
  readonly bytes: number
}

/**
 * Keeps a text beside a run's journal, as `outputs/<sha256>` (0600), on disk when it resolves. The same text is kept once.
 * Throws the system's error when it can't be written; a file of that name then holds the whole text or isn't there.
 */
export async function keepOutput(directory: string, text: string): Promise<KeptOutput> {
  const content = text.toWellFormed()
  const kept = { sha256: sha256(content), bytes: Buffer.byteLength(content) }
  const folder = join(directory, 'outputs')
  await makeDirectory(folder)
  const path = join(folder, kept.sha256)
  if ((await hashOfFile(path)) !== kept.sha256) await writeDurably(path, content, 'replace')
  return kept
}

/** The text that the record names. Throws the system's error when it is missing, an Error when it doesn't fit its hash. */
export async function readOutput(directory: string, output: KeptOutput): Promise<string> {
  const content = await readFile(join(directory, 'outputs', output.sha256))
  if (sha256(content) !== output.sha256) throw new Error(`the output ${output.sha256} was altered`)
  return content.toString('utf8')
}

export interface OutputsCheck {
  readonly ok: number
  readonly missing: readonly string[]
  /** Not the content that the record names; unreadable files count here too. */
  readonly altered: readonly string[]
}

/** Checks that each output that the record names (`outputsNamed`) is there and fits its hash and length. Never throws. */
export async function verifyOutputs(directory: string, outputs: Iterable<KeptOutput>): Promise<OutputsCheck> {
  let ok = 0
  const missing: string[] = []
  const altered: string[] = []
  const named = new Map([...outputs].map((output) => [`${output.sha256} ${output.bytes}`, output]))
  for (const output of named.values()) {
    const path = join(directory, 'outputs', output.sha256)
    try {
      const content = await readFile(path)
      if (sha256(content) === output.sha256 && content.length === output.bytes) ok += 1
      else altered.push(output.sha256)
    } catch (error) {
      if (isSystemError(error) && error.code === 'ENOENT') missing.push(output.sha256)
      else altered.push(output.sha256)
    }
  }
  return { ok, missing, altered }
}

const outputShape = z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/), bytes: z.int().nonnegative() })

/** The outputs that a record's data names: what stands under a key `output`, however deep, with `sha256` and `bytes`. */
export function outputsNamed(data: Json): readonly KeptOutput[] {
  if (data === null || typeof data !== 'object') return []
  if (isList(data)) return data.flatMap(outputsNamed)
  return Object.entries(data).flatMap(([key, value]) => {
    const output = key === 'output' ? outputShape.safeParse(value) : undefined
    return output?.success ? [output.data] : outputsNamed(value)
  })
}

async function hashOfFile(path: string): Promise<string | undefined> {
  try {
    return sha256(await readFile(path))
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return undefined
    throw error
  }
}
