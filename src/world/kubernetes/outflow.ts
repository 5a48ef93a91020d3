/** What a response is sent piece by piece, no faster than its client reads. */
import { Buffer } from 'node:buffer'
import type { ServerResponse } from 'node:http'

export interface Outflow {
  /** Sends one piece, after everything that waits. */
  readonly send: (piece: string | Buffer) => void
  /** Sends pieces that are made only when there is room for them. */
  readonly sendAll: (pieces: Iterable<string>) => void
  /** Ends the response after everything that waits. */
  readonly end: () => void
}

/** How much is made at a time, in characters. */
const batchLength = 256 * 1024
/** How long one response may keep everything else waiting, in milliseconds. */
const turnMs = 10

/**
 * The outflow of a response. A client that leaves more than `limit` bytes of single pieces unread is dropped.
 */
export function createOutflow(response: ServerResponse, limit: number): Outflow {
  const waiting: Iterator<string | Buffer>[] = []
  let waitingBytes = 0
  let held = false
  let ending = false

  function flow(): void {
    held = false
    const turn = performance.now()
    for (let source = waiting[0]; source !== undefined; source = waiting[0]) {
      const { value, done } = source.next()
      if (done === true) {
        waiting.shift()
        continue
      }
      if (response.destroyed) return
      if (Buffer.isBuffer(value)) waitingBytes -= value.length
      const isFull = !response.write(value)
      if (!isFull && performance.now() - turn < turnMs) continue
      held = true
      if (isFull) response.once('drain', flow)
      else setImmediate(flow)
      return
    }
    if (ending) response.end()
  }

  function add(source: Iterator<string | Buffer>): void {
    waiting.push(source)
    if (!held) flow()
  }

  return {
    send(piece) {
      if (response.destroyed) return
      if (waiting.length === 0) response.write(piece)
      else {
        const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece
        waitingBytes += bytes.length
        add([bytes].values())
      }
      if (response.writableLength + waitingBytes > limit) response.destroy()
    },
    sendAll: (pieces) => add(batches(pieces)),
    end() {
      ending = true
      if (waiting.length === 0) response.end()
    },
  }
}

/** The pieces put together, so that each is worth sending. */
function* batches(pieces: Iterable<string>): Generator<string, undefined> {
  let batch: string[] = []
  let length = 0
  for (const piece of pieces) {
    batch.push(piece)
    length += piece.length
    if (length < batchLength) continue
    yield batch.join('')
    batch = []
    length = 0
  }
  if (batch.length > 0) yield batch.join('')
  return undefined
}
