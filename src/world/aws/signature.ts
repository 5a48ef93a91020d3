/** AWS's Signature Version 4, as its documentation describes it, checked with the one key of the account. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { AwsFault } from './fault.ts'
import { credentials } from './identity.ts'

export interface SignedRequest {
  readonly method: string
  /** Path and query string, as they were sent. */
  readonly target: string
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Uint8Array
}

/** What a request says about who signed it, for where. */
export interface Scope {
  readonly region: string
  /** The signing name, such as `rds` or `monitoring`. */
  readonly service: string
}

interface Claim extends Scope {
  readonly accessKeyId: string
  readonly date: string
  readonly signedHeaders: readonly string[]
  readonly signature: string
}

const form =
  /^AWS4-HMAC-SHA256\s+Credential=([^/,\s]+)\/(\d{8})\/([^/,\s]+)\/([^/,\s]+)\/aws4_request,\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]{64})$/

function readClaim(header: string): Claim | undefined {
  const [, accessKeyId, date, region, service, names, signature] = form.exec(header) ?? []
  if (
    accessKeyId === undefined ||
    date === undefined ||
    region === undefined ||
    service === undefined ||
    names === undefined ||
    signature === undefined
  )
    return undefined
  return { accessKeyId, date, region, service, signedHeaders: names.split(';'), signature }
}

const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex')
const hmac = (key: string | Buffer, data: string) => createHmac('sha256', key).update(data).digest()

/** Percent-encoding as the signature wants it: all but the unreserved characters of RFC 3986. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

function canonicalQuery(query: string): string {
  return [...new URLSearchParams(query)]
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([a, x], [b, y]) => (a === b ? (x < y ? -1 : 1) : a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
}

function expectedSignature(request: SignedRequest, claim: Claim): string {
  const { headers } = request
  const [path = '/', query = ''] = request.target.split('?')
  const hash = headers['x-amz-content-sha256'] ?? sha256(request.body)
  const canonical = [
    request.method,
    path,
    canonicalQuery(query),
    ...claim.signedHeaders.map((name) => `${name}:${(headers[name] ?? '').trim().replace(/\s+/g, ' ')}`),
    '',
    claim.signedHeaders.join(';'),
    hash,
  ].join('\n')
  const scope = `${claim.date}/${claim.region}/${claim.service}/aws4_request`
  const toSign = ['AWS4-HMAC-SHA256', headers['x-amz-date'] ?? '', scope, sha256(canonical)].join('\n')
  const key = [claim.date, claim.region, claim.service, 'aws4_request'].reduce<string | Buffer>(
    hmac,
    `AWS4${credentials.secretAccessKey}`,
  )
  return hmac(key, toSign).toString('hex')
}

/**
 * Where a request was signed for, before anything is checked: errors are worded in that service's form.
 * Undefined when it isn't signed.
 */
export function claimedScope(headers: SignedRequest['headers']): Scope | undefined {
  const claim = readClaim(headers.authorization ?? '')
  return claim === undefined ? undefined : { region: claim.region, service: claim.service }
}

/**
 * Where a request was signed for. Throws the AwsFault with which AWS refuses one that is not signed, or not by the
 * account's own key. The age of a signature is not looked at: the world's clock may stand still.
 */
export function checkSignature(request: SignedRequest): Scope {
  const { authorization } = request.headers
  if (authorization === undefined)
    throw new AwsFault('MissingAuthenticationToken', 'Request is missing Authentication Token', 403)
  const claim = readClaim(authorization)
  if (claim === undefined)
    throw new AwsFault(
      'IncompleteSignature',
      `Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter.`,
    )
  if (claim.accessKeyId !== credentials.accessKeyId)
    throw new AwsFault('InvalidClientTokenId', 'The security token included in the request is invalid.', 403)
  const expected = expectedSignature(request, claim)
  if (!timingSafeEqual(Buffer.from(expected), Buffer.from(claim.signature)))
    throw new AwsFault(
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
      403,
    )
  return { region: claim.region, service: claim.service }
}
