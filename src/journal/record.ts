/** One line of a journal. `hash` seals the rest of the line, `prev` ties it to the line before. */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

export interface JournalRecord {
  /** Counts from 1 without gaps. */
  readonly seq: number
  /** ISO 8601, UTC, milliseconds. */
  readonly at: string
  readonly run: string
  /** Who: the operator's name, or `handrail` for what the program did by itself. */
  readonly by: string
  readonly type: string
  readonly data: { readonly [key: string]: Json }
  /** The hash of the record before; 64 zeros for the first. */
  readonly prev: string
  /** SHA-256, hex, of the record's canonical form (RFC 8785) without `hash`. */
  readonly hash: string
}
