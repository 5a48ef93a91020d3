/** The programs that blocks call: where they are, and which version. */
import { askTool, type Environment } from './ask-tool.ts'
import type { Diagnosis } from './diagnosis.ts'

export interface Tool {
  readonly name: string
  /** Where it was found; undefined where it is not on the PATH. */
  readonly path: string | undefined
  /** How to get it, as a sentence. */
  readonly help: string
}

/** How each tells its version. Of the others only the place is said. */
const versionFlags: Readonly<Record<string, readonly string[]>> = {
  aws: ['--version'],
  bash: ['--version'],
  curl: ['--version'],
  helm: ['version', '--short'],
  jq: ['--version'],
  kubectl: ['version', '--client'],
  node: ['--version'],
  psql: ['--version'],
  python3: ['--version'],
}

/** A diagnosis for each tool that is told apart from the system's own, or that is missing. */
export async function examineTools(tools: readonly Tool[], env: Environment): Promise<readonly Diagnosis[]> {
  const examined = tools.map(async ({ name, path, help }): Promise<Diagnosis | undefined> => {
    const subject = { area: 'Tools', subject: name }
    if (path === undefined) return { ...subject, standing: 'missing', says: 'is not on the PATH.', now: help }
    const flags = versionFlags[name]
    if (flags === undefined) return undefined
    const told = await askTool(path, flags, env)
    if (told.ok) return { ...subject, standing: 'fine', says: `${versionIn(told.text)}  ${path}` }
    return { ...subject, standing: 'missing', says: `${path} does not run: ${told.why}.`, now: help }
  })
  return (await Promise.all(examined)).filter((each) => each !== undefined)
}

/** The first version in what was printed. */
export function versionIn(text: string): string {
  return /\d+\.\d+[\w.+-]*/.exec(text)?.[0] ?? 'version not known'
}
