/** Opens the run screen on the terminal and gives the terminal back when the operator leaves it. */
import { render } from 'ink'
import { clean } from '../shell/clean.ts'
import { drawing } from './drawing.ts'
import { farewell } from './ended-pane.ts'
import { RunApp, type RunAppProps } from './run-app.tsx'

/**
 * Shows the run until the operator leaves, or `until` resolves. The terminal is then as it was before, with a summary
 * in its scrollback. Rejects when drawing failed.
 */
export async function openRunScreen(
  props: Omit<RunAppProps, 'onLeave'>,
  until: Promise<void>,
): Promise<void> {
  const app = render(<RunApp {...props} onLeave={() => app.unmount()} />, drawing)
  until.then(() => app.unmount())
  await app.waitUntilExit()
  process.stdout.write(clean(farewell(props.session.view(), props.record)))
}
