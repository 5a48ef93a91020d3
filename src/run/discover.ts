/** Runs the commands that find parameters out: announced and recorded like any other, and never able to change anything. */
import type { BlockRequest, RunningBlock } from '../shell/block.ts'
import type { Conductor } from './conductor.ts'
import type { Discovery } from './preparing.ts'
import type { OutputLine } from './session.ts'

/** A discovery is a question to the cluster; one that takes longer has no answer. */
const DISCOVERY_TIMEOUT_MS = 30_000

export interface DiscovererParts {
  readonly conductor: Conductor
  readonly cwd: string
  readonly environment: () => Readonly<Record<string, string>>
  readonly startBlock: (request: BlockRequest) => Promise<RunningBlock>
}

/** Gives what runs one discovery with the values known so far; it never rejects but for a record that can't be written. */
export function createDiscoverer({ conductor, cwd, environment, startBlock }: DiscovererParts) {
  return async (parameter: string, command: string): Promise<Discovery> => {
    await conductor.record({ type: 'discovery.started', data: { parameter, source: command } })
    const lines: OutputLine[] = []
    const discovery = await run(command, lines, parameter).catch(
      (error): Discovery => ({ stdout: '', failure: error instanceof Error ? error.message : String(error) }),
    )
    const { failure } = discovery
    await conductor.record({
      type: 'discovery.ended',
      data: { parameter, ...(failure === undefined ? {} : { failure }) },
    })
    return discovery
  }

  async function run(command: string, lines: OutputLine[], parameter: string): Promise<Discovery> {
    const block = await startBlock({
      source: command,
      cwd,
      env: environment(),
      timeoutMs: DISCOVERY_TIMEOUT_MS,
      // Whatever a runbook's author wrote there, finding something out changes nothing.
      dryRun: true,
      redact: (text) => text,
      onCommand: async ({ tool, argv, decision }) => {
        await conductor.record({ type: 'command.announced', data: { parameter, tool, argv, decision } })
      },
      onOutput: (batch) => {
        if (lines.at(-1)?.unfinished === true) lines.pop()
        lines.push(...batch)
      },
    })
    const { outcome } = await block.result
    const text = (stream: OutputLine['stream']) =>
      lines
        .filter((line) => line.stream === stream)
        .map((line) => line.text)
        .join('\n')
    if (outcome.kind === 'exited' && outcome.code === 0) return { stdout: text('stdout') }
    const how = outcome.kind === 'exited' ? `ended with exit code ${outcome.code}` : `was ${outcome.kind}`
    const said = text('stderr').trim().split('\n')[0]
    return { stdout: '', failure: said === undefined || said === '' ? how : `${how}: ${said}` }
  }
}
