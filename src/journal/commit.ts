/** Group commit: lines go to an open file in order, and each is reported written only once it is on disk. */
import { fdatasync, writeSync } from 'node:fs'

/** An append-only file that has failed, or was closed: nothing more is written to it. */
export class JournalBroken extends Error {
  override readonly name = 'JournalBroken'
  /** The exit code for "the record can't be written". */
  readonly exitCode = 6
}

export interface Committer {
  /**
   * Writes one line, and resolves once it is on disk (fdatasync). Lines are written in call order, each by a write of
   * its own; those that wait together share one fdatasync. Rejects with JournalBroken from the first failure on.
   */
  readonly commit: (line: string) => Promise<void>
  /** Resolves when nothing waits any more, well or badly. */
  readonly idle: () => Promise<void>
  readonly broken: () => JournalBroken | undefined
}

interface Waiting {
  readonly line: string
  readonly resolve: () => void
  readonly reject: (reason: JournalBroken) => void
}

/** Commits to a file descriptor opened for appending; `name` is what error messages call the file. */
export function createCommitter(descriptor: number, name: string): Committer {
  let waiting: Waiting[] = []
  let working: Promise<void> | undefined
  let broken: JournalBroken | undefined

  async function work() {
    while (waiting.length > 0 && broken === undefined) {
      const batch = waiting
      waiting = []
      try {
        // The write only copies into the page cache, microseconds; the disk is waited for off the main thread.
        for (const { line } of batch) writeWhole(descriptor, line)
        await synced(descriptor)
        for (const { resolve } of batch) resolve()
      } catch (error) {
        // After a failed fsync the kernel may drop the pages and call the next fsync a success: never tried again.
        broken = new JournalBroken(
          `The record ${name} can't be written: ${reason(error)}. Nothing that was not on record before is to be relied on. ` +
            'Free or mend the disk, then resume the run: the record is checked when it is opened.',
        )
        for (const { reject } of batch) reject(broken)
      }
    }
    if (broken !== undefined) {
      for (const { reject } of waiting) reject(broken)
      waiting = []
    }
    working = undefined
  }

  return {
    commit: (line) => {
      if (broken !== undefined) return Promise.reject(broken)
      return new Promise<void>((resolve, reject) => {
        waiting.push({ line, resolve, reject })
        working ??= work()
      })
    },
    idle: async () => {
      while (working !== undefined) await working
    },
    broken: () => broken,
  }
}

/** A full disk may take part of a line; the rest is tried once more so that the error says why. */
function writeWhole(descriptor: number, line: string) {
  const bytes = Buffer.from(`${line}\n`)
  let written = 0
  while (written < bytes.length) {
    const count = writeSync(descriptor, bytes, written)
    if (count === 0) throw new Error('the disk took no more bytes')
    written += count
  }
}

function synced(descriptor: number): Promise<void> {
  return new Promise((resolve, reject) => {
    fdatasync(descriptor, (error) => (error === null ? resolve() : reject(error)))
  })
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
