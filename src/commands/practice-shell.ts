/** A shell of the operator's own inside a practice world, with a pager that rings into it. */
import { mkdir, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { exportLines, insideWorld, runIn } from './inside-world.ts'
import { ringOnTerminal, startPager } from './practice-pager.ts'
import type { PracticeWorld } from './practice-world.ts'
import { shellQuote } from './shell-quote.ts'

/** Opens $SHELL in the world and waits until it is left. Its prompt says where it is. */
export async function practiceShell(world: PracticeWorld, scenario: string): Promise<void> {
  const say = (line: string) => void process.stderr.write(`${line}\n`)
  // The terminal is the shell's now: two who read from it would each get half of the keys.
  process.stdin.pause()
  const silence = startPager(world, ringOnTerminal)
  try {
    await insideWorld(world, [process.execPath, process.argv[1] ?? ''], async (env, directory) => {
      const { command, more } = await shellCommand(env, directory, `(practice ${scenario}) `)
      return runIn(command, { ...env, ...more }, say)
    })
  } finally {
    silence()
  }
}

/**
 * The command of an interactive shell that has read the operator's own settings and then the world's environment once
 * more: settings that point KUBECONFIG or AWS_PROFILE elsewhere must not lead out of practice.
 */
async function shellCommand(
  env: Readonly<Record<string, string>>,
  directory: string,
  prompt: string,
): Promise<{ readonly command: readonly string[]; readonly more: Readonly<Record<string, string>> }> {
  const shell = process.env.SHELL ?? '/bin/sh'
  const settings = (own: string) =>
    `[ -f ${own} ] && . ${own}\n${exportLines(env)}PS1=${shellQuote(prompt)}"$PS1"\n`
  if (process.stdin.isTTY !== true) return { command: [shell], more: {} }
  switch (basename(shell)) {
    case 'bash': {
      const file = join(directory, 'bashrc')
      await writeFile(file, settings('~/.bashrc'))
      return { command: [shell, '--rcfile', file, '-i'], more: {} }
    }
    case 'zsh': {
      const folder = join(directory, 'zsh')
      await mkdir(folder)
      await writeFile(join(folder, '.zshrc'), settings('~/.zshrc'))
      return { command: [shell, '-i'], more: { ZDOTDIR: folder } }
    }
    default:
      return { command: [shell], more: { PS1: `${prompt}$ ` } }
  }
}
