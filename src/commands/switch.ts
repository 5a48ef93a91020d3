/** `handrail switch FROM TO`: the duties of ops/deploy/blue_green_switch.sh, which is the same thing by its path. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { exitCode } from '../run/exit-code.ts'
import { Refusal } from '../run/refusal.ts'

export interface SwitchOptions {
  readonly namespace?: string
  readonly service?: string
  readonly prefix?: string
  readonly drain?: string
}

/**
 * Verifies the target's health, moves the traffic, validates that it flows and scales the old color down; puts
 * everything back if one of these fails. Gives the script's exit code. Throws a Refusal when the script isn't there.
 */
export async function switchCommand(
  from: string,
  to: string,
  { namespace, service, prefix, drain }: SwitchOptions,
): Promise<number> {
  const script = scriptFrom(dirname(fileURLToPath(import.meta.url)))
  const env = {
    ...process.env,
    ...(namespace === undefined ? {} : { NAMESPACE: namespace }),
    ...(service === undefined ? {} : { SERVICE: service }),
    ...(prefix === undefined ? {} : { DEPLOYMENT_PREFIX: prefix }),
    ...(drain === undefined ? {} : { DRAIN_SECONDS: drain }),
  }
  const child = spawn(script, [from, to], { stdio: 'inherit', env })
  // It puts everything back before it ends: whoever is told to end waits for that.
  const handOn = (signal: NodeJS.Signals) => child.kill(signal)
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.on(signal, handOn)
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', (error) =>
        reject(new Refusal(`${script} can't be started: ${error.message}. Nothing was changed.`)),
      )
      child.once('exit', (code) => resolve(code ?? exitCode.failed))
    })
  } finally {
    for (const signal of signals) process.off(signal, handOn)
  }
}

function scriptFrom(folder: string): string {
  const script = join(folder, 'ops', 'deploy', 'blue_green_switch.sh')
  if (existsSync(script)) return script
  if (dirname(folder) === folder)
    throw new Refusal('ops/deploy/blue_green_switch.sh is not there. Nothing was changed.')
  return scriptFrom(dirname(folder))
}
