/** A directory for one test, gone after it. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** Makes an empty directory and deletes it, with what is in it, when the present test has finished. */
export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'handrail-journal-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  return directory
}
