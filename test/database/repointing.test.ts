import { expect, test } from 'vitest'
import { pointBack, repoint, type StoredSecret } from '../../src/database/repointing.ts'

const old = 'postgres://app:hunter2@old.internal:5432/loans?sslmode=require'
const led = 'postgres://app:hunter2@new.internal:6000/loans?sslmode=require'
const keys = { key: 'DATABASE_URL', keepAs: 'DATABASE_URL_BEFORE' }
const to = { host: 'new.internal', port: 6000 }

const secret = (values: Record<string, string>, annotations: Record<string, string> = {}): StoredSecret => ({
  name: 'loanserve-secrets',
  resourceVersion: '7',
  values,
  annotations,
})

/** The Secret after a patch, as the API server would have it. */
function patched(before: StoredSecret, decision: ReturnType<typeof repoint>): StoredSecret {
  if (decision.kind !== 'patch') throw new Error(`no patch but ${decision.kind}: ${decision.why}`)
  const { metadata, stringData, data = {} } = decision.patch
  expect(metadata.resourceVersion).toBe(before.resourceVersion)
  const merged = (...parts: readonly Readonly<Record<string, string | null>>[]) =>
    Object.fromEntries(
      parts
        .flatMap((part) => Object.entries(part))
        .filter(([key]) => !parts.some((part) => part[key] === null))
        .flatMap(([key, value]) => (value === null ? [] : [[key, value]])),
    )
  return {
    ...before,
    resourceVersion: '8',
    values: merged(before.values, stringData, data),
    annotations: merged(before.annotations, metadata.annotations),
  }
}

test('there: the address is replaced, and the value of before is kept in the same write', () => {
  const after = patched(
    secret({ DATABASE_URL: old, OTHER: 'x' }),
    repoint(secret({ DATABASE_URL: old }), keys, to),
  )
  expect(after.values).toEqual({ DATABASE_URL: led, DATABASE_URL_BEFORE: old, OTHER: 'x' })
})

test('there and back is the Secret of before', () => {
  const before = secret({ DATABASE_URL: old, OTHER: 'x' }, { note: 'kept' })
  const after = patched(before, repoint(before, keys, to))
  expect(
    patched({ ...after, resourceVersion: '7' }, pointBack({ ...after, resourceVersion: '7' }, keys)),
  ).toEqual({
    ...before,
    resourceVersion: '8',
  })
})

test('done again, each does nothing', () => {
  const before = secret({ DATABASE_URL: old })
  const after = patched(before, repoint(before, keys, to))
  expect(repoint(after, keys, to)).toMatchObject({ kind: 'nothing', why: expect.stringContaining('already') })
  expect(pointBack(before, keys)).toMatchObject({ kind: 'nothing' })
})

test('a value that is kept from before another change is not overwritten', () => {
  const held = secret({ DATABASE_URL: old, DATABASE_URL_BEFORE: 'postgres://app:other@oldest/loans' })
  expect(repoint(held, keys, to)).toMatchObject({
    kind: 'refused',
    why: expect.stringContaining('--keep-as'),
  })
})

test('what somebody has changed since then is not put back', () => {
  const before = secret({ DATABASE_URL: old })
  const after = patched(before, repoint(before, keys, to))
  const rotated = { ...after, values: { ...after.values, DATABASE_URL: led.replace('hunter2', 'hunter3') } }
  expect(pointBack(rotated, keys)).toMatchObject({ kind: 'refused' })
  // Led on to a third place with another kept key: that one has to be taken back first.
  const third = patched(
    { ...after, resourceVersion: '8' },
    repoint(after, { ...keys, keepAs: 'SECOND' }, { host: 'third', port: 1 }),
  )
  expect(pointBack(third, keys)).toMatchObject({
    kind: 'refused',
    why: expect.stringContaining('changed again'),
  })
  expect(pointBack(third, { ...keys, keepAs: 'SECOND' })).toMatchObject({ kind: 'patch', to })
})

test('no refusal and no reason tells a value', () => {
  const cases = [
    secret({}),
    secret({ DATABASE_URL: 'hunter2' }),
    secret({ DATABASE_URL: led }),
    secret({ DATABASE_URL: old, DATABASE_URL_BEFORE: 'hunter2' }),
    secret({ DATABASE_URL: 'postgres://x:hunter2@elsewhere/y', DATABASE_URL_BEFORE: old }),
  ]
  for (const each of cases)
    for (const decision of [repoint(each, keys, to), pointBack(each, keys)])
      if (decision.kind !== 'patch') expect(decision.why).not.toContain('hunter2')
})
