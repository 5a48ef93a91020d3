import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { createJournal, type Journal } from '../../src/journal/journal.ts'
import { type ShippingProblem, shipAll, startShipping } from '../../src/journal/ship.ts'
import { runDirectory } from '../../src/journal/store.ts'
import { freePort, type Postgres, startPostgres } from '../postgres.ts'
import { entry, randomFrom, seed } from './sample.ts'
import { temporaryDirectory } from './temporary.ts'

let postgres: Postgres
beforeAll(async () => {
  postgres = await startPostgres()
})
afterAll(() => postgres.stop())

let runs = 0

/** A new run with a journal of that many notes, under a state directory of its own. */
async function newRun(notes: number) {
  const state = await temporaryDirectory()
  runs += 1
  const run = `2026-11-23-0714-deploy-${String(runs).padStart(4, '0')}`
  const directory = runDirectory(state, run)
  const journal = await createJournal(directory, { run })
  onTestFinished(() => journal.close())
  await appendNotes(journal, notes)
  const lines = () => readFileSync(join(directory, 'journal.jsonl'), 'utf8').split('\n').slice(0, -1)
  return { state, run, directory, journal, lines }
}

async function appendNotes(journal: Journal, count: number) {
  await Promise.all(
    Array.from({ length: count }, (_, n) => journal.append(entry('note', { n, text: 'größer ✓' }))),
  )
}

async function query(text: string, values: unknown[] = [], url = postgres.url) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(text, values)).rows
  } finally {
    await client.end()
  }
}

/** The lines that the database has of a run, in the order of their seq. */
async function shippedLines(run: string, url = postgres.url): Promise<string[]> {
  const rows = await query('select seq, raw from handrail_records where run = $1 order by seq', [run], url)
  return rows.map(({ raw }) => raw)
}

/** Ships in the background; collects problems and recoveries. */
function shipping(directory: string, run: string, databaseUrl = postgres.url) {
  const problems: ShippingProblem[] = []
  const recoveries: string[] = []
  const shipped = startShipping({
    databaseUrl,
    directory,
    run,
    onProblem: (problem) => problems.push(problem),
    onRecovered: () => recoveries.push('recovered'),
  })
  onTestFinished(async () => {
    await shipped.close({ waitMs: 0 })
  })
  return { ...shipped, problems, recoveries }
}

test('what is appended while a run goes on is in the database when it ends, as the lines of the journal', async () => {
  const { run, directory, journal, lines } = await newRun(3)
  const background = shipping(directory, run)
  for (let round = 0; round < 20; round += 1) {
    await appendNotes(journal, 7)
    background.notify()
  }
  expect(await background.close({ waitMs: 10_000 })).toEqual({ everything: true })
  expect(await shippedLines(run)).toEqual(lines())
  expect(lines()).toHaveLength(143)
  expect(background.problems).toEqual([])
  const [row] = await query('select *, seq::int as seq from handrail_records where run = $1 and seq = 2', [
    run,
  ])
  expect(row).toMatchObject({
    ...JSON.parse(lines()[1] ?? ''),
    at: new Date(entry('note').at),
    data: { n: 1, text: 'größer ✓' },
  })
})

test('shipped twice, and by two at once, each record is there once', async () => {
  const { state, run, lines } = await newRun(1200)
  const both = await Promise.all([shipAll(state, postgres.url), shipAll(state, postgres.url)])
  expect(both.map(({ problem }) => problem)).toEqual([undefined, undefined])
  expect(both.reduce((sum, { runs: [first] }) => sum + (first?.shipped ?? 0), 0)).toBe(1200)
  expect(await shipAll(state, postgres.url)).toEqual({ runs: [{ run, shipped: 0, already: 1200 }] })
  expect(await shippedLines(run)).toEqual(lines())
})

test('a database that is down when the run begins gets everything once it is up, and the run never waited', async () => {
  const { run, directory, journal, lines } = await newRun(1)
  const port = await freePort()
  const url = `postgres://handrail:none@127.0.0.1:${port}/postgres`
  const first = shipping(directory, run, url)
  await vi.waitUntil(() => first.problems.length > 0)
  expect(first.problems[0]).toMatchObject({ kind: 'away' })
  expect(first.problems[0]?.message).toContain(`127.0.0.1:${port}/postgres: connect ECONNREFUSED`)
  await appendNotes(journal, 50)
  first.notify()
  expect(await first.close({ waitMs: 0 })).toEqual({ everything: false })

  // The password is only known once the server has been made, so a second shipping takes up where the first left off…
  const late = await startPostgres({ port })
  onTestFinished(late.stop)
  const second = shipping(directory, run, late.url)
  await vi.waitUntil(async () => (await shippedLines(run, late.url).catch(() => [])).length === 51, {
    timeout: 20_000,
  })
  // …and goes on through the loss of its connection, which it notices by itself.
  await query(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'handrail'",
    [],
    late.url,
  )
  await appendNotes(journal, 5)
  second.notify()
  await vi.waitUntil(async () => (await shippedLines(run, late.url)).length === 56, { timeout: 20_000 })
  await second.close({ waitMs: 5000 })
  expect(await shippedLines(run, late.url)).toEqual(lines())
})

test('the same shipping outlives a database that is down, tells it once, and tells that it goes on', async () => {
  const { run, directory, lines } = await newRun(10)
  const { port: target } = postgres
  const port = await freePort()
  const url = postgres.url.replace(`:${target}/`, `:${port}/`)
  const background = shipping(directory, run, url)
  await vi.waitUntil(() => background.problems.length > 0)
  // A forwarder on the port that was refused is a database that has come up.
  const { connect } = await import('node:net')
  const forwarder = createServer((socket) => {
    const through = connect(target, '127.0.0.1')
    socket.pipe(through).pipe(socket)
    socket.on('error', () => through.destroy())
    through.on('error', () => socket.destroy())
  })
  await new Promise<void>((resolve) => forwarder.listen(port, '127.0.0.1', resolve))
  await vi.waitUntil(() => background.recoveries.length > 0, { timeout: 20_000 })
  expect(background.problems).toHaveLength(1)
  expect(await background.close({ waitMs: 5000 })).toEqual({ everything: true })
  expect(await shippedLines(run)).toEqual(lines())
  await new Promise((resolve) => forwarder.close(resolve))
})

test(`a shipper killed with SIGKILL in the midst loses nothing and doubles nothing (seed ${seed})`, async () => {
  const { state, run, directory, lines } = await newRun(4000)
  const random = randomFrom(seed)
  const program = fileURLToPath(new URL('shipper.ts', import.meta.url))
  for (let round = 0; round < 4; round += 1) {
    const child = spawn(process.execPath, [program, directory, run], {
      env: { ...process.env, HANDRAIL_DATABASE_URL: postgres.url },
      stdio: 'inherit',
    })
    const gone = once(child, 'exit')
    const before = (await shippedLines(run)).length
    const more = 1 + Math.floor(random() * 900)
    await vi.waitUntil(async () => (await shippedLines(run)).length >= Math.min(before + more, 4000), {
      timeout: 20_000,
      interval: 1,
    })
    child.kill('SIGKILL')
    await gone
    const there = await shippedLines(run)
    expect(there).toEqual(lines().slice(0, there.length))
  }
  const { runs: shipped } = await shipAll(state, postgres.url)
  expect(shipped).toMatchObject([{ run }])
  expect(await shippedLines(run)).toEqual(lines())
})

test('a record that differs from the database is reported as tampering, and neither is overwritten', async () => {
  const { state, run, directory, journal } = await newRun(5)
  await shipAll(state, postgres.url)
  await query("update handrail_records set hash = repeat('0', 64) where run = $1 and seq = 3", [run])
  await journal.append(entry('note'))
  const { runs: shipped } = await shipAll(state, postgres.url)
  expect(shipped[0]).toMatchObject({ run, shipped: 0, problem: { kind: 'tampering' } })
  expect(shipped[0]?.problem?.message).toContain(
    `TAMPERING: Record 3 of ${run} in the database differs from the journal`,
  )
  const background = shipping(directory, run)
  await vi.waitUntil(() => background.problems.length > 0)
  expect(background.problems).toMatchObject([{ kind: 'tampering' }])
  expect(await background.close({ waitMs: 1000 })).toEqual({ everything: false })
  expect(await query('select hash from handrail_records where run = $1 and seq = 3', [run])).toEqual([
    { hash: '0'.repeat(64) },
  ])
})

test('records that are missing in the midst of the database are put back', async () => {
  const { state, run, lines } = await newRun(5)
  await shipAll(state, postgres.url)
  await query('delete from handrail_records where run = $1 and seq in (2, 3)', [run])
  expect(await shipAll(state, postgres.url)).toEqual({ runs: [{ run, shipped: 2, already: 3 }] })
  expect(await shippedLines(run)).toEqual(lines())
})

test('an end that was cut off a journal after it was shipped is reported as tampering', async () => {
  const { state, run, directory, journal, lines } = await newRun(5)
  await shipAll(state, postgres.url)
  await journal.close()
  writeFileSync(join(directory, 'journal.jsonl'), `${lines().slice(0, 3).join('\n')}\n`)
  const { runs: shipped } = await shipAll(state, postgres.url)
  expect(shipped[0]?.problem?.message).toContain(`the database has 2 records of ${run} after record 3`)
  expect(await shippedLines(run)).toHaveLength(5)
})

test('an altered journal is shipped up to the bad record and no further', async () => {
  const { state, run, directory, lines } = await newRun(5)
  const path = join(directory, 'journal.jsonl')
  writeFileSync(path, readFileSync(path, 'utf8').replace('"n":3', '"n":7'))
  const { runs: shipped } = await shipAll(state, postgres.url)
  expect(shipped[0]).toMatchObject({ run, shipped: 3, problem: { kind: 'journal' } })
  expect(shipped[0]?.problem?.message).toContain('record 4 on line 4 was altered')
  expect(await shippedLines(run)).toEqual(lines().slice(0, 3))
})

test('a line that is only half written is not shipped', async () => {
  const { state, run, directory, lines } = await newRun(3)
  const path = join(directory, 'journal.jsonl')
  writeFileSync(path, readFileSync(path).subarray(0, -1))
  expect(await shipAll(state, postgres.url)).toEqual({ runs: [{ run, shipped: 2, already: 0 }] })
  expect(await shippedLines(run)).toEqual(lines().slice(0, 2))
})

test('what Postgres can not hold (U+0000) is replaced in its columns and kept in raw', async () => {
  const { state, run, journal, lines } = await newRun(0)
  await journal.append({ ...entry('note', { 'k\0': ['a\0b', { c: 1e308, d: -0 }] }), by: 'Ma\0ra' })
  expect(await shipAll(state, postgres.url)).toEqual({ runs: [{ run, shipped: 1, already: 0 }] })
  const [row] = await query('select by, data, raw from handrail_records where run = $1', [run])
  expect(row).toEqual({
    by: 'Ma\ufffdra',
    data: { 'k\ufffd': ['a\ufffdb', { c: 1e308, d: 0 }] },
    raw: lines()[0],
  })
})

test('a role that may only insert and select ships to a table that is there', async () => {
  const { state, run } = await newRun(2)
  await shipAll(state, postgres.url)
  await query("create role shipper login password 'only-insert'")
  await query('revoke create on schema public from public')
  await query('grant select, insert on handrail_records to shipper')
  const url = postgres.url.replace(/\/\/.*@/, '//shipper:only-insert@')
  expect(await shipAll(state, url)).toEqual({ runs: [{ run, shipped: 0, already: 2 }] })
})

test('what was read from the journal when an insert failed is shipped by the next try', async () => {
  const earlier = await newRun(1)
  await shipAll(earlier.state, postgres.url)
  await query("create role looker login password 'only-look'")
  await query('grant select on handrail_records to looker')
  const { run, directory, lines } = await newRun(20)
  const background = shipping(directory, run, postgres.url.replace(/\/\/.*@/, '//looker:only-look@'))
  await vi.waitUntil(() => background.problems.length > 0, { timeout: 10_000 })
  expect(background.problems[0]?.message).toContain('permission denied for table handrail_records')
  await query('grant insert on handrail_records to looker')
  await vi.waitUntil(() => background.recoveries.length > 0, { timeout: 10_000 })
  expect(await shippedLines(run)).toEqual(lines())
})

test('no message shows the password', async () => {
  const { state, directory, run } = await newRun(1)
  const secret = 'hunter2-%40-secret'
  const urls = [
    postgres.url.replace(/\/\/.*@/, `//handrail:${secret}@`),
    `postgres://handrail:${secret}@127.0.0.1:${await freePort()}/x`,
    `postgres://handrail:${secret}@127.0.0.1:99999/x`,
    `not a url with ${secret}`,
    `postgres://handrail:${secret}@no-such-host.invalid/x`,
  ]
  for (const url of urls) {
    const { problem } = await shipAll(state, url)
    expect(problem?.kind, url).toBe('away')
    expect(problem?.message, url).not.toMatch(/hunter2/)
    const background = shipping(directory, run, url)
    await vi.waitUntil(() => background.problems.length > 0, { timeout: 10_000 })
    expect(background.problems[0]?.message, url).not.toMatch(/hunter2/)
  }
})

test('a server that takes the connection and never answers is given up after three seconds, and closing waits no longer than it was told', async () => {
  const { state, directory, run } = await newRun(1)
  const sockets = new Set<import('node:net').Socket>()
  const mute = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
  })
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    mute.close()
  })
  const address = mute.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const url = `postgres://a:b@127.0.0.1:${address.port}/x`
  const background = shipping(directory, run, url)
  await vi.waitUntil(() => sockets.size > 0)
  const start = performance.now()
  expect(await background.close({ waitMs: 150 })).toEqual({ everything: false })
  expect(performance.now() - start).toBeLessThan(1000)
  const { problem } = await shipAll(state, url)
  expect(performance.now() - start).toBeLessThan(8000)
  expect(problem?.message).toContain('timeout')
})
