/** The whole practice world, served in this process, with the real tools in it. */
import { execFile } from 'node:child_process'
import { type ServedWorld, serveWorld } from '../../src/world/serve.ts'

interface Said {
  readonly code: number
  readonly out: string
  readonly err: string
}

export interface Inside {
  readonly world: ServedWorld
  readonly env: Readonly<Record<string, string>>
  readonly errors: readonly unknown[]
  /** Runs a line of bash in the world. */
  readonly sh: (line: string) => Promise<Said>
  /** Runs kubectl in the world, and gives what it printed; throws unless it exits with 0. */
  readonly kubectl: (line: string) => Promise<string>
  /** Waits until a line of bash exits with 0, and gives what it printed. */
  readonly until: (line: string, seconds?: number) => Promise<string>
  readonly close: () => Promise<void>
}

/** A world of that speed; close it when the tests are done. */
export async function openInside({
  speed = 20,
  saved,
}: {
  readonly speed?: number
  /** A directory with a saved world to go on with. */
  readonly saved?: string
} = {}): Promise<Inside> {
  const errors: unknown[] = []
  const world = await serveWorld({
    speed,
    seed: 5,
    scenario: undefined,
    ...(saved === undefined ? {} : { saved }),
    machineNow: Date.now,
    onError: (error) => errors.push(error),
  })
  const env = { PATH: process.env.PATH ?? '', HOME: world.directory, LANG: 'C.UTF-8', ...world.env }
  const sh = (line: string) =>
    new Promise<Said>((resolve) => {
      const child = execFile('bash', ['-c', line], { env, timeout: 50_000 }, (error, out, err) =>
        resolve({ code: error === null ? 0 : Number(error.code ?? 1), out, err }),
      )
      child.stdin?.end()
    })
  return {
    world,
    env,
    errors,
    sh,
    async kubectl(line) {
      const { code, out, err } = await sh(`kubectl ${line}`)
      if (code !== 0) throw new Error(`kubectl ${line} ended with ${code}: ${out}${err}`)
      return out
    },
    async until(line, seconds = 15) {
      const deadline = Date.now() + seconds * 1000
      for (;;) {
        const { code, out, err } = await sh(line)
        if (code === 0) return out
        if (Date.now() > deadline)
          throw new Error(`it did not come true within ${seconds} s: ${line}\n${out}${err}`)
      }
    },
    close: world.close,
  }
}
