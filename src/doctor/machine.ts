/** This machine: whether the record can be written, and whether the screen has room. */
import { randomUUID } from 'node:crypto'
import { mkdir, open, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { Environment } from './ask-tool.ts'
import type { Diagnosis } from './diagnosis.ts'

const area = 'Handrail'

/** A record grows with what the commands print; in bytes. */
const scarce = 200 * 1024 * 1024

/** Writes, fsyncs and removes a small file where the record of a run would be. Never throws. */
export async function examineRecord(directory: string): Promise<Diagnosis> {
  const subject = { area, subject: 'record' }
  const probe = join(directory, `.doctor-${randomUUID()}`)
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    const file = await open(probe, 'wx', 0o600)
    try {
      await file.writeFile('handrail doctor\n')
      await file.sync()
    } finally {
      await file.close()
      await rm(probe, { force: true })
    }
    const { bavail, bsize } = await statfs(directory)
    const free = bavail * bsize
    const says = `${directory} can be written and synced, ${gigabytes(free)} free`
    return free > scarce
      ? { ...subject, standing: 'fine', says }
      : { ...subject, standing: 'doubtful', says, now: 'Make room: without a record no step runs.' }
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    return {
      ...{ ...subject, standing: 'missing', says: `${directory} can't be written: ${why}.` },
      now: 'Set HANDRAIL_STATE_DIR to a folder of yours. Without a record no step runs.',
    }
  }
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(bytes < 1e10 ? 1 : 0)} GB`
}

export interface Screen {
  /** Undefined where there is no terminal. */
  readonly size: { readonly columns: number; readonly rows: number } | undefined
  /** Bits of color, as tty.WriteStream.getColorDepth gives them. */
  readonly depth: number
}

/** The smallest screen that everything fits on. */
const smallest = { columns: 80, rows: 24 }

export function examineScreen({ size, depth }: Screen, env: Environment): Diagnosis {
  const subject = { area, subject: 'terminal' }
  if (size === undefined)
    return { ...subject, standing: 'fine', says: 'none: a run here is printed line by line (--plain)' }
  const { columns, rows } = size
  const locale = [env.LC_ALL, env.LC_CTYPE, env.LANG].find((value) => value !== undefined && value !== '')
  const signs = /utf-?8/i.test(locale ?? '')
    ? 'UTF-8'
    : 'plain letters for signs, since the locale is not UTF-8'
  const colors = depth === 1 ? 'no colors' : `${depth === 24 ? '16 million' : 2 ** depth} colors`
  const says = `${columns} × ${rows}, ${colors}, ${signs}`
  return columns < smallest.columns || rows < smallest.rows
    ? { ...subject, standing: 'doubtful', says, now: 'Make it 80 × 24 or larger to see everything.' }
    : { ...subject, standing: 'fine', says }
}
