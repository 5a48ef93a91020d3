import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  addressText,
  connectionEnvironment,
  isSameAddress,
  readConnection,
  withAddress,
} from '../../src/database/connection.ts'

const read = (uri: string) => {
  const result = readConnection(uri)
  if (!result.ok) throw new Error(result.why)
  return result.connection
}

test('a URI is read as libpq reads it', () => {
  expect(
    read('postgres://app:p%40ss%2Fw@db.internal:6432/loan%20serve?sslmode=verify-full&options=-c%20a%3Db'),
  ).toEqual({
    host: 'db.internal',
    port: 6432,
    user: 'app',
    password: 'p@ss/w',
    database: 'loan serve',
    options: { sslmode: 'verify-full', options: '-c a=b' },
  })
  expect(read('postgresql://db')).toEqual({ host: 'db', port: 5432, options: {} })
  expect(read('postgres://u@[::1]:5433/d')).toMatchObject({ host: '::1', port: 5433, user: 'u' })
  // A password that somebody forgot to encode: libpq takes all up to the @ for it.
  expect(read('postgres://app:a:b?c#d@db/x')).toMatchObject({ password: 'a:b?c#d', host: 'db' })
})

test.each([
  ['mysql://a:hunter2@db/x', 'is no postgres:// URI'],
  ['<rollback-cluster-url>', 'is no postgres:// URI'],
  ['host=db password=hunter2', 'is no postgres:// URI'],
  ['postgres://a:hunter2@one,two/x', 'names several hosts'],
  ['postgres:///x', 'names no host'],
  ['postgres://a:hunter2@db/x?host=other', 'has its address in the parameter "host"'],
  ['postgres://a:hunter2%zz@db/x', 'holds a % that encodes nothing'],
])('%s is refused without a word of its password', (uri, why) => {
  const result = readConnection(uri)
  expect(result).toMatchObject({ ok: false, why: expect.stringContaining(why) })
  expect(JSON.stringify(result)).not.toContain('hunter2')
})

test('another address leaves every other character as it is written', () => {
  const uri = "postgres://app:p%40s$&;='x@old.internal:5432/loans?sslmode=require&application_name=a@b#f"
  expect(withAddress(uri, { host: 'new', port: 6000 })).toBe(uri.replace('old.internal:5432', 'new:6000'))
  expect(withAddress('postgres://u@h/d', { host: '::1', port: 1 })).toBe('postgres://u@[::1]:1/d')
})

test('whatever user and password are, the way there and back gives the same URI', () => {
  const text = fc.string({ minLength: 1 }).map(encodeURIComponent)
  const place = fc.record({ host: fc.domain(), port: fc.integer({ min: 1, max: 65535 }) })
  fc.assert(
    fc.property(text, text, text, place, place, (user, password, database, from, to) => {
      const uri = `postgres://${user}:${password}@${addressText(from)}/${database}`
      const led = withAddress(uri, to)
      expect(isSameAddress(read(led), to)).toBe(true)
      expect(read(led)).toMatchObject({
        user: decodeURIComponent(user),
        password: decodeURIComponent(password),
      })
      expect(withAddress(led, from)).toBe(uri)
    }),
  )
})

test('libpq gets the connection by its variables, and may only read unless it is to write', () => {
  const connection = read(
    'postgres://app:p%40ss@db/loans?sslmode=no-verify&schema=public&options=-c%20work_mem%3D1',
  )
  expect(connectionEnvironment(connection, { write: false })).toEqual({
    PGHOST: 'db',
    PGPORT: '5432',
    PGUSER: 'app',
    PGPASSWORD: 'p@ss',
    PGDATABASE: 'loans',
    PGSSLMODE: 'require',
    PGCONNECT_TIMEOUT: '10',
    PGAPPNAME: 'handrail',
    PGOPTIONS: '-c work_mem=1 -c default_transaction_read_only=on',
  })
  expect(connectionEnvironment(connection, { write: true }).PGOPTIONS).toBe('-c work_mem=1')
})
