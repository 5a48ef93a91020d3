/** Which state of the cluster a list is to show: its parameters, read and checked once. */
import { Buffer } from 'node:buffer'
import { z } from 'zod'
import { wholeNumber } from './request.ts'
import { badRequest, listInvalid, type StatusCause, versionAhead } from './status.ts'
import { forbiddenField, unsupported } from './validation.ts'

/** Where the next page begins: behind this object. */
export interface PageStart {
  readonly namespace: string
  readonly name: string
}

export interface ListOptions {
  /** The version whose state is shown; undefined for the latest. */
  readonly at: number | undefined
  /** 0 for no limit. */
  readonly limit: number
  /** Where a later page begins; undefined for the first. */
  readonly start: PageStart | undefined
}

/** The version in `resourceVersion`, 0 for none. Throws StatusError (400) for what is no version. */
export function readVersion(query: URLSearchParams): number {
  const text = query.get('resourceVersion') ?? ''
  if (text === '') return 0
  if (!/^\d+$/.test(text))
    throw badRequest(
      `resourceVersion: Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`,
    )
  return Number(text)
}

/**
 * The options of a list in a cluster whose latest version is `current`. Throws StatusError: 422 for parameters that
 * don't go together, 400 for those that can't be read, 504 for a version that is still to come.
 */
export function readListOptions(query: URLSearchParams, current: number): ListOptions {
  const causes = conflicts(query)
  if (causes.length > 0) throw listInvalid(causes)
  const limit = wholeNumber(query, 'limit') ?? 0
  const token = query.get('continue') ?? ''
  const asked = readVersion(query)
  if (token !== '') {
    if (asked !== 0) throw badRequest('specifying resource version is not allowed when using continue')
    return { limit, ...readToken(token) }
  }
  if (asked > current) throw versionAhead(asked, current)
  const match = query.get('resourceVersionMatch') ?? ''
  // With a limit, and without saying so, a version means exactly that one.
  const exact = asked !== 0 && (match === 'Exact' || (match === '' && limit > 0))
  return { limit, at: exact ? asked : undefined, start: undefined }
}

function conflicts(query: URLSearchParams): readonly StatusCause[] {
  const field = 'resourceVersionMatch'
  const match = query.get(field) ?? ''
  const version = query.get('resourceVersion') ?? ''
  return [
    ...(match !== '' && version === ''
      ? [forbiddenField(field, 'resourceVersionMatch is forbidden unless resourceVersion is provided')]
      : []),
    ...(match !== '' && query.get('continue')
      ? [forbiddenField(field, 'resourceVersionMatch is forbidden when continue is provided')]
      : []),
    ...(['', 'Exact', 'NotOlderThan'].includes(match)
      ? []
      : [unsupported(field, match, ['Exact', 'NotOlderThan', ''])]),
    ...(match === 'Exact' && version === '0'
      ? [forbiddenField(field, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"')]
      : []),
    ...(query.has('sendInitialEvents')
      ? [forbiddenField('sendInitialEvents', 'sendInitialEvents is forbidden for list')]
      : []),
  ]
}

const tokenSchema = z.object({
  v: z.literal('meta.k8s.io/v1'),
  rv: z.number().int(),
  start: z.string().regex(/^[^/]*\/[^/]+\0$/),
})

/** What a version of -1 in a token means: the remaining pages as they are now. */
const inconsistent = -1

function readToken(token: string): { readonly at: number | undefined; readonly start: PageStart } {
  const parsed = tokenSchema.safeParse(decoded(token))
  if (!parsed.success) throw badRequest('invalid continue token: continue key is not valid')
  const { rv, start } = parsed.data
  const slash = start.indexOf('/')
  return {
    at: rv === inconsistent ? undefined : rv,
    start: { namespace: start.slice(0, slash), name: start.slice(slash + 1, -1) },
  }
}

function decoded(token: string): unknown {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, 'base64url').toString())
    return value
  } catch {
    return undefined
  }
}

/** The token that leads behind an object, in the state of that version; undefined for the latest state. */
export function writeToken({ namespace, name }: PageStart, version: number | undefined): string {
  const token = { v: 'meta.k8s.io/v1', rv: version ?? inconsistent, start: `${namespace}/${name}\0` }
  return Buffer.from(JSON.stringify(token)).toString('base64url')
}
