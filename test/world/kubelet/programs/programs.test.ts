import { expect, test } from 'vitest'
import { programOf } from '../../../../src/world/kubelet/program-of.ts'
import { run } from './room.ts'

test('date tells the world’s time, in the format that is asked for', async () => {
  expect((await run(['date'])).out).toBe('Mon Nov 23 12:00:00 UTC 2026\n')
  expect((await run(['date', '-u', '+%Y-%m-%dT%H:%M:%SZ'])).out).toBe('2026-11-23T12:00:00Z\n')
})

test('sleep takes as long as it is told to', async () => {
  expect((await run(['sleep', '1.5', '2m'])).ms).toBe(121_500)
  expect(await run(['sleep', 'x'])).toMatchObject({ code: 1, err: 'sleep: invalid time interval ‘x’\n' })
})

test('grep finds lines by a pattern, and fails when there are none', async () => {
  expect(await run(['grep', '-n', '^t', '/data/a.txt'])).toMatchObject({ out: '2:two\n3:three\n', code: 0 })
  expect(await run(['grep', '-vc', 't', '/data/a.txt'])).toMatchObject({ out: '1\n' })
  expect(await run(['grep', '-E', 'one|four', '/data/a.txt', '/data/b.txt'])).toMatchObject({
    out: '/data/a.txt:one\n/data/b.txt:four\n',
  })
  expect(await run(['grep', 'x', '/data/a.txt'])).toMatchObject({ out: '', code: 1 })
  expect(await run(['grep', 'x', '/nowhere'])).toMatchObject({
    code: 2,
    err: 'grep: /nowhere: No such file or directory\n',
  })
})

test('cat, head and tail complain of files that aren’t there, and show the others', async () => {
  expect(await run(['cat', '/nowhere', '/data/b.txt'])).toMatchObject({
    code: 1,
    out: 'four\n',
    err: 'cat: /nowhere: No such file or directory\n',
  })
  expect((await run(['head', '-2', '/data/a.txt'])).out).toBe('one\ntwo\n')
  expect((await run(['tail', '-n', '+2', '/data/a.txt'])).out).toBe('two\nthree\n')
})

test('pg_isready takes its host from the options, a connection string, or the environment', async () => {
  const env = { PGHOST: 'from-env', PGPORT: '6000' }
  expect((await run(['pg_isready'], { env })).out).toBe('from-env:6000 - accepting connections\n')
  expect((await run(['pg_isready', '-d', 'host=named port=7000'], { env })).out).toBe(
    'named:7000 - accepting connections\n',
  )
  expect(await run(['pg_isready'])).toMatchObject({
    code: 2,
    out: '/var/run/postgresql:5432 - no response\n',
  })
  expect(await run(['pg_isready', '--nope'])).toMatchObject({
    code: 3,
    err: 'pg_isready: unrecognized option \'--nope\'\npg_isready: hint: Try "pg_isready --help" for more information.\n',
  })
  expect((await run(['pg_isready', '-q', '-h', 'x'])).out).toBe('')
})

test('curl and wget fetch pages, each in its own way', async () => {
  expect((await run(['curl', '-s', 'http://api-main/'])).out).toBe('hello\n')
  expect((await run(['curl', '-si', 'api-main'])).out).toBe('HTTP/1.1 200 OK\r\n\r\nhello\n')
  expect(await run(['curl', 'nowhere'])).toMatchObject({
    code: 6,
    err: 'curl: (6) Could not resolve host: nowhere\n',
  })
  const busybox = { image: 'busybox:1.37' }
  expect(await run(['wget', '-O-', 'http://api-main/x'], busybox)).toMatchObject({
    out: 'hello\n',
    err: 'Connecting to api-main (10.96.0.7:80)\n',
  })
  expect(await run(['wget', '-qO-', 'http://nowhere/'], busybox)).toMatchObject({
    code: 1,
    err: "wget: bad address 'nowhere'\n",
  })
})

test('nslookup and getent know the names of the cluster', async () => {
  expect((await run(['nslookup', 'api-main'])).out).toContain('Name:\tapi-main\nAddress: 10.96.0.7\n')
  expect(await run(['nslookup', 'nowhere'])).toMatchObject({ code: 1 })
  expect((await run(['getent', 'hosts', 'api-main'])).out).toBe('10.96.0.7       api-main\n')
  expect((await run(['getent', 'hosts', 'nowhere'])).code).toBe(2)
})

test('what a container runs follows from its image, its command and its arguments', () => {
  const of = (image: string, command?: readonly string[], args?: readonly string[]) =>
    programOf({ image, ...(command ? { command } : {}), ...(args ? { args } : {}) }, {})
  expect(of('loanserve/api:v1')).toMatchObject({ kind: 'server', isApplication: true })
  expect(of('registry.example:5000/loanserve/api:v1', ['node', 'dist/server.js'])).toMatchObject({
    kind: 'server',
  })
  expect(of('loanserve/api:v1', ['sh', '-c', 'echo hi'])).toMatchObject({ kind: 'program' })
  expect(of('nginx:1.27')).toMatchObject({ kind: 'server', isApplication: false, port: 80 })
  expect(of('busybox')).toMatchObject({ kind: 'program', words: ['sh'] })
  expect(of('busybox', undefined, ['sleep', '5'])).toMatchObject({ kind: 'program', words: ['sleep', '5'] })
  expect(of('busybox', ['echo'], ['a'])).toMatchObject({ words: ['echo', 'a'] })
  expect(of('busybox', ['psql'])).toEqual({ kind: 'missing', word: 'psql' })
  expect(of('curlimages/curl:8.14.1', undefined, ['-s', 'api-main'])).toMatchObject({
    words: ['/entrypoint.sh', '-s', 'api-main'],
  })
})

test('only a shell with a trap for it does anything at SIGTERM', () => {
  const ends = (script: string) => {
    const program = programOf({ image: 'busybox', command: ['sh', '-c', script] }, {})
    return program.kind === 'program' && program.endsAtTermination
  }
  expect(ends('sleep 100')).toBe(false)
  expect(ends("trap 'kill %1; exit 0' TERM INT; sleep 100")).toBe(true)
})
