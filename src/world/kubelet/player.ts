/** Plays the lives of pods: what is due happens, is written into their status, and what follows from it is done. */
import { logText, stopLines, type TimedLine } from '../app/log-lines.ts'
import type { Clock } from '../clock.ts'
import type { EventRecorder, Happening } from '../event-recorder.ts'
import type { Cluster } from '../kubernetes/cluster.ts'
import type { Pod } from '../kubernetes/objects.ts'
import { keepAppLog, keepPoolLines } from './app-log.ts'
import { runCommand } from './commands.ts'
import type { ContainerLogs } from './container-log.ts'
import type { ContainerMoment, Deed, News } from './life.ts'
import { nodeIP, nodeName } from './node.ts'
import type { ContainerNow, PodChange } from './pod-life.ts'
import { podStatus } from './pod-status.ts'
import { startMain, startServer } from './processes.ts'
import type { ContainerProgram } from './program-of.ts'
import type { Rooms } from './rooms.ts'
import { runningState, type Tenant } from './tenant.ts'

export interface Player {
  readonly begin: (tenant: Tenant) => void
  /** The pod of a saved world lives on: its servers run again, other programs were killed with their node. */
  readonly goOn: (tenant: Tenant) => void
  /** Tells one container of the pod, or all of them. */
  readonly tell: (tenant: Tenant, news: News, container?: string) => void
  /** Ends the pod within that time of a real cluster, and takes it away then. */
  readonly end: (tenant: Tenant, graceMs: number) => void
  /** The pod has lived for longer than it may. */
  readonly fail: (tenant: Tenant) => void
  readonly forget: (tenant: Tenant) => void
  /** Runs `task` at that time unless the pod is gone by then. */
  readonly later: (tenant: Tenant, time: number, task: () => void) => void
  /** A moment of a life as a time on the clock. */
  readonly timeOf: (tenant: Tenant) => (at: number) => number
  /** How long the pod has lived, in a real cluster's time. */
  readonly ageOf: (tenant: Tenant) => number
  readonly logRequest: (tenant: Tenant, container: string, line: Omit<TimedLine, 'afterMs'>) => void
}

/** A player on the cluster's clock, `speed` times as fast as a real cluster. `images` are those on the node. */
export function createPlayer(options: {
  readonly cluster: Cluster
  readonly clock: Clock
  readonly recorder: EventRecorder
  readonly speed: number
  readonly logs: ContainerLogs
  readonly images: Set<string>
  readonly rooms: Rooms
  readonly onError: (error: unknown) => void
}): Player {
  const { cluster, clock, recorder, speed, logs, images, rooms, onError } = options

  const timeOf = (tenant: Tenant) => (at: number) => tenant.bornAt + at / speed
  const ageOf = (tenant: Tenant) => (clock.now() - tenant.bornAt) * speed

  function podOf(tenant: Tenant): Pod | undefined {
    const pod = cluster.pods.get(tenant.namespace, tenant.name)
    return pod?.metadata.uid === tenant.uid ? pod : undefined
  }

  function later(tenant: Tenant, time: number, task: () => void): void {
    const cancel = clock.at(time, () => {
      tenant.cancels.delete(cancel)
      task()
    })
    tenant.cancels.add(cancel)
  }

  /** Plays what came of something, and whatever came while it was played. */
  function play(tenant: Tenant, step: () => readonly PodChange[]): void {
    if (tenant.playing) throw new Error('a pod is played twice at once')
    tenant.playing = true
    try {
      for (const change of step()) show(tenant, change)
      for (let next = tenant.waiting.shift(); next !== undefined; next = tenant.waiting.shift()) {
        const { news, container } = next
        for (const change of tenant.life.tell(news, container)) show(tenant, change)
      }
    } finally {
      tenant.playing = false
    }
    if (tenant.endsBy !== undefined && tenant.life.isOver()) remove(tenant)
    else wakeLater(tenant)
  }

  function wakeLater(tenant: Tenant): void {
    const at = tenant.life.wakeAt()
    if (at === tenant.wakesAt) return
    tenant.cancelWake()
    tenant.cancelWake = () => {}
    tenant.wakesAt = at
    if (!Number.isFinite(at)) return
    tenant.cancelWake = clock.at(timeOf(tenant)(at), () => {
      tenant.wakesAt = Number.POSITIVE_INFINITY
      tenant.cancelWake = () => {}
      if (podOf(tenant) !== undefined) play(tenant, () => tenant.life.pass(at))
    })
  }

  function tell(tenant: Tenant, news: News, container?: string): void {
    if (tenant.playing) tenant.waiting.push({ news, container })
    else play(tenant, () => tenant.life.tell(news, container))
  }

  /** Writes a moment into the pod's status, tells what happened, and does what is to be done. */
  function show(tenant: Tenant, { now, changed }: PodChange): void {
    const pod = podOf(tenant)
    if (pod === undefined) return
    const { setting, moment } = changed
    const { name } = setting.container
    const place = { podIP: tenant.ip, hostIP: nodeIP, timeOf: timeOf(tenant) }
    const status = podStatus(pod, now, place, tenant.failure)
    const updated = cluster.pods.update({ ...pod, status })
    for (const happening of moment.events) {
      record(updated, happening, name)
      const image = /^(?:Successfully pulled|Container) image "([^"]+)"/.exec(happening.message)?.[1]
      if (happening.reason === 'Pulled' && image !== undefined) images.add(image)
    }
    if (moment.state.kind !== 'running') endRun(tenant, name)
    for (const deed of moment.deeds) carryOut(tenant, updated, changed, deed)
  }

  function record(pod: Pod, happening: Happening, container?: string): void {
    const isInit = pod.spec.initContainers?.some(({ name }) => name === container) === true
    recorder.record(pod, 'kubelet', happening, {
      host: pod.spec.nodeName ?? nodeName,
      ...(container === undefined
        ? {}
        : { fieldPath: `spec.${isInit ? 'initContainers' : 'containers'}{${container}}` }),
    })
  }

  function endRun(tenant: Tenant, container: string): void {
    const main = tenant.processes.get(container)
    tenant.processes.delete(container)
    main?.signal(9)
    main?.end()
    logs.end(tenant.uid, container)
  }

  function carryOut(tenant: Tenant, pod: Pod, { setting, moment }: ContainerNow, deed: Deed): void {
    const { name } = setting.container
    switch (deed.kind) {
      case 'start':
        start(tenant, pod, name, moment, deed.run)
        return
      case 'signal':
        tenant.processes.get(name)?.signal(deed.signal)
        return
      case 'hook':
        command(tenant, name, deed.command, undefined, () =>
          tell(tenant, { kind: 'hooked', at: ageOf(tenant) }, name),
        )
        return
      case 'probe':
        command(tenant, name, deed.command, deed.timeoutMs, (result) =>
          tell(tenant, { kind: 'probed', at: ageOf(tenant), probe: deed.probe, result }, name),
        )
    }
  }

  function command(
    tenant: Tenant,
    container: string,
    words: readonly string[],
    timeoutMs: number | undefined,
    onEnd: Parameters<typeof runCommand>[0]['onEnd'],
  ): void {
    const main = tenant.processes.get(container)
    const inside = rooms.inside(tenant, container)
    if (main !== undefined && inside !== undefined)
      runCommand({ main, inside, words, timeoutMs, onEnd, onError, clock, speed })
  }

  /** Writes into the log of a run as long as it lasts. */
  function writerOf(tenant: Tenant, container: string, startedAt: number) {
    const isPresent = () => runningState(tenant, container)?.startedAt === startedAt
    let isDone = false
    return {
      isPresent,
      write(at: number, text: string) {
        if (isDone || !isPresent()) return false
        logs.write(tenant.uid, container, { at, text })
        tenant.processes.get(container)?.say(text)
        return true
      },
      /** A program that has said its last word writes nothing more, though its container takes a moment to end. */
      done() {
        isDone = true
      },
    }
  }

  function serve(
    tenant: Tenant,
    container: string,
    { isApplication }: Extract<ContainerProgram, { kind: 'server' }>,
    { write, done }: Pick<ReturnType<typeof writerOf>, 'write' | 'done'>,
  ): void {
    const main = startServer(() => {
      if (isApplication) for (const line of stopLines) write(clock.now(), logText(clock.now(), line))
      done()
    })
    tenant.processes.set(container, main)
  }

  function goOn(tenant: Tenant): void {
    const { containers, initContainers } = tenant.life.now()
    for (const { setting, moment } of [...initContainers, ...containers]) {
      const { name } = setting.container
      const { state } = moment
      if (state.kind !== 'running') continue
      const { program } = state
      if (program.kind === 'server') {
        const writer = writerOf(tenant, name, state.startedAt)
        serve(tenant, name, program, writer)
        if (program.isApplication)
          keepPoolLines(tenant, clock.now(), (time, task) => later(tenant, time, task), writer.write)
      } else
        later(tenant, clock.now(), () => tell(tenant, { kind: 'exited', at: ageOf(tenant), code: 137 }, name))
    }
    wakeLater(tenant)
  }

  /** Starts the program of a run, and opens its log. */
  function start(tenant: Tenant, pod: Pod, container: string, { state }: ContainerMoment, run: number): void {
    if (state.kind !== 'running') return
    const { program } = state
    const writer = writerOf(tenant, container, state.startedAt)
    const { isPresent } = writer
    logs.begin(tenant.uid, container, run)
    if (program.kind === 'server') {
      serve(tenant, container, program, writer)
      if (!program.isApplication) return
      const spec = pod.spec.containers.find(({ name }) => name === container)
      const port = spec?.ports?.[0]?.containerPort ?? 0
      const startedAt = timeOf(tenant)(state.startedAt)
      keepAppLog(
        tenant,
        { behavior: program.behavior, port, startedAt, speed },
        (time, task) => later(tenant, time, task),
        writer.write,
      )
      return
    }
    const inside = rooms.inside(tenant, container)
    const spec = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].find(
      (each) => each.name === container,
    )
    if (inside === undefined || spec === undefined) return
    const launched = {
      ...inside,
      words: program.words,
      stdin: spec.stdin === true,
      tty: spec.tty === true,
      onError,
    }
    // A program may print and end before it is known here: what it does at once is put off.
    later(tenant, clock.now(), () => {
      if (!isPresent()) return
      const main = startMain(
        launched,
        (line) => logs.write(tenant.uid, container, { at: clock.now(), text: line }),
        (code) => {
          if (isPresent()) tell(tenant, { kind: 'exited', at: ageOf(tenant), code }, container)
        },
      )
      if (isPresent()) tenant.processes.set(container, main)
    })
  }

  function remove(tenant: Tenant): void {
    const pod = podOf(tenant)
    // Someone who put a finalizer on it wants to see the pod before it goes.
    if (pod !== undefined && (pod.metadata.finalizers ?? []).length === 0)
      cluster.pods.remove(tenant.namespace, tenant.name)
  }

  return {
    timeOf,
    ageOf,
    later,
    tell,
    begin: (tenant) => play(tenant, () => tenant.life.begin()),
    goOn,
    end(tenant, graceMs) {
      const endsBy = clock.now() + graceMs / speed
      if (tenant.endsBy !== undefined && tenant.endsBy <= endsBy) {
        // Told already; a finalizer that kept it may be gone now.
        if (!tenant.playing && tenant.life.isOver()) remove(tenant)
        return
      }
      tenant.endsBy = endsBy
      tell(tenant, { kind: 'end', at: ageOf(tenant), graceMs })
    },
    fail(tenant) {
      const pod = podOf(tenant)
      if (pod === undefined || tenant.endsBy !== undefined || tenant.life.isOver()) return
      tenant.failure = {
        reason: 'DeadlineExceeded',
        message: 'Pod was active on the node longer than the specified deadline',
      }
      const message = 'Pod was active on the node longer than specified deadline'
      record(pod, { type: 'Normal', reason: 'DeadlineExceeded', message })
      const graceMs = (pod.spec.terminationGracePeriodSeconds ?? 30) * 1000
      tell(tenant, { kind: 'end', at: ageOf(tenant), graceMs })
    },
    forget(tenant) {
      tenant.cancelWake()
      for (const cancel of tenant.cancels) cancel()
      for (const main of tenant.processes.values()) {
        main.signal(9)
        main.end()
      }
      tenant.processes.clear()
      for (const listener of tenant.listeners) listener()
      logs.forget(tenant.uid)
    },
    logRequest(tenant, container, line) {
      tenant.requests++
      const at = clock.now()
      const text = logText(at, line)
      logs.write(tenant.uid, container, { at, text })
      tenant.processes.get(container)?.say(text)
    },
  }
}
