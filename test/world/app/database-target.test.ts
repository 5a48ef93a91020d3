import { expect, test } from 'vitest'
import { databaseTarget } from '../../../src/world/app/database-target.ts'

test('a URL on this machine is taken apart for the driver', () => {
  expect(databaseTarget('postgres://app:s%40fe@127.0.0.1:41234/loanserve?sslmode=disable')).toEqual({
    config: {
      host: '127.0.0.1',
      port: 41_234,
      user: 'app',
      password: 's@fe',
      database: 'loanserve',
      ssl: false,
    },
  })
  expect(databaseTarget('postgresql://app@localhost/loanserve?sslmode=require')).toMatchObject({
    config: { port: 5432, ssl: true },
  })
})

test.each([
  ['postgres://app:pw@primary:5432/loanserve', 'getaddrinfo ENOTFOUND primary'],
  ['postgres://app:pw@db.example.com/loanserve', 'getaddrinfo ENOTFOUND db.example.com'],
  ['\u00b6\u009cx', 'DATABASE_URL is not a URL of PostgreSQL'],
  ['mysql://127.0.0.1/loanserve', 'DATABASE_URL is not a URL of PostgreSQL'],
])('%s leads nowhere, and no socket is opened for it', (url, message) => {
  expect(databaseTarget(url)).toMatchObject({ problem: { message } })
})

test('a host in the query does not lead elsewhere', () => {
  expect(databaseTarget('postgres://app@127.0.0.1:1/x?host=10.0.0.1&port=9')).toMatchObject({
    config: { host: '127.0.0.1', port: 1 },
  })
})
