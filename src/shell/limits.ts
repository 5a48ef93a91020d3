/** Every bound of a running block in one place: how long things may take, and how much is kept and shown. */

export interface Limits {
  /** Milliseconds between INT and TERM. */
  readonly interruptMs: number
  /** Milliseconds between TERM and KILL. */
  readonly terminateMs: number
  /** Milliseconds after KILL until what still lives (a process stuck in the kernel, or another user's) is given up. */
  readonly killMs: number
  /** Milliseconds that left-over processes and open outputs get after the main process has ended. */
  readonly graceMs: number
  /** Bytes kept from the beginning of the output. */
  readonly headBytes: number
  /** Bytes kept from the end of the output. */
  readonly tailBytes: number
  /** Milliseconds between two batches for the screen. */
  readonly frameMs: number
  /** Bytes and lines that one batch looks at: the newest. */
  readonly frameBytes: number
  readonly frameLines: number
  /** Characters of one line that the screen gets. */
  readonly lineCharacters: number
  /** Milliseconds of silence after which a line without an end is shown. */
  readonly unfinishedMs: number
  /** Bytes of a line without an end that are held back for the sake of whole lines. */
  readonly unfinishedBytes: number
}

export const LIMITS: Limits = {
  interruptMs: 2_000,
  terminateMs: 3_000,
  killMs: 5_000,
  graceMs: 300,
  headBytes: 256 * 1024,
  tailBytes: 1024 * 1024,
  frameMs: 160,
  frameBytes: 64 * 1024,
  frameLines: 200,
  lineCharacters: 4_096,
  unfinishedMs: 250,
  unfinishedBytes: 32 * 1024,
}
