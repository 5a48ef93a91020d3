/** By which name a client is known as the owner of fields. */
import { invalidOptions } from '../status.ts'

/** The API server's limit, in bytes. */
const longest = 128

/**
 * The name for a request: its `fieldManager`, else the first part of its user agent (`kubectl` of
 * `kubectl/v1.35.0 (linux/amd64)`). `of` are the options that the name stands in, as `PatchOptions`. Throws
 * StatusError (422) for one that can't be a name.
 */
export function managerName(query: URLSearchParams, userAgent: string, of: string): string {
  const asked = query.get('fieldManager') ?? ''
  const bytes = new TextEncoder().encode(asked).length
  if (bytes > longest)
    throw invalidOptions(of, [
      {
        reason: 'FieldValueTooLong',
        message: `Too long: may not be more than ${longest} bytes`,
        field: 'fieldManager',
      },
    ])
  const strange = [...asked].findIndex((letter) => !isPrintable(letter))
  if (strange >= 0) {
    const message = `Invalid value: ${JSON.stringify(asked)}: invalid character ${JSON.stringify([...asked][strange])} (at position ${strange})`
    throw invalidOptions(of, [{ reason: 'FieldValueInvalid', message, field: 'fieldManager' }])
  }
  return asked || agentName(userAgent) || 'unknown'
}

function agentName(userAgent: string): string {
  const [first = ''] = userAgent.split('/')
  return [...first].filter(isPrintable).join('').slice(0, longest)
}

function isPrintable(letter: string): boolean {
  return !/[\p{C}\p{Z}]/u.test(letter) || letter === ' '
}
