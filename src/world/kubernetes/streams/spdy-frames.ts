/** The frames of SPDY/3.1 (SPDY draft 3.1, 2.2), as far as kubectl's streams use them. */

export type Frame =
  | { readonly kind: 'data'; readonly stream: number; readonly fin: boolean; readonly payload: Buffer }
  | { readonly kind: 'syn-stream'; readonly stream: number; readonly fin: boolean; readonly headers: Buffer }
  | { readonly kind: 'reset'; readonly stream: number }
  | { readonly kind: 'ping'; readonly id: number }
  | { readonly kind: 'go-away' }
  /** Settings, windows and more headers: nothing here depends on them. */
  | { readonly kind: 'other' }

const type = { synStream: 1, synReply: 2, reset: 3, ping: 6, goAway: 7 } as const
const finFlag = 1
/** Larger frames are no frames of these streams: 16 MB is what their length can say. */
const headLength = 8

/** Takes bytes as they come and gives each frame once it is whole. */
export function createFrameReader(): (bytes: Buffer) => readonly Frame[] {
  let held: Buffer = Buffer.alloc(0)
  return (bytes) => {
    held = held.length === 0 ? bytes : Buffer.concat([held, bytes])
    const frames: Frame[] = []
    for (;;) {
      if (held.length < headLength) return frames
      const length = held.readUIntBE(5, 3)
      if (held.length < headLength + length) return frames
      frames.push(readFrame(held.subarray(0, headLength), held.subarray(headLength, headLength + length)))
      held = held.subarray(headLength + length)
    }
  }
}

function readFrame(head: Buffer, payload: Buffer): Frame {
  const fin = ((head[4] ?? 0) & finFlag) !== 0
  const first = head.readUInt32BE(0)
  if (first < 0x8000_0000) return { kind: 'data', stream: first, fin, payload }
  const id = payload.length < 4 ? 0 : payload.readUInt32BE(0)
  switch (first & 0xffff) {
    case type.synStream:
      // Stream, associated stream, priority and slot come before the headers.
      return { kind: 'syn-stream', stream: id & 0x7fff_ffff, fin, headers: payload.subarray(10) }
    case type.reset:
      return { kind: 'reset', stream: id & 0x7fff_ffff }
    case type.ping:
      return { kind: 'ping', id }
    case type.goAway:
      return { kind: 'go-away' }
    default:
      return { kind: 'other' }
  }
}

function control(kind: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(headLength)
  head.writeUInt16BE(0x8003, 0)
  head.writeUInt16BE(kind, 2)
  head.writeUIntBE(payload.length, 5, 3)
  return Buffer.concat([head, payload])
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value >>> 0)
  return bytes
}

/** A stream is accepted; `headers` is a header block. */
export function synReply(stream: number, headers: Buffer): Buffer {
  return control(type.synReply, Buffer.concat([number(stream), headers]))
}

/** The answer to a ping is the ping. */
export function ping(id: number): Buffer {
  return control(type.ping, number(id))
}

/** A stream is over at once: 5 is CANCEL. */
export function reset(stream: number): Buffer {
  return control(type.reset, Buffer.concat([number(stream), number(5)]))
}

/** A piece of a stream; with `fin` its last from this side. At most 16 MB. */
export function data(stream: number, payload: Buffer, fin: boolean): Buffer {
  const head = Buffer.alloc(headLength)
  head.writeUInt32BE(stream, 0)
  head[4] = fin ? finFlag : 0
  head.writeUIntBE(payload.length, 5, 3)
  return Buffer.concat([head, payload])
}
