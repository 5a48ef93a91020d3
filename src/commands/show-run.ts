/** Shows a run on the Ink screen, with the cluster's live status beside it. */
import type { ClusterStatus } from '../cluster/status.ts'
import { followFlags } from '../run/autopilot.ts'
import { followGates } from '../run/gate-rollback.ts'
import type { OpenRun } from '../run/open-run.ts'
import { fillBlock } from '../runbook/fill.ts'
import { openRunScreen } from '../tui/open-run-screen.tsx'
import { themeFor } from '../tui/theme.ts'
import { flagsOf, type RunOptions } from './run-options.ts'

/** The Service whose selector says which color is live, where the runbook doesn't name another. */
const SERVICE = 'api-main'

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
  const status = watchedStatus(open)
  const autopilot = followFlags(conductor, flagsOf(options), () => undefined)
  const leaveGates = followGates(conductor, clock)
  try {
    const screen = {
      session: conductor,
      status,
      now: Date.now,
      record: directory,
      fill: fillBlock,
      theme: themeFor(process.env),
    }
    // Whoever goes over to another runbook has no time to read how this one ended.
    const goesOver = conductor.ended.then(() => (conductor.opens() === undefined ? forever : undefined))
    await openRunScreen(screen, Promise.race([stopped, goesOver]))
    return { kind: conductor.state().stage.stage === 'ended' ? 'ended' : 'left' }
  } finally {
    autopilot.stop()
    leaveGates()
    status.close()
  }
}

/** The live status as a store; its client is loaded after the first frame, since that takes longer than the frame. */
function watchedStatus({ pin, conductor }: OpenRun) {
  let latest: ClusterStatus | undefined
  let watching: { readonly close: () => void } | undefined
  let closed = false
  const listeners = new Set<() => void>()
  const { namespace } = conductor.view()
  if (pin !== undefined) {
    latest = {
      context: pin.context,
      namespace,
      service: SERVICE,
      colors: [],
      freshness: { kind: 'connecting' },
    }
    const watched = {
      kubeconfigPath: pin.kubeconfigPath,
      context: pin.context,
      namespace,
      service: SERVICE,
      now: Date.now,
    }
    setImmediate(async () => {
      const { watchClusterStatus } = await import('../cluster/watch-status.ts')
      if (closed) return
      watching = watchClusterStatus(watched, (status) => {
        latest = status
        for (const listener of listeners) listener()
      })
    })
  }
  return {
    get: () => latest,
    subscribe: (listener: () => void) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: () => {
      closed = true
      watching?.close()
    },
  }
}
