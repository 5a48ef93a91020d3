/** The duties of `handrail switch`, one after the other, and the way back when one of them fails. */
import { setTimeout as pause } from 'node:timers/promises'
import { ask } from '../health/ask.ts'
import { wordsOf } from '../health/judgment.ts'
import { type ProbeOptions, probe } from '../health/probes.ts'
import { defaultSince, defaultThresholds } from '../health/thresholds.ts'
import { doorTrouble } from '../switch/flow.ts'
import { kubectlIn, type Told } from '../switch/kubectl.ts'
import { planSwitch, type Seen, type TrafficSwitch, wayBackReplicas } from '../switch/plan.ts'
import type { Tell } from '../switch/progress.ts'
import { originOf, trafficPatch } from '../switch/traffic-patch.ts'
import { type Changed, nothingChanged } from '../switch/way-back.ts'
import { putBack } from './switch-back.ts'

/** Whether the switch was done; if not, whether everything is as it was before. */
export type Outcome = 'done' | 'as-before' | 'not-put-back'

/** A duty that was not fulfilled; the message says why. */
class DutyFailed extends Error {
  override readonly name = 'DutyFailed'
}

/** A switch under way. */
interface Course {
  readonly wish: TrafficSwitch
  readonly seen: Seen
  readonly kubectl: ReturnType<typeof kubectlIn>
  readonly tell: Tell
  readonly interrupted: AbortSignal
  /** Hears of each change before it is made. */
  readonly note: (changed: Partial<Changed>) => void
}

/** Where the application is asked how it does. */
const healthPath = '/healthz'

/** How many requests are made at the same time: one bad pod among three is rarely met by one. */
const requestsAtOnce = 3

/** How often to look at the very end: what flowed a moment ago may flicker, and is not lost for it. */
const lastAttempts = 3

/**
 * Verifies the target, gives it the capacity, moves the traffic, validates that it flows, drains, and scales the old
 * color down. When a duty fails or `interrupted` is aborted, everything that was changed is put back before this
 * resolves. Rejects only for a defect of ours, after the putting back.
 */
export async function switchTraffic(
  wish: TrafficSwitch,
  tell: Tell,
  interrupted: AbortSignal,
): Promise<Outcome> {
  const kubectl = kubectlIn(wish.namespace)
  let changed = nothingChanged
  let seen: Seen | undefined
  const note = (more: Partial<Changed>) => {
    changed = { ...changed, ...more }
  }
  try {
    tell({ event: 'duty', number: 1, says: `Verify the health of ${wish.prefix}${wish.to}` })
    seen = await look(wish, kubectl)
    const course = { wish, seen, kubectl, tell, interrupted, note }
    const raiseTo = await verify(course)
    await (wish.dryRun ? rehearse(course, raiseTo) : carryOut(course, raiseTo))
    return 'done'
  } catch (error) {
    const isExpected = error instanceof DutyFailed || interrupted.aborted
    if (interrupted.aborted) tell({ event: 'failed', why: interruption(changed) })
    else if (error instanceof DutyFailed) tell({ event: 'failed', why: error.message })
    const isBack = seen === undefined || (await putBack(wish, seen, changed, tell))
    if (!isExpected) throw error
    return isBack ? 'as-before' : 'not-put-back'
  }
}

function interruption(changed: Changed): string {
  return changed === nothingChanged
    ? 'interrupted. Nothing was changed.'
    : 'interrupted: everything is put back first'
}

async function look(wish: TrafficSwitch, kubectl: Course['kubectl']): Promise<Seen> {
  const { service, prefix, from, to } = wish
  const [target, main, old] = await Promise.all([
    kubectl.deployment(`${prefix}${to}`),
    kubectl.service(service),
    kubectl.deployment(`${prefix}${from}`),
  ])
  const given = <T>(told: Told<T>) => orFail(told, (why) => `${why}. Nothing was changed.`)
  return { to: given(target), service: given(main), from: given(old) }
}

/** Whether the target may get the traffic; gives how many pods it needs first, where it has fewer. */
async function verify({ wish, seen, tell, interrupted }: Course): Promise<number | undefined> {
  interrupted.throwIfAborted()
  const plan = planSwitch(wish, seen)
  if (plan.kind === 'refuse') throw new DutyFailed(plan.why)
  const { replicas } = seen.to.spec
  tell({ event: 'seen', says: `${replicas} of ${replicas} pods ready` })

  const [selector, health] = await judged(wish, ['selector', 'health'], true)
  interrupted.throwIfAborted()
  // That the Service selects another color is what is about to change; a key that the target's pods lack stays.
  if (selector?.kind === 'bad' && selector.cause === 'stale-key')
    throw new DutyFailed(`${selector.why}. The traffic was not touched.`)
  if (health?.kind === 'bad')
    throw new DutyFailed(
      `the pods of ${wish.to}, asked past the Service for ${healthPath}: ${health.why}. The traffic was not touched.`,
    )
  // Whoever may move the traffic may still not be allowed to forward a port: Kubernetes has judged the pods already.
  if (health?.kind === 'good') tell({ event: 'seen', says: `its pods answer ${healthPath}: ${health.says}` })
  else tell({ event: 'seen', says: `its pods could not be asked past the Service: ${health?.why ?? ''}` })
  return plan.raiseTo
}

async function carryOut(course: Course, raiseTo: number | undefined): Promise<void> {
  const { wish, seen, kubectl, tell, interrupted } = course
  const target = seen.to.metadata.name
  const old = seen.from.metadata.name
  if (raiseTo !== undefined) {
    tell({ event: 'seen', says: `giving it ${raiseTo} pods, as many as ${old} has` })
    await change(course, { raised: true }, () => kubectl.scale(target, raiseTo))
    const waited = await kubectl.rolledOut(target, interrupted)
    interrupted.throwIfAborted()
    orFail(waited, (why) => `${target} did not get ${raiseTo} ready pods: ${why}`)
  }

  tell({ event: 'duty', number: 2, says: `Switch the traffic from ${wish.from} to ${wish.to}` })
  await change(course, { moved: true }, () => kubectl.patchService(wish.service, patchOf(course)))

  tell({ event: 'duty', number: 3, says: 'Validate that the traffic flows' })
  tell({ event: 'seen', says: await flows(course, wish.attempts) })
  tell({ event: 'seen', says: `letting open connections finish for ${wish.drainSeconds}s` })
  await pause(wish.drainSeconds * 1000, undefined, { signal: interrupted })

  tell({ event: 'duty', number: 4, says: `Scale the old color to ${wayBackReplicas} replica` })
  await change(course, { lowered: true }, () => kubectl.scale(old, wayBackReplicas))
  await flows(course, lastAttempts)
  tell({
    event: 'done',
    says: `Traffic is on ${wish.to}; ${old} keeps ${wayBackReplicas} replica as the way back.`,
  })
}

/** Has the API server check each change as it would the real one; it stores none. */
async function rehearse(course: Course, raiseTo: number | undefined): Promise<void> {
  const { wish, seen, kubectl, tell, interrupted } = course
  const would = async (says: string, deed: Promise<Told<string>>) => {
    orFail(await deed, (why) => `it would fail to ${says}: ${why}. A dry run: nothing was changed.`)
    interrupted.throwIfAborted()
    tell({ event: 'would', says: `would ${says}` })
  }
  const asIf = { dryRun: true }
  const { to, from } = seen
  if (raiseTo !== undefined)
    await would(
      `scale ${to.metadata.name} from ${to.spec.replicas} to ${raiseTo} pods and wait for them`,
      kubectl.scale(to.metadata.name, raiseTo, asIf),
    )
  await would(
    `switch the traffic from ${wish.from} to ${wish.to}`,
    kubectl.patchService(wish.service, patchOf(course), asIf),
  )
  tell({
    event: 'would',
    says: `would look up to ${wish.attempts} times whether it flows, then wait ${wish.drainSeconds}s`,
  })
  await would(
    `scale ${from.metadata.name} from ${from.spec.replicas} to ${wayBackReplicas} replica`,
    kubectl.scale(from.metadata.name, wayBackReplicas, asIf),
  )
  tell({ event: 'done', says: 'A dry run: nothing was changed.' })
}

function patchOf({ wish: { from, to }, seen }: Course) {
  return trafficPatch(seen.service, from, to, originOf(from, seen.from))
}

/** One change, noted before it is begun: when it is cut short it may have happened. */
async function change(
  { interrupted, note }: Course,
  what: Partial<Changed>,
  deed: () => Promise<Told<string>>,
): Promise<void> {
  interrupted.throwIfAborted()
  note(what)
  const told = await deed()
  interrupted.throwIfAborted()
  orFail(told, (why) => why)
}

/** Looks until everybody is served by the target, and says so; fails when that is not seen within the attempts. */
async function flows({ wish, interrupted }: Course, attempts: number): Promise<string> {
  const { to, apiUrl } = wish
  let why = ''
  for (let attempt = 1; attempt <= attempts; attempt++) {
    if (attempt > 1) await pause(1000, undefined, { signal: interrupted })
    const [[endpoints, selector], answers] = await Promise.all([
      judged(wish, ['endpoints', 'selector'], false),
      apiUrl === undefined
        ? []
        : Promise.all(Array.from({ length: requestsAtOnce }, () => ask(healthUrl(apiUrl)))),
    ])
    interrupted.throwIfAborted()
    const door = doorTrouble(answers, to)
    if (endpoints?.kind === 'good' && door === undefined) return endpoints.says
    // The selector says why the endpoints are not as they should be.
    const cause = selector?.kind === 'bad' ? selector : endpoints
    why = endpoints?.kind === 'good' || cause === undefined ? (door ?? '') : wordsOf(cause)
  }
  throw new DutyFailed(`after ${attempts} attempts the traffic does not flow to ${to}: ${why}`)
}

/** The probes of `handrail probe`, asked for the target. */
async function judged(
  { namespace, service, to, apiUrl }: TrafficSwitch,
  names: Parameters<typeof probe>[0],
  direct: boolean,
) {
  const options: ProbeOptions = {
    ...{ apiUrl, path: healthPath, namespace, service, color: to, direct },
    ...{ requests: 1, since: defaultSince, thresholds: defaultThresholds },
  }
  return (await probe(names, options)).map(({ judgment }) => judgment)
}

function healthUrl(apiUrl: string): string {
  return `${apiUrl.replace(/\/+$/, '')}${healthPath}`
}

/** The value, or a failed duty with those words. */
function orFail<T>(told: Told<T>, words: (why: string) => string): T {
  if (told.ok) return told.value
  throw new DutyFailed(words(told.why))
}
