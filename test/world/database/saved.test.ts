import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ask, nextMoment, practiceDatabases, urlOf } from './practice-databases.ts'

let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'handrail-saved-'))
})

afterEach(() => rm(directory, { recursive: true, force: true }))

const paid = 'SELECT count(*)::int FROM payments WHERE amount_cents = 777'

test('a saved world goes on with its databases, their addresses and their past', async () => {
  const saved = join(directory, 'saved')
  const first = await practiceDatabases()
  await ask(first.primaryUrl, "INSERT INTO payments (loan_id, amount_cents) VALUES ('LN-10001', 777)")
  const before = await nextMoment()
  await ask(first.primaryUrl, 'DELETE FROM payments WHERE amount_cents = 777')
  await nextMoment()
  await first.restore('rollback', first.primaryId, before)
  await first.save(saved)
  await first.stop()

  const second = await practiceDatabases({ saved })
  try {
    expect(second.primaryUrl).toBe(first.primaryUrl)
    expect(second.asleep(second.primaryUrl)).toBeUndefined()
    expect(second.isAwake(second.primaryId)).toBe(false)
    expect(await ask(second.primaryUrl, paid)).toEqual([{ count: 0 }])
    // It had no instance when it was saved.
    await expect(ask(urlOf(second, 'rollback'), paid)).rejects.toThrow('ECONNREFUSED')
    await second.open('rollback')
    expect(await ask(urlOf(second, 'rollback'), paid)).toEqual([{ count: 1 }])
    await second.restore('again', second.primaryId, before)
    await second.open('again')
    expect(await ask(urlOf(second, 'again'), paid)).toEqual([{ count: 1 }])
  } finally {
    await second.stop()
  }
})

test('a database that slept when it was saved sleeps on, with what was paid meanwhile', async () => {
  const saved = join(directory, 'saved')
  const first = await practiceDatabases()
  first.asleep(first.primaryUrl)?.pay('LN-10001', 777, Date.now() + 1)
  await first.save(saved)
  await first.stop()
  const second = await practiceDatabases({ saved })
  try {
    expect(second.asleep(second.primaryUrl)?.payments.at(-1)).toMatchObject({
      loanId: 'LN-10001',
      amountCents: 777,
    })
    expect(await ask(second.primaryUrl, paid)).toEqual([{ count: 1 }])
  } finally {
    await second.stop()
  }
})

test('where its port is taken now a saved database has another one', async () => {
  const saved = join(directory, 'saved')
  const first = await practiceDatabases()
  await first.save(saved)
  const second = await practiceDatabases({ saved })
  try {
    expect(second.primaryUrl).not.toBe(first.primaryUrl)
    expect(second.asleep(second.primaryUrl)?.loans.size).toBe(1200)
    expect(second.asleep(first.primaryUrl)).toBeUndefined()
  } finally {
    await Promise.all([first.stop(), second.stop()])
  }
})

test('a template that is kept serves the next world, and a broken one is done without', async () => {
  const cache = join(directory, 'cache')
  for (let world = 0; world < 3; world++) {
    const [kept] = world < 2 ? [] : await readdir(cache)
    if (kept !== undefined) await writeFile(join(cache, kept), 'no template')
    const databases = await practiceDatabases({ cache })
    expect(await ask(databases.primaryUrl, 'SELECT count(*)::int FROM loans')).toEqual([{ count: 1200 }])
    await databases.stop()
  }
})
