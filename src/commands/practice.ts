/** `handrail practice`: the deployment in a practice world, to learn it where nothing can break. */
import { z } from 'zod'
import { runCommand } from './run.ts'

const practiceOptions = z.looseObject({})

/** Opens the practice world with the deployment; gives the exit code. */
export async function practiceCommand(options: unknown): Promise<number> {
  return runCommand('deploy', { ...practiceOptions.parse(options), practice: true })
}
