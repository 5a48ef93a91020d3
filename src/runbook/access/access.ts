/** What a command of a block asks of a cluster, in the words by which a cluster allows or refuses it. */

/** One permission, as a role grants it and `kubectl auth can-i` asks for it. */
export interface Access {
  readonly verb: string
  readonly group: string
  readonly resource: string
  /** `log`, `exec`, `scale`; '' for the resource itself. */
  readonly subresource: string
  /** As the command says it; undefined for that of the context, '' for all, or for what is in none. */
  readonly namespace: string | undefined
}

/** A file whose objects the command makes or changes: which kinds these are stands in the file. */
export interface FileAccess {
  readonly path: string
  readonly verbs: readonly string[]
  readonly namespace: string | undefined
}

export interface Accesses {
  readonly accesses: readonly Access[]
  readonly files: readonly FileAccess[]
  /** What can't be told before it runs, a clause each. */
  readonly unclear: readonly string[]
}

/** All of them as one. */
export function together(parts: readonly Accesses[]): Accesses {
  return {
    accesses: parts.flatMap(({ accesses }) => accesses),
    files: parts.flatMap(({ files }) => files),
    unclear: parts.flatMap(({ unclear }) => unclear),
  }
}
