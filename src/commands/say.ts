/** Lines for a person. What they quote of a cluster, an account or a file can't steer the terminal. */
import { clean } from '../shell/clean.ts'

/** On standard output. */
export function say(text: string): void {
  process.stdout.write(clean(text))
}

/** On standard error: what is not the answer itself. */
export function warn(text: string): void {
  process.stderr.write(clean(text))
}
