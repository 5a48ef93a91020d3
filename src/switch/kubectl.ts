/** What a switch asks of kubectl. It is found on the PATH: in a block that is Handrail's stand-in. */
import { spawn } from 'node:child_process'
import type { z } from 'zod'
import { deploymentShape, serviceShape } from './objects.ts'
import type { Operation } from './traffic-patch.ts'

/** What kubectl answered, or why it did not. */
export type Told<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: string }

/** How long kubectl may take for one answer, in milliseconds. */
const answerWithinMs = 15_000

/** How long new pods may take until they are ready, in seconds. */
const rolloutSeconds = 120

const forReal = { dryRun: false }

/** kubectl in one namespace; that of its context where none is named. Nothing here ever throws. */
export function kubectlIn(namespace: string | undefined) {
  const at = namespace === undefined ? [] : ['-n', namespace]
  const read = async <T>(shape: z.ZodType<T>, kind: string, name: string) =>
    parsed(await kubectl(['get', kind, name, ...at, '-o', 'json']), shape)
  const how = ({ dryRun }: { readonly dryRun: boolean }) => (dryRun ? ['--dry-run=server'] : [])
  return {
    deployment: (name: string) => read(deploymentShape, 'deployment', name),
    service: (name: string) => read(serviceShape, 'service', name),
    patchService: (name: string, patch: readonly Operation[], asIf = forReal) =>
      kubectl(['patch', 'service', name, ...at, '--type', 'json', '-p', JSON.stringify(patch), ...how(asIf)]),
    scale: (name: string, replicas: number, asIf = forReal) =>
      kubectl(['scale', 'deployment', name, ...at, `--replicas=${replicas}`, ...how(asIf)]),
    /** Waits until all pods are as declared and ready; `signal` ends the waiting. */
    rolledOut: (name: string, signal?: AbortSignal) =>
      kubectl(['rollout', 'status', `deployment/${name}`, ...at, `--timeout=${rolloutSeconds}s`], {
        withinMs: rolloutSeconds * 1000 + answerWithinMs,
        ...(signal === undefined ? {} : { signal }),
      }),
  }
}

interface Patience {
  readonly withinMs: number
  readonly signal?: AbortSignal
}

/**
 * One call. It has a session of its own: a Ctrl-C that is meant for the switch must not cut a write in two, nor the
 * putting back short.
 */
function kubectl(
  args: readonly string[],
  { withinMs, signal }: Patience = { withinMs: answerWithinMs },
): Promise<Told<string>> {
  return new Promise((resolve) => {
    const late = AbortSignal.timeout(withinMs)
    const child = spawn('kubectl', args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      signal: signal === undefined ? late : AbortSignal.any([late, signal]),
      killSignal: 'SIGTERM',
    })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    child.on('error', (error) => {
      if (late.aborted) resolve({ ok: false, why: `kubectl did not answer within ${withinMs / 1000} s` })
      else if ('code' in error && error.code === 'ENOENT')
        resolve({ ok: false, why: 'kubectl is not on the PATH' })
      else resolve({ ok: false, why: `kubectl: ${error.message}` })
    })
    child.on('close', (code) => {
      if (code === 0) resolve({ ok: true, value: stdout })
      else resolve({ ok: false, why: lastWords(stderr) || `kubectl ended with exit code ${code}` })
    })
  })
}

/** kubectl's last line says what was wrong; those before it are warnings and tries. */
function lastWords(stderr: string): string {
  return (stderr.trim().split('\n').at(-1) ?? '').replace(/^error: /i, '')
}

function parsed<T>(told: Told<string>, shape: z.ZodType<T>): Told<T> {
  if (!told.ok) return told
  try {
    const read = shape.safeParse(JSON.parse(told.value))
    return read.success
      ? { ok: true, value: read.data }
      : { ok: false, why: 'kubectl answered with something else' }
  } catch {
    return { ok: false, why: 'kubectl did not answer with JSON' }
  }
}
