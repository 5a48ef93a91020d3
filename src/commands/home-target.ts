/** The cluster that a runbook would work on, as the home screen shows it before one is chosen. */
import type { ClusterStatus } from '../cluster/status.ts'
import { createRedactor } from '../journal/redact.ts'
import { namespaceFor } from '../run/open-context.ts'
import { readContext } from '../run/pin.ts'
import { resolve } from '../runbook/parameters.ts'
import type { Runbook } from '../runbook/runbook.ts'
import type { Vitals } from '../vitals/vitals.ts'
import { aroundProcess } from './around.ts'
import { ADDRESS, SERVICE } from './watched.ts'

export interface HomeTarget {
  readonly mode: 'live' | 'practice'
  readonly context: string
  readonly namespace: string
  /** The text of a kubeconfig that holds the one context: nothing is written for a look. */
  readonly kubeconfig: string
  /** Where the application answers, where the runbook can tell without asking anybody. */
  readonly apiUrl: string | undefined
}

/** What the kubeconfig's current context and the runbook for deployments lead to; undefined where there is no cluster. */
export async function homeTarget(deployment: Runbook | undefined): Promise<HomeTarget | undefined> {
  const { environment, inPracticeWorld } = aroundProcess({}, () => undefined)
  const found = await readContext(environment, undefined)
  if (found.kind !== 'found') return undefined
  const { context, namespace, kubeconfig } = found.context
  return {
    mode: inPracticeWorld ? 'practice' : 'live',
    context,
    namespace:
      deployment === undefined ? namespace : namespaceFor({ runbook: deployment, given: {} }, found.context),
    kubeconfig,
    apiUrl: addressOf(deployment, environment),
  }
}

function addressOf(runbook: Runbook | undefined, env: Readonly<Record<string, string>>): string | undefined {
  const parameter = runbook?.parameters.find(({ name, secret }) => name === ADDRESS && !secret)
  if (parameter === undefined) return undefined
  const step = resolve(parameter, { given: {}, env, known: {}, tried: [] })
  return step.kind === 'value' ? step.value : undefined
}

/** Masks what looks like a secret. The values of the namespace's Secrets are read by runs alone, not for a look. */
export const maskAtHome = createRedactor({ values: [] })

/** Follows blue and green until it is closed; undefined where there is no cluster. */
export async function watchTarget(
  target: HomeTarget | undefined,
  tell: (status: ClusterStatus) => void,
): Promise<{ readonly close: () => void } | undefined> {
  if (target === undefined) return undefined
  const { watchClusterStatus } = await import('../cluster/watch-status.ts')
  const { context, namespace, kubeconfig } = target
  return watchClusterStatus({ context, namespace, kubeconfig, service: SERVICE, now: Date.now }, tell)
}

/** Asks how the application fares until it is closed; undefined where there is no cluster. */
export async function watchTargetVitals(
  target: HomeTarget | undefined,
  status: () => ClusterStatus | undefined,
  tell: (vitals: Vitals) => void,
): Promise<{ readonly close: () => void } | undefined> {
  if (target === undefined) return undefined
  const { followVitals } = await import('../vitals/follow-vitals.ts')
  const { context, namespace, kubeconfig, apiUrl } = target
  return followVitals(
    { context, namespace, kubeconfig, apiUrl: () => apiUrl, status, redact: maskAtHome, now: Date.now },
    tell,
  )
}
