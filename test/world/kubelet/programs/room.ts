/** A room to run programs in: a few files, a network in little, and a clock that goes as fast as it is asked. */
import { contentOf } from '../../../../src/world/kubelet/programs/images.ts'
import { createPipe } from '../../../../src/world/kubelet/programs/pipe.ts'
import { startProcess } from '../../../../src/world/kubelet/programs/process.ts'
import { type Room, runCall } from '../../../../src/world/kubelet/programs/program.ts'

export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
  /** How long it took, in milliseconds of the room's clock. */
  readonly ms: number
}

/** Runs words in a room of that image to their end. */
export async function run(
  words: readonly string[],
  {
    image = 'loanserve/api:v1',
    stdin = '',
    env = {},
  }: {
    readonly image?: string
    readonly stdin?: string
    readonly env?: Readonly<Record<string, string>>
  } = {},
): Promise<Ran> {
  let now = Date.UTC(2026, 10, 23, 12)
  const begun = now
  const files = new Map([
    ['/etc/hostname', 'here\n'],
    ['/data/a.txt', 'one\ntwo\nthree\n'],
    ['/data/b.txt', 'four\n'],
  ])
  const directories = ['/', '/etc', '/data', '/tmp']
  const { programs } = contentOf(image)
  const room: Room = {
    hostname: 'here',
    namespace: 'test',
    ip: '10.244.0.9',
    programs,
    processes: () => [{ pid: 1, command: 'node server.js' }],
    now: () => now,
    files: {
      read: (path) => files.get(path),
      list(path) {
        if (!directories.includes(path)) return undefined
        const prefix = path === '/' ? '/' : `${path}/`
        const inside = [...files.keys(), ...directories].filter((each) => each.startsWith(prefix))
        const names = inside.map((each) => each.slice(prefix.length).split('/')[0] ?? '')
        return [...new Set(names)].filter((name) => name !== '').sort()
      },
      write(path, text) {
        files.set(path, text)
        return true
      },
      remove: (path) => files.delete(path),
    },
    sleep(ms) {
      const until = now + ms
      return {
        ready: () => now >= until,
        begin(wake) {
          setImmediate(() => {
            now = Math.max(now, until)
            wake()
          })
          return () => {}
        },
      }
    },
    ask: async ({ url }) =>
      url.hostname === 'api-main'
        ? { kind: 'answered', status: 200, reason: 'OK', headers: [], body: 'hello\n', tookMs: 12 }
        : { kind: 'no-such-host', tookMs: 1 },
    askDatabase: async () => 'accepting',
    resolve: (host) => ({ name: host, addresses: host === 'api-main' ? ['10.96.0.7'] : [] }),
  }
  const [name = '', ...args] = words
  const program = programs.get(name)
  if (program === undefined) throw new Error(`the image has no ${name}`)
  const input = createPipe()
  input.write(stdin)
  input.close()
  let out = ''
  let err = ''
  const code = await new Promise<number>((resolve, reject) => {
    const call = {
      args,
      env,
      cwd: '/',
      room,
      tty: false,
      stdin: input,
      stdout: (text: string) => {
        out += text
      },
      stderr: (text: string) => {
        err += text
      },
    }
    startProcess(runCall(program, call), resolve, reject)
  })
  return { code, out, err, ms: now - begun }
}
