/** From a command of a block to what it asks of the cluster, directly or through kubectl. */
import { type Accesses, together } from './access.ts'
import { kubectlAccess } from './kubectl.ts'
import { kubectlCallsOf } from './own-commands.ts'

/** What the command asks for; nothing where it is not known to ask a cluster. Pure; knows no values of variables. */
export function accessesOf([program = '', ...args]: readonly string[]): Accesses {
  if (program === 'kubectl') return kubectlAccess(args)
  return together((kubectlCallsOf(program, args) ?? []).map(kubectlAccess))
}
