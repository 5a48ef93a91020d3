/** Holds back what has no line end yet, so that two streams mix by lines and not in the middle of one. */

export interface WholeLines {
  /** Takes the next bytes of the stream; the buffer may be written over afterwards. */
  readonly push: (chunk: Buffer) => void
  /** The line without an end, as far as it was printed. */
  readonly rest: () => Buffer
  /** Passes on what is held back: the stream has ended. */
  readonly end: () => void
}

/**
 * @param most bytes of one line that are held back; a longer one is passed on in pieces
 * @param pass gets bytes that end with a line end, but for such pieces and for the very last
 */
export function wholeLines(most: number, pass: (bytes: Buffer) => void): WholeLines {
  let held = Buffer.alloc(0)

  function release() {
    if (held.length > 0) pass(held)
    held = Buffer.alloc(0)
  }

  return {
    push: (chunk) => {
      const complete = chunk.lastIndexOf(10) + 1
      if (complete > 0) {
        release()
        pass(chunk.subarray(0, complete))
      }
      const rest = chunk.subarray(complete)
      if (held.length + rest.length > most) {
        release()
        pass(rest)
      } else if (rest.length > 0) {
        held = Buffer.concat([held, rest])
      }
    },
    rest: () => held,
    end: release,
  }
}
