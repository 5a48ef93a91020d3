/** One run of a container: its probes while it lives, and how it ends. */
import type { Happening } from '../event-recorder.ts'
import type { Container } from '../kubernetes/objects.ts'
import {
  type ContainerMoment,
  type ContainerSetting,
  type Deed,
  type EndedRun,
  type Life,
  type LifeState,
  type News,
  normal,
} from './life.ts'
import { probeResult } from './probe.ts'
import { createProbing, type ProbeOutcome } from './probing.ts'
import type { ContainerProgram } from './program-of.ts'

/** How long a server takes to end once it is told. */
const stopMs = 400
/** A container whose hook has used up its time still gets this much. */
const leastMs = 2000

export interface Begin {
  readonly at: number
  readonly container: Container
  readonly program: Exclude<ContainerProgram, { kind: 'missing' }>
  readonly env: Readonly<Record<string, string>>
  readonly standing: Pick<ContainerMoment, 'restarts' | 'last'>
  readonly run: number
  readonly events: readonly Happening[]
}

export interface RunEnd {
  readonly ended: EndedRun
  /** Why it was ended: it isn't started again when it was told to end, and at once when it is another one now. */
  readonly because: 'itself' | 'told' | 'changed' | 'probe'
  /** Its definition from now on. */
  readonly container: Container
}

interface Stopping {
  readonly because: 'told' | 'changed' | 'probe'
  /** When the program is told to end: after the hook. Infinite while a hook's command runs. */
  tellAt: number
  /** When it is killed. */
  deadline: number
  told: boolean
}

/** One run from its start to its end; it goes on for ever unless something ends it. */
export function* running(setting: ContainerSetting, begin: Begin): Life<RunEnd> {
  const { program, env, standing, run, at: startedAt } = begin
  const behavior = program.kind === 'server' ? program.behavior : undefined
  let { container } = begin
  const crashAt = behavior?.crash === undefined ? undefined : startedAt + behavior.crash.afterMs
  const memoryAt =
    behavior?.outOfMemoryAfterMs === undefined ? undefined : startedAt + behavior.outOfMemoryAfterMs
  const listensFrom = behavior === undefined ? Number.POSITIVE_INFINITY : behavior.listensAfterMs
  const ports = Object.fromEntries(
    (container.ports ?? []).flatMap(({ name, containerPort }) =>
      name === undefined ? [] : [[name, containerPort]],
    ),
  )
  const probing = createProbing(container, startedAt, behavior === undefined ? 0 : listensFrom, (probe, at) =>
    probeResult(probe, {
      ip: setting.ip,
      ports,
      listens: (port) => at - startedAt >= listensFrom && listensOn(program, port),
      verdict: setting.verdict,
    }),
  )
  let stopping: Stopping | undefined

  const show = (at: number, events: readonly Happening[], deeds: readonly Deed[]): ContainerMoment => {
    const state: LifeState = { kind: 'running', startedAt, program, env, started: probing.started() }
    const wakes = [crashAt, memoryAt, stopping === undefined ? probing.next() : undefined]
    if (stopping !== undefined)
      wakes.push(stopping.told ? stopping.deadline : stopping.tellAt, stopping.deadline)
    const due = wakes.filter((time) => time !== undefined)
    return { at, state, ...standing, ready: probing.ready(), events, deeds, wakeAt: Math.min(...due) }
  }
  const ended = (at: number, exitCode: number, reason?: EndedRun['reason']): RunEnd => ({
    ended: {
      startedAt,
      endedAt: at,
      exitCode,
      reason: reason ?? (exitCode === 0 ? 'Completed' : 'Error'),
      run,
    },
    because: stopping?.because ?? 'itself',
    container,
  })

  /** Begins to end the run: the hook first, then the program is told. */
  function stop(at: number, because: Stopping['because'], graceMs: number): readonly Deed[] {
    const hook = container.lifecycle?.preStop
    const sleeps = (hook?.sleep?.seconds ?? 0) * 1000
    const command = hook?.exec?.command
    stopping = {
      because,
      tellAt: command !== undefined ? Number.POSITIVE_INFINITY : at + Math.min(sleeps, graceMs),
      deadline: at + graceMs,
      told: false,
    }
    return command === undefined ? [] : [{ kind: 'hook', command }]
  }

  let moment = show(startedAt, begin.events, [{ kind: 'start', run }])
  for (;;) {
    const news: News = yield moment
    const { at } = news
    let found: ProbeOutcome = { events: [], deeds: [] }
    const deeds: Deed[] = []
    const events: Happening[] = []
    switch (news.kind) {
      case 'exited':
        return ended(at, news.code)
      case 'out-of-memory':
        return ended(at, 137, 'OOMKilled')
      case 'time':
        if (crashAt !== undefined && at >= crashAt) return ended(crashAt, 1)
        if (memoryAt !== undefined && at >= memoryAt) return ended(memoryAt, 137, 'OOMKilled')
        if (stopping === undefined) found = probing.ask(at)
        break
      case 'probed':
        if (stopping === undefined) found = probing.hear(at, news.probe, news.result)
        break
      case 'look':
        probing.look(at)
        break
      case 'hooked':
        if (stopping !== undefined && !stopping.told) {
          stopping.tellAt = at
          stopping.deadline = Math.max(stopping.deadline, at + leastMs)
        }
        break
      case 'changed': {
        const { name } = news.container
        container = news.container
        if (stopping !== undefined) break
        events.push(normal('Killing', `Container ${name} definition changed, will be restarted`))
        deeds.push(...stop(at, 'changed', setting.graceMs))
        break
      }
      case 'end':
        if (stopping?.because === 'told') stopping.deadline = Math.min(stopping.deadline, at + news.graceMs)
        else {
          events.push(normal('Killing', `Stopping container ${container.name}`))
          deeds.push(...stop(at, 'told', news.graceMs))
        }
    }
    events.push(...found.events)
    deeds.push(...found.deeds)
    if (found.kill !== undefined) {
      events.push(
        normal('Killing', `Container ${container.name} failed ${found.kill} probe, will be restarted`),
      )
      deeds.push(...stop(at, 'probe', setting.graceMs))
    }
    if (stopping !== undefined) {
      if (!stopping.told && at >= stopping.tellAt) {
        stopping.told = true
        // A server ends in order; any other main process is only ended by what it does about the signal itself.
        if (program.kind === 'server') stopping.deadline = Math.min(stopping.deadline, at + stopMs)
        if (program.kind === 'server' || program.endsAtTermination) deeds.push({ kind: 'signal', signal: 15 })
      }
      if (at >= stopping.deadline) return ended(at, program.kind === 'server' && stopping.told ? 0 : 137)
    }
    moment = show(at, events, deeds)
  }
}

function listensOn(program: Begin['program'], port: number): boolean {
  return program.kind === 'server' && (program.port === undefined || program.port === port)
}
