/** A message of a WebSocket as bytes. */
import type { RawData } from 'ws'

/** The message's bytes, however the library hands them out. */
export function bytesOf(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data)
}
