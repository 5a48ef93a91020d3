/** The header blocks of SPDY/3: names and values, compressed with a dictionary that both sides know (SPDY draft 3, 2.6.10). */
import { constants, createInflate } from 'node:zlib'

const names = [
  ...['options', 'head', 'post', 'put', 'delete', 'trace', 'accept', 'accept-charset', 'accept-encoding'],
  ...['accept-language', 'accept-ranges', 'age', 'allow', 'authorization', 'cache-control', 'connection'],
  ...['content-base', 'content-encoding', 'content-language', 'content-length', 'content-location'],
  ...['content-md5', 'content-range', 'content-type', 'date', 'etag', 'expect', 'expires', 'from', 'host'],
  ...['if-match', 'if-modified-since', 'if-none-match', 'if-range', 'if-unmodified-since', 'last-modified'],
  ...['location', 'max-forwards', 'pragma', 'proxy-authenticate', 'proxy-authorization', 'range', 'referer'],
  ...['retry-after', 'server', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'user-agent', 'vary', 'via'],
  ...['warning', 'www-authenticate', 'method', 'get', 'status', '200 OK', 'version', 'HTTP/1.1', 'url'],
  ...['public', 'set-cookie', 'keep-alive', 'origin'],
]

const rest =
  '100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505' +
  '203 Non-Authoritative Information204 No Content301 Moved Permanently400 Bad Request401 Unauthorized' +
  '403 Forbidden404 Not Found500 Internal Server Error501 Not Implemented503 Service Unavailable' +
  'Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMT' +
  'chunked,text/html,image/png,image/jpg,image/gif,application/xml,application/xhtml+xml,text/plain,' +
  'text/javascript,publicprivatemax-age=gzip,deflate,sdchcharset=utf-8charset=iso-8859-1,utf-,*,enq=0.'

const dictionary = Buffer.concat([...names.map(counted), Buffer.from(rest)])

function counted(text: string): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(Buffer.byteLength(text))
  return Buffer.concat([length, Buffer.from(text)])
}

/** Reads the header blocks of one connection, in order: each builds on those before it. Rejects for a broken one. */
export function createHeaderReader(): (block: Buffer) => Promise<ReadonlyMap<string, string>> {
  const inflate = createInflate({ dictionary, flush: constants.Z_SYNC_FLUSH })
  return (block) =>
    new Promise((resolve, reject) => {
      inflate.once('error', reject)
      inflate.write(block, () => {
        inflate.off('error', reject)
        const found: unknown = inflate.read()
        resolve(pairs(Buffer.isBuffer(found) ? found : Buffer.alloc(0)))
      })
    })
}

function pairs(bytes: Buffer): ReadonlyMap<string, string> {
  const headers = new Map<string, string>()
  let at = 0
  const text = () => {
    if (at + 4 > bytes.length) return ''
    const length = bytes.readUInt32BE(at)
    const from = at + 4
    at = from + length
    return bytes.subarray(from, at).toString()
  }
  const count = bytes.length < 4 ? 0 : bytes.readUInt32BE(0)
  at = 4
  for (let each = 0; each < count && at < bytes.length; each++) headers.set(text().toLowerCase(), text())
  return headers
}

/** Writes header blocks that hold no header, which is all that a server here has to say: stored, not compressed. */
export function createEmptyHeaders(): () => Buffer {
  let first = true
  return () => {
    // A stored block of four bytes (RFC 1951, 3.2.4), no headers, and an empty one: Go hands out what came before
    // such a one only. The stream's own head comes before the first.
    const block = [0x00, 0x04, 0x00, 0xfb, 0xff, 0, 0, 0, 0]
    const flush = [0x00, 0x00, 0x00, 0xff, 0xff]
    const head = first ? [0x78, 0x01] : []
    first = false
    return Buffer.from([...head, ...block, ...flush])
  }
}
