/** CloudWatch's paging by NextToken. */
import { AwsFault } from '../fault.ts'
import type { Parameters } from '../parameters.ts'

const prefix = 'practice-'

/** The page that the request asks for, and the token of the next one. Throws InvalidNextToken. */
export function nextPage<T>(
  all: readonly T[],
  parameters: Parameters,
  standardSize: number,
): { readonly page: readonly T[]; readonly token: string | undefined } {
  const size = parameters.integer('MaxRecords') ?? standardSize
  if (size < 1 || size > 100)
    throw new AwsFault(
      'ValidationError',
      `1 validation error detected: Value '${size}' at 'maxRecords' failed to satisfy constraint: Member must have value ${size < 1 ? 'greater than or equal to 1' : 'less than or equal to 100'}`,
    )
  const token = parameters.text('NextToken')
  const text = token === undefined ? `${prefix}0` : Buffer.from(token, 'base64url').toString()
  const start = Number(text.slice(prefix.length))
  if (!text.startsWith(prefix) || !Number.isSafeInteger(start))
    throw new AwsFault('InvalidNextToken', 'Invalid value for NextToken')
  const end = start + size
  return {
    page: all.slice(start, end),
    token: end < all.length ? Buffer.from(`${prefix}${end}`).toString('base64url') : undefined,
  }
}
