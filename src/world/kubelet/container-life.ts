/**
 * A container's life: what the kubelet says of it from the pod's creation on, as a pure sequence of moments. All
 * times are milliseconds since the pod was created, as a real cluster would take them; whoever plays them may go
 * faster.
 */
import { type AppBehavior, behaviorOf, isPullable } from '../app/behavior.ts'
import type { Happening } from '../event-recorder.ts'
import type { Container, Probe } from '../kubernetes/objects.ts'
import { probeResult, probeSettings } from './probe.ts'

/** One run of the container that has ended. */
export interface EndedRun {
  readonly startedAt: number
  readonly endedAt: number
  readonly exitCode: number
  readonly reason: 'Error' | 'Completed'
  readonly run: number
}

type LifeState =
  | { readonly kind: 'waiting'; readonly reason: string; readonly message?: string }
  | {
      readonly kind: 'running'
      readonly startedAt: number
      readonly behavior: AppBehavior
      readonly env: Readonly<Record<string, string>>
    }
  | ({ readonly kind: 'terminated' } & EndedRun)

export interface ContainerMoment {
  readonly at: number
  readonly state: LifeState
  readonly last?: EndedRun
  readonly restarts: number
  /** Whether the readiness probe holds; a container without one is ready while it runs. */
  readonly ready: boolean
  readonly events: readonly Happening[]
}

/** What the environment of a container comes to, or the message of why it can't be made. */
export type Environment = { readonly env: Readonly<Record<string, string>> } | { readonly missing: string }

export interface ContainerSetting {
  readonly container: Container
  readonly pod: { readonly name: string; readonly namespace: string; readonly uid: string }
  readonly ip: string
  readonly restartPolicy: string
  /** Whether the node has the image already. Asked once, at the container's first start. */
  readonly imagePresent: () => boolean
  /** Asked at each start, so that a restart sees a changed Secret or ConfigMap, and nothing else does. */
  readonly environment: () => Environment
}

/** When the pod's network is there and its address is known. */
export const sandboxReadyMs = 500
const pullMs = 1500
const createMs = 400
/** From the end of a run to the kubelet's next look at the pod. */
const noticeMs = 1000
/** The kubelet retries what failed after this, doubled each time up to the most (container runtime's back-off). */
const firstBackOffMs = 10_000
const mostBackOffMs = 300_000
/** A run of this length forgives earlier failures. */
const forgivenAfterMs = 600_000

const normal = (reason: string, message: string): Happening => ({ type: 'Normal', reason, message })
const warning = (reason: string, message: string): Happening => ({ type: 'Warning', reason, message })

function backOff(failures: number): number {
  return Math.min(mostBackOffMs, firstBackOffMs * 2 ** failures)
}

/** Go's way to write a duration of whole seconds: `10s`, `2m40s`. */
function goDuration(ms: number): string {
  const seconds = Math.round(ms / 1000)
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`
}

/** The container's life from its pod's creation; it goes on for ever unless the container ends for good. */
export function* containerLife(setting: ContainerSetting): Generator<ContainerMoment, void> {
  const { container, restartPolicy } = setting
  const waiting = (reason: string, message?: string): LifeState => ({
    kind: 'waiting',
    reason,
    ...(message === undefined ? {} : { message }),
  })
  yield { at: 0, state: waiting('ContainerCreating'), restarts: 0, ready: false, events: [] }

  const pulled = yield* pulling(setting)
  let at = pulled.at + createMs
  let events = pulled.events
  let last: EndedRun | undefined
  let failures = 0
  let state: LifeState = waiting('ContainerCreating')
  for (let run = 0; ; run++) {
    const before = { restarts: run, ...(last === undefined ? {} : { last }) }
    const made = yield* configured(setting, at, { ...before, state }, events)
    at = made.at
    events = [
      ...(made.waited ? [] : events),
      normal('Created', `Created container: ${container.name}`),
      normal('Started', `Started container ${container.name}`),
    ]
    const ended = yield* running(setting, made.env, { at, ...before, events, run })
    const { killed, ...outcome } = ended
    const over = restartPolicy === 'Never' || (restartPolicy === 'OnFailure' && outcome.exitCode === 0)
    state = { kind: 'terminated', ...outcome }
    yield {
      at: outcome.endedAt,
      state,
      ...before,
      ready: false,
      events: killed === undefined ? [] : [killed],
    }
    if (over) return
    last = outcome
    if (outcome.endedAt - outcome.startedAt >= forgivenAfterMs) failures = 0
    const present = normal('Pulled', `Container image "${container.image}" already present on machine`)
    // The first failure is restarted at once; from the second on the kubelet waits, each time longer.
    at = outcome.endedAt + noticeMs
    if (failures > 0) {
      const wait = backOff(failures - 1)
      const name = `${setting.pod.name}_${setting.pod.namespace}(${setting.pod.uid})`
      const message = `back-off ${goDuration(wait)} restarting failed container=${container.name} pod=${name}`
      const told = warning('BackOff', `Back-off restarting failed container ${container.name} in pod ${name}`)
      state = waiting('CrashLoopBackOff', message)
      const held = { state, restarts: run, last, ready: false }
      const until = outcome.endedAt + wait
      for (; at < until; at += 15_000) yield { at, ...held, events: [told] }
      at = until
    }
    failures++
    events = [present]
  }
}

/** Gets the image onto the node; an image that isn't there is asked for again and again, and this never ends. */
function* pulling(
  setting: ContainerSetting,
): Generator<ContainerMoment, { readonly at: number; readonly events: readonly Happening[] }> {
  const { image, imagePullPolicy } = setting.container
  if (setting.imagePresent() && imagePullPolicy !== 'Always') {
    const message = `Container image "${image}" already present on machine`
    // A node with the image still sets up the pod's network and volumes first.
    return { at: sandboxReadyMs + pullMs, events: [normal('Pulled', message)] }
  }
  const creating: LifeState = { kind: 'waiting', reason: 'ContainerCreating' }
  const pending = { restarts: 0, ready: false }
  const ask = normal('Pulling', `Pulling image "${image}"`)
  yield { at: sandboxReadyMs, state: creating, ...pending, events: [ask] }
  if (isPullable(image)) {
    const took = `${pullMs / 1000}s`
    const message = `Successfully pulled image "${image}" in ${took} (${took} including waiting). Image size: 61842337 bytes.`
    return { at: sandboxReadyMs + pullMs, events: [normal('Pulled', message)] }
  }
  const full = /^[^/]+[.:][^/]*\//.test(image)
    ? image
    : `docker.io/${image.includes('/') ? '' : 'library/'}${image}`
  const why =
    `rpc error: code = NotFound desc = failed to pull and unpack image "${full}": ` +
    `failed to resolve reference "${full}": ${full}: not found`
  const failed = `Failed to pull image "${image}": ${why}`
  const refused: LifeState = { kind: 'waiting', reason: 'ErrImagePull', message: why }
  const held = `Back-off pulling image "${image}"`
  const backedOff: LifeState = {
    kind: 'waiting',
    reason: 'ImagePullBackOff',
    message: `${held}: ErrImagePull: ${why}`,
  }
  let at = sandboxReadyMs + 800
  for (let failures = 0; ; failures++) {
    const told = [warning('Failed', failed), warning('Failed', 'Error: ErrImagePull')]
    yield { at, state: refused, ...pending, events: failures === 0 ? told : [ask, ...told] }
    const next = at + backOff(failures)
    for (let look = at + 1500; look < next; look += 15_000) {
      const events = [normal('BackOff', held), warning('Failed', 'Error: ImagePullBackOff')]
      yield { at: look, state: backedOff, ...pending, events }
    }
    at = next
  }
}

/** Makes the container's environment; while a Secret or ConfigMap that it names is missing, it waits. */
function* configured(
  setting: ContainerSetting,
  from: number,
  before: { readonly state: LifeState; readonly restarts: number; readonly last?: EndedRun },
  events: readonly Happening[],
): Generator<ContainerMoment, { at: number; env: Readonly<Record<string, string>>; waited: boolean }> {
  let { state } = before
  for (let at = from; ; at += 10_000) {
    // A moment in which nothing changes: the environment is asked for when it has come, and not earlier.
    yield { at, ...before, state, ready: false, events: [] }
    const environment = setting.environment()
    if ('env' in environment) return { at, env: environment.env, waited: at !== from }
    state = { kind: 'waiting', reason: 'CreateContainerConfigError', message: environment.missing }
    const told = warning('Failed', `Error: ${environment.missing}`)
    yield { at, ...before, state, ready: false, events: at === from ? [...events, told] : [told] }
  }
}

interface Run {
  readonly at: number
  readonly restarts: number
  readonly last?: EndedRun
  readonly events: readonly Happening[]
  readonly run: number
}

type RunEnd = EndedRun & { readonly killed?: Happening }

/** One run: its probes until it crashes or is killed by its liveness probe; one that does neither never returns. */
function* running(
  setting: ContainerSetting,
  env: Readonly<Record<string, string>>,
  { at: startedAt, run, events, ...before }: Run,
): Generator<ContainerMoment, RunEnd> {
  const { container } = setting
  const behavior = behaviorOf(container.image, env)
  const state: LifeState = { kind: 'running', startedAt, behavior, env }
  let ready = container.readinessProbe === undefined && container.startupProbe === undefined
  yield { at: startedAt, state, ...before, ready, events }

  const crashAt = behavior.crash === undefined ? undefined : startedAt + behavior.crash.afterMs
  for (const finding of findings(setting, behavior)) {
    const at = startedAt + finding.after
    if (crashAt !== undefined && at >= crashAt) break
    if (finding.kill) {
      const message = `Container ${container.name} failed ${finding.kill} probe, will be restarted`
      const killed = normal('Killing', message)
      return { startedAt, endedAt: at, exitCode: 143, reason: 'Error', run, killed }
    }
    ready = finding.ready
    yield { at, state, ...before, ready, events: finding.events }
  }
  if (crashAt === undefined) {
    // Nothing more will happen to it by itself.
    yield { at: Number.POSITIVE_INFINITY, state, ...before, ready, events: [] }
    return { startedAt, endedAt: Number.POSITIVE_INFINITY, exitCode: 0, reason: 'Completed', run }
  }
  return { startedAt, endedAt: crashAt, exitCode: 1, reason: 'Error', run }
}

interface Finding {
  /** Milliseconds since the run's start. */
  readonly after: number
  readonly ready: boolean
  readonly events: readonly Happening[]
  readonly kill?: 'liveness' | 'startup'
}

type ProbeName = 'startup' | 'readiness' | 'liveness'

/** What the probes of one run find, as far as it says anything new; ends once nothing can change any more. */
function* findings({ container, ip }: ContainerSetting, behavior: AppBehavior): Generator<Finding, void> {
  const ports = Object.fromEntries(
    (container.ports ?? []).flatMap(({ name, containerPort }) =>
      name === undefined ? [] : [[name, containerPort]],
    ),
  )
  const ask = (probe: Probe, after: number) => probeResult(probe, behavior, { ip, ports }, after)
  let begin = 0
  if (container.startupProbe !== undefined) {
    const started = yield* startup(container.startupProbe, ask)
    if (started === undefined) return
    begin = started
    if (container.readinessProbe === undefined) yield { after: begin, ready: true, events: [] }
  }
  const watches = [
    { name: 'readiness' as const, probe: container.readinessProbe },
    { name: 'liveness' as const, probe: container.livenessProbe },
  ].flatMap(({ name, probe }) => {
    if (probe === undefined) return []
    const settings = probeSettings(probe)
    return [{ name, probe, settings, next: begin + settings.firstAfterMs, good: 0, bad: 0 }]
  })
  let ready = container.readinessProbe === undefined
  while (watches.length > 0) {
    const watch = watches.reduce((first, other) => (other.next < first.next ? other : first))
    const after = watch.next
    watch.next += watch.settings.everyMs
    const result = ask(watch.probe, after)
    if (result.ok) {
      watch.good++
      watch.bad = 0
      if (watch.name === 'readiness' && !ready && watch.good >= watch.settings.successes) {
        ready = true
        yield { after, ready, events: [] }
      }
      // The application's answers only ever change when it begins to listen: a probe that holds now holds for good.
      if (after >= behavior.listensAfterMs && watch.good >= watch.settings.successes)
        watches.splice(watches.indexOf(watch), 1)
      continue
    }
    watch.good = 0
    watch.bad++
    const events = [unhealthy(watch.name, result.message)]
    const over = watch.bad >= watch.settings.failures
    if (watch.name === 'readiness' && over) ready = false
    yield { after, ready, events }
    if (watch.name === 'liveness' && over) {
      yield { after, ready: false, events: [], kill: 'liveness' }
      return
    }
  }
}

/** Gives when the startup probe first held; undefined when the container was given up before. */
function* startup(
  probe: Probe,
  ask: (probe: Probe, after: number) => ReturnType<typeof probeResult>,
): Generator<Finding, number | undefined> {
  const settings = probeSettings(probe)
  for (let bad = 0, after = settings.firstAfterMs; ; after += settings.everyMs) {
    const result = ask(probe, after)
    if (result.ok) return after
    yield { after, ready: false, events: [unhealthy('startup', result.message)] }
    if (++bad >= settings.failures) {
      yield { after, ready: false, events: [], kill: 'startup' }
      return undefined
    }
  }
}

function unhealthy(name: ProbeName, message: string): Happening {
  const subject = `${name[0]?.toUpperCase() ?? ''}${name.slice(1)}`
  return warning('Unhealthy', `${subject} probe failed: ${message}`)
}
