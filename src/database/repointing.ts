/** Leads a Secret's connection URI to another address and back again: what is to be patched, decided from what is there. */
import { type Address, addressText, isSameAddress, readConnection, withAddress } from './connection.ts'

/** A Secret as it was read; the values decoded. */
export interface StoredSecret {
  readonly name: string
  readonly resourceVersion: string
  readonly annotations: Readonly<Record<string, string>>
  readonly values: Readonly<Record<string, string>>
}

interface Keys {
  /** Under which the application reads its URI. */
  readonly key: string
  /** Under which the value of before is kept, in the same Secret. */
  readonly keepAs: string
}

/** A merge patch of the Secret. It names the version that it was made for: the API server refuses it for any other. */
export interface SecretPatch {
  readonly metadata: {
    readonly resourceVersion: string
    readonly annotations: Readonly<Record<string, string | null>>
  }
  readonly stringData: Readonly<Record<string, string>>
  readonly data?: Readonly<Record<string, null>>
}

/** What to do with the Secret; each `why` is a sentence or two without any value. */
export type RepointDecision =
  | { readonly kind: 'patch'; readonly patch: SecretPatch; readonly from: Address; readonly to: Address }
  | { readonly kind: 'nothing'; readonly why: string }
  | { readonly kind: 'refused'; readonly why: string }

/**
 * Decides how to lead the URI to the new address, with the value of before kept aside in the same write. Done again it
 * changes nothing.
 */
export function repoint(secret: StoredSecret, { key, keepAs }: Keys, to: Address): RepointDecision {
  const current = secret.values[key]
  const kept = secret.values[keepAs]
  if (current === undefined) return refused(`The Secret ${secret.name} has no key ${key}.`)
  const read = readConnection(current)
  if (!read.ok) return refused(`${key} of the Secret ${secret.name} ${read.why}.`)
  const from = read.connection
  if (isSameAddress(from, to)) {
    const aside = kept === undefined ? '' : `, and the value before is kept as ${keepAs}`
    return nothing(`${key} of the Secret ${secret.name} leads to ${addressText(to)} already${aside}.`)
  }
  if (kept !== undefined && kept !== current)
    return refused(
      `The Secret ${secret.name} holds ${keepAs} already, from before another change; it would be lost. ` +
        'Keep this one under another name with --keep-as, or remove that key once nobody needs it.',
    )
  return {
    kind: 'patch',
    from,
    to,
    patch: {
      metadata: {
        resourceVersion: secret.resourceVersion,
        annotations: { [markOf(key)]: mark(keepAs, to) },
      },
      stringData: { [key]: withAddress(current, to), [keepAs]: current },
    },
  }
}

/**
 * Decides how to put the kept value back and take it out of the Secret. Where nothing is kept nothing was changed, and so
 * there is nothing to do. A value that was changed again since then is somebody else's and stays.
 */
export function pointBack(secret: StoredSecret, { key, keepAs }: Keys): RepointDecision {
  const current = secret.values[key]
  const kept = secret.values[keepAs]
  if (kept === undefined)
    return nothing(`The Secret ${secret.name} has no ${keepAs}: ${key} was not led elsewhere with it.`)
  const before = readConnection(kept)
  const now = readConnection(current ?? '')
  if (!before.ok) return refused(`${keepAs} of the Secret ${secret.name} ${before.why}.`)
  const annotation = secret.annotations[markOf(key)]
  const isOurs =
    current === kept ||
    (now.ok &&
      withAddress(kept, now.connection) === current &&
      (annotation === undefined || annotation === mark(keepAs, now.connection)))
  if (!isOurs)
    return refused(
      `${key} of the Secret ${secret.name} was changed again since ${keepAs} was kept. ` +
        'Find out who did it and take that back first; the kept value is still there.',
    )
  return {
    kind: 'patch',
    from: now.ok ? now.connection : before.connection,
    to: before.connection,
    patch: {
      metadata: { resourceVersion: secret.resourceVersion, annotations: { [markOf(key)]: null } },
      stringData: { [key]: kept },
      data: { [keepAs]: null },
    },
  }
}

/** The annotation that says where a key was led, and by which change: a later one must be taken back first. */
const markOf = (key: string) => `handrail/led-${key}`
const mark = (keepAs: string, to: Address) => `${addressText(to)} ${keepAs}`

const refused = (why: string): RepointDecision => ({ kind: 'refused', why })
const nothing = (why: string): RepointDecision => ({ kind: 'nothing', why })
