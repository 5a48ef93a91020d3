/** SPDY/3.1 over any connection: the client opens streams, and each is a Duplex here. */
import { Duplex } from 'node:stream'
import { createFrameReader, data, type Frame, ping, reset, synReply } from './spdy-frames.ts'
import { createEmptyHeaders, createHeaderReader } from './spdy-headers.ts'

export interface SpdyStream {
  readonly headers: ReadonlyMap<string, string>
  readonly duplex: Duplex
}

export interface SpdySession {
  /** Ends the connection, and every stream with it. */
  readonly close: () => void
}

/** Pieces are cut to this many bytes, so that no stream holds up the others for long. */
const pieceBytes = 32 * 1024

/** Serves a connection; `onStream` gets each stream that the client opens. `onClose` hears once that it is over. */
export function createSpdySession(
  transport: Duplex,
  onStream: (stream: SpdyStream) => void,
  onClose: () => void,
): SpdySession {
  const readFrames = createFrameReader()
  const readHeaders = createHeaderReader()
  const emptyHeaders = createEmptyHeaders()
  const streams = new Map<number, Duplex>()
  // Frames are taken one after the other: headers are uncompressed with what came before them.
  let queue = Promise.resolve()
  let closed = false

  function write(bytes: Buffer, done: () => void = () => {}): void {
    if (closed || transport.destroyed) done()
    else transport.write(bytes, () => done())
  }

  function open(id: number): Duplex {
    const stream = new Duplex({
      allowHalfOpen: true,
      read() {},
      write(chunk: Buffer, _encoding, done) {
        for (let from = 0; from < chunk.length; from += pieceBytes) {
          const last = from + pieceBytes >= chunk.length
          write(data(id, chunk.subarray(from, from + pieceBytes), false), last ? done : undefined)
        }
        if (chunk.length === 0) done()
      },
      final(done) {
        write(data(id, Buffer.alloc(0), true), done)
      },
      destroy(error, done) {
        if (streams.delete(id) && error !== null) write(reset(id))
        done(null)
      },
    })
    streams.set(id, stream)
    return stream
  }

  async function take(frame: Frame): Promise<void> {
    switch (frame.kind) {
      case 'syn-stream': {
        const headers = await readHeaders(frame.headers)
        const duplex = open(frame.stream)
        write(synReply(frame.stream, emptyHeaders()))
        if (frame.fin) duplex.push(null)
        onStream({ headers, duplex })
        return
      }
      case 'data': {
        const stream = streams.get(frame.stream)
        if (frame.payload.length > 0) stream?.push(frame.payload)
        if (frame.fin) stream?.push(null)
        return
      }
      case 'reset':
        streams.get(frame.stream)?.destroy()
        return
      case 'ping':
        // Odd ids are the client's own; it waits for them to come back.
        if (frame.id % 2 === 1) write(ping(frame.id))
    }
  }

  function close(): void {
    if (closed) return
    closed = true
    for (const stream of [...streams.values()]) stream.destroy()
    streams.clear()
    // What is written last is still sent.
    transport.end()
    onClose()
  }

  transport.on('data', (bytes: Buffer) => {
    for (const frame of readFrames(bytes)) queue = queue.then(() => take(frame)).catch(close)
  })
  transport.on('end', close)
  transport.on('close', close)
  transport.on('error', close)
  return { close }
}
