/** Which blocks a dry run lets run at all; what happens inside them is decided by the stand-ins. */
import type { Role } from '../../machines/events.ts'
import type { Block } from '../runbook/runbook.ts'

const guarded: ReadonlySet<string> = new Set(['kubectl', 'aws'])

/**
 * Why a dry run does not run a block, or undefined where it may: every command that changes something is one whose
 * stand-in knows how to hold it back. Checks and gates are not run, since what they ask about was never changed.
 */
export function dryRunSkips(block: Block, role: Role): string | undefined {
  if (role === 'verify') return 'dry run: nothing was changed that could be checked'
  if (role === 'watch') return 'dry run: nothing was changed that could be watched'
  if (block.effect === 'read') return undefined
  const changing = block.commands.filter((command) => command.effect !== 'read')
  const free = changing.find((command) => !guarded.has(command.words[0] ?? ''))
  if (free !== undefined) return `dry run: nothing holds "${free.words[0] ?? 'this command'}" back`
  if (changing.length === 0) return 'dry run: the block changes something by other means than kubectl and aws'
  return undefined
}
