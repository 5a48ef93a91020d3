/** A person at a real terminal: kubectl exec -it, and kubectl run -it --rm. */
import { spawn } from '@lydell/node-pty'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually, type PracticePods, startPracticePods } from './practice-pods.ts'

let world: PracticePods
beforeAll(async () => {
  world = await startPracticePods()
})
afterAll(async () => {
  await world.close()
  expect(world.errors).toEqual([])
})

interface Session {
  /** Types, once what is on the screen since the last typing ends as `prompt` says. */
  readonly type: (prompt: RegExp, text: string) => Promise<void>
  readonly screen: () => string
  readonly exit: Promise<number>
}

function kubectl(words: readonly string[]): Session {
  const terminal = spawn('kubectl', [...words], { env: { ...world.env, TERM: 'xterm' }, cols: 100, rows: 30 })
  let shown = ''
  let seen = 0
  terminal.onData((text) => {
    shown += text
  })
  return {
    screen: () => shown,
    exit: new Promise((resolve) => terminal.onExit(({ exitCode }) => resolve(exitCode))),
    async type(prompt, text) {
      await eventually(() => (prompt.test(shown.slice(seen)) ? true : undefined)).catch(() => {
        throw new Error(`there was no ${String(prompt)} in ${JSON.stringify(shown)}`)
      })
      seen = shown.length
      terminal.write(text)
    },
  }
}

test('a shell in a pod: prompt, rubbing out, Ctrl-C, an exit code', async () => {
  const session = kubectl(['exec', '-it', world.pod('green'), '--', 'sh'])
  await session.type(/\/ # $/, 'echo $HOSTNAMEX\x7f\r')
  await session.type(/\/ # $/, 'cd /etc\r')
  await session.type(/\/etc # $/, 'sleep 100000\r')
  await session.type(/sleep 100000\r\n$/, '\x03')
  await session.type(/\^C\r\n\/etc # $/, 'echo "code $?"\r')
  await session.type(/code 130\r\n\/etc # $/, 'for i in 1 2\r')
  await session.type(/> $/, 'do echo n$i; done\r')
  await session.type(/n1\r\nn2\r\n\/etc # $/, 'exit 7\r')
  expect(await session.exit).toBe(7)
  expect(session.screen()).toContain(`\r\n${world.pod('green')}\r\n`)
})

test('Ctrl-D ends what reads, and then the shell', async () => {
  const session = kubectl(['exec', '-it', world.pod('green'), '--', 'bash'])
  await session.type(/# $/, 'cat\r')
  await session.type(/cat\r\n$/, 'line\r')
  await session.type(/line\r\nline\r\n$/, '\x04')
  await session.type(/# $/, '\x04')
  expect(await session.exit).toBe(0)
  expect(session.screen()).toMatch(/exit\r\n$/)
})

test('kubectl run -it --rm makes a pod, gives a shell in it, and takes it away', async () => {
  const session = kubectl([
    'run',
    '-it',
    '--rm',
    'box',
    '--image=busybox:1.37',
    '--restart=Never',
    '--',
    'sh',
  ])
  await session.type(/try pressing enter/, '\r')
  await session.type(/\/ # $/, 'wget -qO- api-main/from-box\r')
  await session.type(/"\/from-box"}\r\n\/ # $/, 'exit\r')
  expect(await session.exit).toBe(0)
  expect(session.screen()).toContain('pod "box" deleted')
  expect(world.cluster.pods.get('loanserve', 'box')).toBeUndefined()
})

test('kubectl run ends with the exit code of what it ran', async () => {
  const session = kubectl([
    'run',
    '-i',
    '--rm',
    'box2',
    '--image=busybox:1.37',
    '--restart=Never',
    '--',
    'sh',
  ])
  await session.type(/try pressing enter/, 'exit 6\r')
  await session.type(/exit 6/, '\x04')
  expect(await session.exit).toBe(6)
})
