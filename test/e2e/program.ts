/** Runs the built program without a terminal, in a practice world that the test can look into. */
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { type PracticeWorld, startPracticeWorld } from '../../src/commands/practice-world.ts'
import { bin } from './terminal.ts'

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface Scene {
  readonly env: Readonly<Record<string, string>>
  /** Runs `handrail ARGS…` to its end. */
  readonly handrail: (...args: string[]) => Promise<Ended>
  /** Runs kubectl in the world's namespace and gives what it printed; throws when it fails. */
  readonly kubectl: (...args: string[]) => Promise<string>
  readonly close: () => Promise<void>
}

/** A practice world, a state directory of its own, and the built program between them. */
export async function setScene(options: { readonly speed?: number } = {}): Promise<Scene> {
  const world: PracticeWorld = await startPracticeWorld({ speed: options.speed ?? 20 })
  const state = await mkdtemp(join(tmpdir(), 'handrail-e2e-'))
  const own = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  )
  const env: Record<string, string> = {
    ...Object.fromEntries(own),
    ...world.env,
    HANDRAIL_STATE_DIR: state,
    HANDRAIL_OPERATOR: 'tess',
  }
  const run = (command: string, args: readonly string[]) => ended(command, args, env)
  return {
    env,
    handrail: (...args) => run(process.execPath, [bin, ...args]),
    kubectl: async (...args) => {
      const { code, stdout, stderr } = await run('kubectl', [...args, '-n', 'loanserve'])
      if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`)
      return stdout
    },
    close: async () => {
      await world.close()
      await rm(state, { recursive: true, force: true })
    },
  }
}

/** Runs a program to its end. */
export function ended(command: string, args: readonly string[], env: Record<string, string>): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text
    })
    child.on('error', reject)
    child.on('close', (code, signal) =>
      resolve({ code: code ?? (signal === null ? 1 : 128), stdout, stderr }),
    )
  })
}

const record = z.object({
  seq: z.number(),
  run: z.string(),
  by: z.string(),
  type: z.string(),
  data: z.record(z.string(), z.unknown()),
})

export type PrintedRecord = z.infer<typeof record>

/** The records that `-o json` printed. */
export function recordsOf(stdout: string): readonly PrintedRecord[] {
  return stdout
    .trim()
    .split('\n')
    .map((line) => record.parse(JSON.parse(line)))
}

/** Image, replicas and selector of everything that a deployment touches. */
export async function shapeOf(scene: Scene): Promise<string> {
  const deployments = await scene.kubectl(
    'get',
    'deployments',
    '-o',
    'jsonpath={range .items[*]}{.metadata.name} {.spec.template.spec.containers[0].image} {.spec.replicas}{"\\n"}{end}',
  )
  const selector = await scene.kubectl('get', 'service', 'api-main', '-o', 'jsonpath={.spec.selector}')
  return `${deployments}${selector}`
}
