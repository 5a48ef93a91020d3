/** A container's life: what the kubelet does with it from the pod's coming to its node until its end. */
import type { Container } from '../kubernetes/objects.ts'
import { backOff, goDuration } from './back-off.ts'
import {
  type ContainerMoment,
  type ContainerSetting,
  type EndedRun,
  type Life,
  type LifeState,
  normal,
  waiting,
  warning,
} from './life.ts'
import { pulling } from './pulling.ts'
import { type Changed, LifeEnded, rest } from './rest.ts'
import { type RunEnd, running } from './running.ts'

const createMs = 400
/** From the end of a run to the kubelet's next look at the pod. */
const noticeMs = 1000
/** How often it looks at a pod that waits. */
const lookMs = 15_000
/** How often it tries to make an environment of which something is missing. */
const retryMs = 10_000
/** A run of this length forgives earlier failures. */
const forgivenAfterMs = 600_000

/** The container's life from that time on; it goes on for ever unless the container ends for good. */
export function* containerLife(setting: ContainerSetting, from: number): Life {
  try {
    yield* lives(setting, from)
  } catch (error) {
    if (!(error instanceof LifeEnded)) throw error
  }
}

function* lives(setting: ContainerSetting, from: number): Life {
  const { restartPolicy } = setting
  let container = setting.container
  let at = from
  let last: EndedRun | undefined
  let failures = 0
  let state = waiting(setting.waitsFor)
  let image: string | undefined
  for (let run = 0; ; run++) {
    const standing = { restarts: run, ...(last === undefined ? {} : { last }) }
    const begun = yield* beginning(setting, container, image, at, standing, state)
    container = begun.container
    image = container.image
    at = begun.at
    const program = setting.programOf(container, begun.env)
    const created = normal('Created', `Created container: ${container.name}`)
    let outcome: RunEnd
    if (program.kind === 'missing')
      outcome = yield* notStarted(container, program.word, at, standing, run, [created])
    else {
      const events = [created, normal('Started', `Started container ${container.name}`)]
      outcome = yield* running(setting, { at, container, program, env: begun.env, standing, run, events })
    }
    const { ended, because } = outcome
    container = outcome.container
    const over =
      because === 'told' ||
      (because !== 'changed' && restartPolicy === 'Never') ||
      (because !== 'changed' && restartPolicy === 'OnFailure' && ended.exitCode === 0)
    const terminated: LifeState = { kind: 'terminated', ...ended }
    const moment = { at: ended.endedAt, state: terminated, ...standing, ready: false, events: [], deeds: [] }
    if (over) {
      yield { ...moment, wakeAt: Number.POSITIVE_INFINITY }
      return
    }
    last = ended
    if (ended.endedAt - ended.startedAt >= forgivenAfterMs) failures = 0
    const asked = because === 'changed' ? 0 : failures
    const again = yield* restarting(setting, container, moment, ended, asked, run)
    at = again.at
    container = again.container
    state = again.state
    failures = because === 'changed' ? 0 : failures + 1
  }
}

type Standing = Pick<ContainerMoment, 'restarts' | 'last'>

/**
 * Gets the image, unless it is the `present` one, and makes the environment; while a Secret or ConfigMap that it
 * names is missing, it waits.
 */
function* beginning(
  setting: ContainerSetting,
  wanted: Container,
  present: string | undefined,
  from: number,
  standing: Standing,
  before: LifeState,
): Life<Changed & { readonly env: Readonly<Record<string, string>> }> {
  const first = present === undefined
  const here = normal('Pulled', `Container image "${wanted.image}" already present on machine`)
  let pulled =
    wanted.image === present
      ? { at: from, container: wanted, event: here }
      : yield* pulling(setting, wanted, from, standing)
  let state = first ? waiting(setting.waitsFor) : before
  for (;;) {
    const quiet = { ...standing, ready: false, deeds: [] }
    const { container } = pulled
    let at = pulled.at
    let events = [pulled.event]
    const takes = first ? createMs : 0
    let changed = yield* rest({ at, state, ...quiet, events }, at + takes)
    at += takes
    while (changed === undefined) {
      const environment = setting.environment(container)
      if ('env' in environment) return { at, container, env: environment.env }
      state = waiting('CreateContainerConfigError', environment.missing)
      events = [warning('Failed', `Error: ${environment.missing}`)]
      changed = yield* rest({ at, state, ...quiet, events }, at + retryMs)
      at += retryMs
    }
    pulled = yield* pulling(setting, changed.container, changed.at, standing)
  }
}

/** A container whose program isn't in its image: the runtime refuses it, in runc's words. */
function* notStarted(
  container: Container,
  word: string,
  at: number,
  standing: Standing,
  run: number,
  events: ContainerMoment['events'],
): Life<RunEnd> {
  const why = word.includes('/')
    ? `exec: ${JSON.stringify(word)}: stat ${word}: no such file or directory`
    : `exec: ${JSON.stringify(word)}: executable file not found in $PATH`
  const message =
    'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: ' +
    `unable to start container process: error during container init: ${why}: unknown`
  const state = waiting('RunContainerError', message)
  const told = [...events, warning('Failed', `Error: ${message}`)]
  yield* rest({ at, state, ...standing, ready: false, events: told, deeds: [] }, at + noticeMs)
  const endedAt = at + noticeMs
  const ended: EndedRun = { startedAt: endedAt, endedAt, exitCode: 128, reason: 'StartError', message, run }
  return { ended, because: 'itself', container }
}

/** Waits until the container is to run again: the first time at once, then each time longer. */
function* restarting(
  setting: ContainerSetting,
  wanted: Container,
  moment: Omit<ContainerMoment, 'wakeAt'>,
  last: EndedRun,
  failures: number,
  run: number,
): Life<Changed & { readonly state: LifeState }> {
  const { pod } = setting
  const { name } = wanted
  let container = wanted
  const noticed = last.endedAt + noticeMs
  const early = yield* rest(moment, noticed)
  if (early !== undefined) container = early.container
  if (failures === 0 || early !== undefined)
    return { at: early?.at ?? noticed, container, state: moment.state }
  const wait = backOff(failures - 1)
  const full = `${pod.name}_${pod.namespace}(${pod.uid})`
  const state = waiting(
    'CrashLoopBackOff',
    `back-off ${goDuration(wait)} restarting failed container=${name} pod=${full}`,
  )
  const told = warning('BackOff', `Back-off restarting failed container ${name} in pod ${full}`)
  const until = last.endedAt + wait
  for (let at = noticed; at < until; at += lookMs) {
    const shown = { at, state, restarts: run, last, ready: false, events: [told], deeds: [] }
    const changed = yield* rest(shown, Math.min(until, at + lookMs))
    if (changed !== undefined) return { ...changed, state }
  }
  return { at: until, container, state }
}
