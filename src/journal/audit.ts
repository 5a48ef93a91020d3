/** Verifies what a run has left on disk: its journal, and the outputs that the journal names. */
import { basename } from 'node:path'
import { scanJournal } from './read.ts'
import type { Head, Problem } from './seal.ts'
import { type KeptOutput, type OutputsCheck, outputsNamed, verifyOutputs } from './store.ts'

export interface Verification {
  /** The run's id as its first record states it; the directory's name where no record can be read. */
  readonly run: string
  /**
   * `complete`: ends with the record that sealed the run. `open`: sound, but the run has not ended, or its end was cut off.
   * `torn`: sound, and the last line was never finished (a crash). `altered`: see `problem`. `missing`: no journal here,
   * or it can't be read.
   */
  readonly status: 'complete' | 'open' | 'torn' | 'altered' | 'missing'
  /** How many records are sound, counted from the first. */
  readonly records: number
  /** The end of a sound chain: to be noted down elsewhere and given as `noted` later. */
  readonly head?: Head
  readonly tornBytes?: number
  readonly problem?: Problem
  readonly outputs: OutputsCheck
  /** The journal and all outputs are as they were written, as far as that can be seen. */
  readonly sound: boolean
}

/**
 * Verifies the run in a directory: each line's form and hash, the chain, and each output against its hash. With `noted`,
 * a head written down earlier, also that the journal still holds that record: this shows when whole records were cut off
 * the end, or the whole chain was written anew. Never throws; memory doesn't grow with the journal.
 */
export async function verifyRun(directory: string, noted?: Head): Promise<Verification> {
  const outputs = new Map<string, KeptOutput>()
  let run: string | undefined
  let notedIs: string | undefined
  const scan = await scanJournal(directory, (record) => {
    run ??= record.run
    if (record.seq === noted?.seq) notedIs = record.hash
    for (const output of outputsNamed(record.data)) outputs.set(`${output.sha256} ${output.bytes}`, output)
  })
  const checked = await verifyOutputs(directory, outputs.values())
  const base = { run: run ?? basename(directory), records: scan.records, outputs: checked }
  if (!scan.ok) {
    const gone = scan.problem.kind === 'missing' || scan.problem.kind === 'unreadable'
    return { ...base, status: gone ? 'missing' : 'altered', problem: scan.problem, sound: false }
  }
  const { head, tornTail, complete } = scan
  if (noted !== undefined && noted.seq > 0 && notedIs !== noted.hash) {
    return { ...base, status: 'altered', head, problem: notAsNoted(noted, head), sound: false }
  }
  const sound = checked.missing.length === 0 && checked.altered.length === 0
  if (tornTail !== undefined) return { ...base, status: 'torn', head, tornBytes: tornTail.bytes, sound }
  return { ...base, status: complete ? 'complete' : 'open', head, sound }
}

function notAsNoted(noted: Head, head: Head): Problem {
  if (noted.seq > head.seq) {
    const message = `the journal ends with record ${head.seq}, but record ${noted.seq} was noted down: its end was cut off`
    return { kind: 'removed', line: head.seq + 1, message }
  }
  const message = `record ${noted.seq} is another than the one noted down: the chain was written anew from there or before`
  return { kind: 'hash', line: noted.seq, seq: noted.seq, message }
}
