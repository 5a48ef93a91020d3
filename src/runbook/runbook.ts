/** What a runbook is, once parsed: plain data that the machines, the conductor and the screens share. */

/** What a command does to the world: `read` nothing, `change` something that can be taken back, `destroy` for good. */
export type Effect = 'read' | 'change' | 'destroy'

/** A place in a runbook's source; line and column count from 1. */
export interface Position {
  readonly file: string
  readonly line: number
  readonly column: number
}

export type RunbookKind = 'deployment' | 'emergency' | 'troubleshooting'

/** Where a parameter's value comes from when the operator gives none with `-p`. Tried in the order of `Parameter.sources`. */
export type ParameterSource =
  | { readonly kind: 'env'; readonly variable: string }
  | { readonly kind: 'command'; readonly command: string }
  | { readonly kind: 'template'; readonly template: string }
  | { readonly kind: 'map'; readonly of: string; readonly values: Readonly<Record<string, string>> }
  | { readonly kind: 'ask'; readonly question: string }
  | { readonly kind: 'default'; readonly value: string }

export interface Parameter {
  readonly name: string
  readonly sources: readonly ParameterSource[]
  /** A regular expression that the whole value must match. */
  readonly pattern?: string
  readonly oneOf?: readonly string[]
  readonly example?: string
  /** The value is masked in the record and on the screen. */
  readonly secret: boolean
  /** Names of the parameters whose values this one is made from. */
  readonly uses: readonly string[]
  readonly position: Position
}

export type BlockRole = 'command' | 'verify' | 'undo' | 'watch' | 'finding'

/** One simple command found in a block by the shell parser: its words, as far as they are fixed. */
export interface CommandUse {
  /** The words; one that holds an expansion is given as it is written, e.g. `deployment/api-$IDLE`. */
  readonly words: readonly string[]
  readonly effect: Effect
  /** Why it was judged so, in a few words, e.g. "kubectl set changes objects". */
  readonly because: string
}

/** A block of other Markdown as its author wrote it, with the parameters that its open places have become. */
export interface AsWritten {
  readonly text: string
  /** In the order of the text; `start` and `end` are offsets into it. */
  readonly places: readonly { readonly start: number; readonly end: number; readonly parameter: string }[]
}

export interface Block {
  readonly role: BlockRole
  readonly language: string
  /** What runs. */
  readonly source: string
  /** What a screen shows in its place; absent where the two are the same. */
  readonly written?: AsWritten
  readonly effect: Effect
  /** Whether the runbook's author stated the effect or it was worked out from the commands. */
  readonly effectStated: boolean
  readonly commands: readonly CommandUse[]
  /** Milliseconds; for `verify` the time within which it must pass, for the other roles the time that the process may take. */
  readonly timeoutMs?: number
  readonly cwd?: string
  readonly interpreter?: string
  readonly position: Position
}

export interface ChecklistItem {
  /** Unique within its step. */
  readonly id: string
  readonly text: string
  readonly position: Position
}

/** A window over samples of the step's `watch` blocks. */
export interface GateRule {
  readonly windowMs: number
  readonly everyMs: number
  /** How many samples may be bad before the gate trips. */
  readonly allow: number
}

export interface Step {
  /** Unique within the runbook: the fence's `name`, or the heading as a slug. */
  readonly id: string
  readonly title: string
  /** Markdown, without the checklist and the blocks. */
  readonly prose: string
  readonly checklist: readonly ChecklistItem[]
  readonly command?: Block
  readonly verify?: Block
  readonly undo?: Block
  readonly watch?: Block
  readonly gate?: GateRule
  /** Reads what was seen for what it means; its output is the finding. */
  readonly finding?: Block
  /** The runbooks that the finding may lead to, by name. */
  readonly leads: readonly string[]
  /** The strongest effect of the command block; a step without one is `read`. */
  readonly effect: Effect
  readonly requires: readonly string[]
  readonly provides: readonly string[]
  readonly revokes: readonly string[]
  readonly position: Position
}

export interface Phase {
  readonly id: string
  readonly title: string
  readonly prose: string
  readonly steps: readonly Step[]
}

export interface Runbook {
  /** The file's name without its ending, e.g. `deploy`. */
  readonly name: string
  readonly file: string
  /** SHA-256 of the source, lower-case hex. */
  readonly sha256: string
  readonly title: string
  readonly summary: string
  readonly kind: RunbookKind
  readonly parameters: readonly Parameter[]
  /** The runbook that the panic key offers. */
  readonly emergency?: string
  /** The step that tells what will change: its block, a read, is also run before the run begins. */
  readonly plan?: string
  /** Markdown that belongs to no phase: what stands before the first one. Absent where there is none. */
  readonly prose?: string
  readonly phases: readonly Phase[]
}
