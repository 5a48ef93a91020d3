/** What a write is to be like, as its request asks for it. */

/** What becomes of unknown fields: an error, a warning, or nothing. They are never kept. */
export type FieldValidation = 'Strict' | 'Warn' | 'Ignore'

export interface WriteRequest {
  /** Checks and answers, and changes nothing. */
  readonly dryRun: boolean
  readonly fieldValidation: FieldValidation
  /** Hears what the client is to be warned of. */
  readonly warn: (warning: string) => void
  /** Who is to own what is written; the world itself where it isn't given. */
  readonly manager?: string
  /** Whether an application may take fields from others. */
  readonly force?: boolean
  /** With `dryRun`: the resourceVersion that the answer is to show, as if the object had been stored. */
  readonly pretend?: string
}

/** Which part of an object a write is for; the other parts stay as they are. */
export type Part = 'main' | 'status'
