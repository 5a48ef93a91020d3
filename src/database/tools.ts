/** What is asked of kubectl, aws and psql. They are found on the PATH: in a block those are Handrail's stand-ins. */
import { spawn } from 'node:child_process'
import { z } from 'zod'
import type { Address } from './connection.ts'
import type { SecretPatch, StoredSecret } from './repointing.ts'
import type { RestorableWindow } from './restore-time.ts'

/** A tool that could not be started, or ended badly. The message may hold what it printed: redact it before showing it. */
export class ToolFailed extends Error {
  override readonly name = 'ToolFailed'
}

const encodedSecret = z.object({
  metadata: z.object({
    resourceVersion: z.string(),
    annotations: z.record(z.string(), z.string()).default({}),
  }),
  data: z.record(z.string(), z.string()).default({}),
})

export interface SecretPlace {
  readonly name: string
  /** That of the context where there is none. */
  readonly namespace?: string
}

/** Reads a Secret. Its values stay in memory. Throws ToolFailed. */
export async function readSecret(place: SecretPlace): Promise<StoredSecret> {
  const text = await output('kubectl', ['get', 'secret', place.name, ...inNamespace(place), '-o', 'json'])
  const { metadata, data } = parsed(text, encodedSecret, 'kubectl')
  const values = Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()])
  return { name: place.name, ...metadata, values: Object.fromEntries(values) }
}

/**
 * Patches the Secret: first as a dry run of the API server, which checks all that the real one would be refused for.
 * The patch goes in by a pipe, never on a command line. Throws ToolFailed when nothing was changed.
 */
export async function patchSecret(place: SecretPlace, patch: SecretPatch): Promise<void> {
  const words = ['patch', 'secret', place.name, ...inNamespace(place), '--type', 'merge', '-o', 'name']
  const text = JSON.stringify(patch)
  for (const dryRun of [['--dry-run=server'], []]) {
    // kubectl opens /dev/stdin by its name, which fails for the socket that Node gives a child: cat makes a pipe of it.
    const piped = ['-c', 'cat | kubectl "$@" --patch-file /dev/stdin', 'kubectl', ...words, ...dryRun]
    await output('sh', piped, text)
  }
}

const cluster = z.object({
  Endpoint: z.string().optional(),
  Port: z.number().optional(),
  EarliestRestorableTime: z.coerce.date().optional(),
  LatestRestorableTime: z.coerce.date().optional(),
})

const clusters = z.object({ DBClusters: z.tuple([cluster]) })

/** Where the cluster takes writes. Throws ToolFailed. */
export async function clusterAddress(identifier: string): Promise<Address> {
  const { Endpoint: host, Port: port } = await describeCluster(identifier)
  if (host === undefined || port === undefined)
    throw new ToolFailed(`The cluster ${identifier} has no endpoint yet.`)
  return { host, port }
}

/** From when to when the cluster can be restored, now. Throws ToolFailed. */
export async function restorableWindow(identifier: string): Promise<RestorableWindow> {
  const { EarliestRestorableTime: earliest, LatestRestorableTime: latest } = await describeCluster(identifier)
  if (earliest === undefined || latest === undefined)
    throw new ToolFailed(`The cluster ${identifier} has no backups that it can be restored from.`)
  return { earliest: earliest.getTime(), latest: latest.getTime() }
}

async function describeCluster(identifier: string): Promise<z.infer<typeof cluster>> {
  const words = ['rds', 'describe-db-clusters', '--db-cluster-identifier', identifier, '--output', 'json']
  return parsed(await output('aws', words), clusters, 'aws').DBClusters[0]
}

/** Runs psql with the caller's own input and output, without the user's ~/.psqlrc; gives its exit code. */
export function runPsql(
  args: readonly string[],
  connection: Readonly<Record<string, string>>,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn('psql', ['-X', ...args], { env: { ...process.env, ...connection }, stdio: 'inherit' })
    child.on('error', (error) => reject(notStarted('psql', error)))
    child.on('close', (code) => resolve(code ?? 1))
  })
}

function inNamespace({ namespace }: SecretPlace): readonly string[] {
  return namespace === undefined ? [] : ['-n', namespace]
}

/** What the tool printed, once it has ended well. */
function output(tool: string, args: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, AWS_PAGER: '' }
    const child = spawn(tool, args, { env, stdio: ['pipe', 'pipe', 'pipe'] })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    // A tool that ends without reading its input says why on stderr.
    child.stdin.on('error', () => {})
    child.stdin.end(input)
    child.on('error', (error) => reject(notStarted(tool, error)))
    child.on('close', (code) => {
      if (code === 0) resolve(stdout)
      else reject(new ToolFailed(stderr.trim() || `${tool} ended with exit code ${code}`))
    })
  })
}

function notStarted(tool: string, error: Error): ToolFailed {
  const isMissing = 'code' in error && error.code === 'ENOENT'
  return new ToolFailed(isMissing ? `${tool} is not on the PATH.` : `${tool}: ${error.message}`)
}

function parsed<T>(text: string, shape: z.ZodType<T>, tool: string): T {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new ToolFailed(`${tool} did not answer with JSON.`)
  }
  const result = shape.safeParse(value)
  if (!result.success) throw new ToolFailed(`${tool} answered with something else than was asked for.`)
  return result.data
}
