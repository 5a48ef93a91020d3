/** Shows a run on the Ink screen, with the cluster's live status beside it. */
import { setFlagsFromString } from 'node:v8'
import type { ClusterStatus } from '../cluster/status.ts'
import { followFlags } from '../run/autopilot.ts'
import { followGates } from '../run/gate-rollback.ts'
import type { OpenRun } from '../run/open-run.ts'
import type { BlockOutput } from '../run/session.ts'
import { fillBlock } from '../runbook/fill.ts'
import { whyRefused } from '../runbook/parameters.ts'
import { openRunScreen } from '../tui/open-run-screen.tsx'
import type { Check } from '../tui/run-ui.ts'
import { themeFor } from '../tui/theme.ts'
import type { Vitals } from '../vitals/vitals.ts'
import { copyOutput } from './copy-output.ts'
import { flagsOf, type RunOptions } from './run-options.ts'
import { ADDRESS, SERVICE, watched } from './watched.ts'

const clock = {
  now: Date.now,
  after: (ms: number, work: () => void) => {
    const timer = setTimeout(work, ms)
    return () => clearTimeout(timer)
  },
}

const forever = new Promise<void>(() => {})

/** Leads the run by keys until it has ended and the operator closes it, it is left, or `stopped` resolves. */
export async function showRun(
  open: OpenRun,
  options: RunOptions,
  stopped: Promise<void>,
): Promise<{ readonly kind: 'ended' | 'left' }> {
  const { conductor, directory } = open
  // Of what a crowded cluster sends nearly nothing is kept: V8 would give the rest 128 MB to lie about in.
  setFlagsFromString('--semi-space-growth-factor=1')
  const status = watchedStatus(open)
  const vitals = watchedVitals(open, status.get)
  const autopilot = followFlags(conductor, flagsOf(options), () => undefined)
  const leaveGates = followGates(conductor, clock)
  try {
    const screen = {
      session: conductor,
      status,
      vitals,
      mask: open.redact,
      now: Date.now,
      record: directory,
      fill: fillBlock,
      check: checkOf(conductor),
      theme: themeFor(process.env),
      copyOutput: (path: string, output: BlockOutput) => copyOutput(path, output, directory),
    }
    // Whoever goes over to another runbook has no time to read how this one ended.
    const goesOver = conductor.ended.then(() => (conductor.opens() === undefined ? forever : undefined))
    await openRunScreen(screen, Promise.race([stopped, goesOver]))
    return { kind: conductor.state().stage.stage === 'ended' ? 'ended' : 'left' }
  } finally {
    autopilot.stop()
    leaveGates()
    status.close()
    vitals.close()
  }
}

/** Judges what is typed as the run itself will judge the answer. */
function checkOf({ view }: OpenRun['conductor']): Check {
  return (name, text) => {
    const { runbook, question } = view()
    const parameter = runbook.parameters.find((one) => one.name === name)
    if (parameter === undefined) return undefined
    return whyRefused(parameter, text, question?.name === name ? question.offered : undefined)
  }
}

function watchedStatus({ pin, conductor }: OpenRun) {
  if (pin === undefined) return watched<ClusterStatus | undefined>(undefined, undefined)
  const { namespace } = conductor.view()
  const { kubeconfigPath, context } = pin
  const shown = { context, namespace, service: SERVICE }
  return watched<ClusterStatus | undefined>(
    { ...shown, colors: [], freshness: { kind: 'connecting' } },
    async (tell) => {
      const { watchClusterStatus } = await import('../cluster/watch-status.ts')
      return watchClusterStatus({ ...shown, kubeconfigPath, now: Date.now }, tell)
    },
  )
}

/** Asked at the address that the runbook itself works with, once its parameters are known. */
function watchedVitals({ pin, conductor, redact }: OpenRun, status: () => ClusterStatus | undefined) {
  if (pin === undefined) return watched<Vitals | undefined>(undefined, undefined)
  const { namespace, runbook } = conductor.view()
  const { kubeconfigPath, context } = pin
  const isSecret = runbook.parameters.some(({ name, secret }) => name === ADDRESS && secret)
  const apiUrl = () =>
    isSecret ? undefined : conductor.view().parameters.find(({ name }) => name === ADDRESS)?.value
  return watched<Vitals | undefined>(undefined, async (tell) => {
    const { followVitals } = await import('../vitals/follow-vitals.ts')
    return followVitals({ kubeconfigPath, context, namespace, apiUrl, status, redact, now: Date.now }, tell)
  })
}
