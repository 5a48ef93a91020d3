/** RDS's paging by Marker and MaxRecords. */
import { invalidValue } from '../fault.ts'
import type { Parameters } from '../parameters.ts'

const prefix = 'after:'

/**
 * The page of `all`, which is ordered by `name`, that the request asks for, and the marker of the next one. Throws
 * for a MaxRecords outside of 20 to 100.
 */
export function markedPage<T>(
  all: readonly T[],
  parameters: Parameters,
  name: (each: T) => string,
): { readonly page: readonly T[]; readonly marker: string | undefined } {
  const size = parameters.integer('MaxRecords') ?? 100
  if (size < 20 || size > 100)
    throw invalidValue(`Invalid value ${size} for MaxRecords. Must be between 20 and 100`)
  const marker = parameters.text('Marker')
  const after = marker === undefined ? prefix : Buffer.from(marker, 'base64url').toString()
  if (!after.startsWith(prefix)) throw invalidValue(`The specified marker is invalid: ${marker}`)
  const rest = marker === undefined ? all : all.filter((each) => name(each) > after.slice(prefix.length))
  const page = rest.slice(0, size)
  const last = page.at(-1)
  return {
    page,
    marker:
      last !== undefined && rest.length > size
        ? Buffer.from(`${prefix}${name(last)}`).toString('base64url')
        : undefined,
  }
}
