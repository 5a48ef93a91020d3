/** Pins a run to one cluster: a private kubeconfig that holds the one context, whatever other windows switch to. */
import { execFile } from 'node:child_process'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import { printable } from '../health/printable.ts'

const run = promisify(execFile)

/** Longest wait for kubectl to read its own configuration; it asks no cluster for it. */
const CONFIG_TIMEOUT_MS = 10_000

const kubeconfig = z.object({
  'current-context': z.string(),
  clusters: z.array(z.object({ cluster: z.object({ server: z.string().default('') }) })).default([]),
  contexts: z.array(z.object({ context: z.object({ namespace: z.string().optional() }) })).default([]),
})

/** The one context that a run is pinned to, as kubectl's configuration has it now. */
export interface Context {
  readonly context: string
  readonly server: string
  /** The namespace that the context names, or `default` as kubectl has it. */
  readonly namespace: string
  /** A kubeconfig that holds this context alone, its credentials included. */
  readonly kubeconfig: string
}

export type ContextResult =
  | { readonly kind: 'found'; readonly context: Context }
  /** kubectl is there and no cluster is configured. */
  | { readonly kind: 'no-cluster'; readonly why: string }
  | { readonly kind: 'no-kubectl' }

/** Reads the named context, or the current one; asks no cluster. */
export async function readContext(
  environment: Readonly<Record<string, string>>,
  name: string | undefined,
): Promise<ContextResult> {
  const named = name === undefined ? [] : ['--context', name]
  let text: string
  try {
    const args = ['config', 'view', '--raw', '--minify', '--flatten', '-o', 'json', ...named]
    text = (await run('kubectl', args, { env: environment, timeout: CONFIG_TIMEOUT_MS })).stdout
  } catch (error) {
    return isMissing(error) ? { kind: 'no-kubectl' } : { kind: 'no-cluster', why: firstLine(error) }
  }
  const parsed = kubeconfig.safeParse(JSON.parse(text))
  if (!parsed.success)
    return { kind: 'no-cluster', why: 'kubectl config view gave no context that can be read' }
  return {
    kind: 'found',
    context: {
      context: parsed.data['current-context'],
      server: parsed.data.clusters[0]?.cluster.server ?? '',
      namespace: parsed.data.contexts[0]?.context.namespace ?? 'default',
      kubeconfig: text,
    },
  }
}

export interface Pin extends Omit<Context, 'kubeconfig'> {
  /** The private kubeconfig; readable by this user alone. */
  readonly kubeconfigPath: string
  readonly release: () => Promise<void>
}

/**
 * Puts the context's kubeconfig into the run's own directory, where a crash leaves it at most until the run is resumed.
 */
export async function pinRun(directory: string, { kubeconfig: text, ...context }: Context): Promise<Pin> {
  const kubeconfigPath = join(directory, 'kubeconfig')
  const release = () => rm(kubeconfigPath, { force: true })
  await release()
  await writeFile(kubeconfigPath, text, { mode: 0o600 })
  return { ...context, kubeconfigPath, release }
}

/** The Secrets of a namespace as kubectl's JSON, or why they could not be read. They are kept in memory alone. */
export async function readSecrets(
  environment: Readonly<Record<string, string>>,
  namespace: string,
): Promise<{ readonly ok: true; readonly json: string } | { readonly ok: false; readonly why: string }> {
  try {
    const args = ['get', 'secrets', '-n', namespace, '-o', 'json', '--request-timeout=5s']
    const options = { env: environment, timeout: CONFIG_TIMEOUT_MS, maxBuffer: 64 * 1024 * 1024 }
    return { ok: true, json: (await run('kubectl', args, options)).stdout }
  } catch (error) {
    return { ok: false, why: firstLine(error) }
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

/** Longest that is told of what kubectl says, in characters. */
const LONGEST_REASON = 600

/** kubectl quotes what the API server says as it is. */
function firstLine(error: unknown): string {
  const text = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error)
  return printable(text.trim().split('\n')[0] ?? '', LONGEST_REASON) || 'kubectl gave no reason'
}
