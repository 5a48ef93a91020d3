/** The probes of one run: when each is due, and what follows from what they find. */
import type { Happening } from '../event-recorder.ts'
import type { Container, Probe } from '../kubernetes/objects.ts'
import { type Deed, type ProbeName, warning } from './life.ts'
import { type ProbeResult, type ProbeSettings, probeSettings } from './probe.ts'

interface Watch {
  readonly name: ProbeName
  readonly probe: Probe
  readonly settings: ProbeSettings
  /** When it is asked next; infinite while it isn't. */
  next: number
  /** When it was asked first: later times are whole periods from here. */
  first: number
  good: number
  bad: number
}

export interface Probing {
  readonly ready: () => boolean
  /** Whether the startup probe has held; true without one. */
  readonly started: () => boolean
  /** When the next probe is due. */
  readonly next: () => number
  /** Asks what is due, and says what came of it. */
  readonly ask: (at: number) => ProbeOutcome
  /** A command has answered. */
  readonly hear: (at: number, name: ProbeName, result: ProbeResult) => ProbeOutcome
  /** Something may be different: what had come to rest is asked again at its next period. */
  readonly look: (at: number) => void
}

export interface ProbeOutcome {
  readonly events: readonly Happening[]
  readonly deeds: readonly Deed[]
  /** The container is given up because of this probe. */
  readonly kill?: 'liveness' | 'startup'
}

const nothing: ProbeOutcome = { events: [], deeds: [] }

/**
 * The probing of a run that began at `startedAt`. `result` asks over the network, at that time. A probe that holds is left
 * in peace until `look`: so a quiet pod costs nothing. Until `settledAfter` it is asked all the same, since the
 * application changes by itself until then.
 */
export function createProbing(
  container: Container,
  startedAt: number,
  settledAfter: number,
  result: (probe: Probe, at: number) => ProbeResult,
): Probing {
  const watchOf = (name: ProbeName, probe: Probe | undefined, from: number): readonly Watch[] => {
    if (probe === undefined) return []
    const settings = probeSettings(probe)
    const first = from + settings.firstAfterMs
    return [{ name, probe, settings, next: first, first, good: 0, bad: 0 }]
  }
  const { startupProbe, readinessProbe, livenessProbe } = container
  let startupHeld = startupProbe === undefined
  let ready = startupHeld && readinessProbe === undefined
  const others = (from: number) => [
    ...watchOf('readiness', readinessProbe, from),
    ...watchOf('liveness', livenessProbe, from),
  ]
  let watches: readonly Watch[] = startupHeld
    ? others(startedAt)
    : watchOf('startup', startupProbe, startedAt)

  function take(watch: Watch, at: number, found: ProbeResult): ProbeOutcome {
    const { name, settings } = watch
    if (found.ok) {
      watch.good++
      watch.bad = 0
      if (watch.good < settings.successes) return nothing
      if (name === 'startup') {
        startupHeld = true
        watches = others(at)
        if (readinessProbe === undefined) ready = true
        return nothing
      }
      if (name === 'readiness') ready = true
      if (at - startedAt >= settledAfter) watch.next = Number.POSITIVE_INFINITY
      return nothing
    }
    watch.good = 0
    watch.bad++
    const subject = `${name[0]?.toUpperCase() ?? ''}${name.slice(1)}`
    const events = [warning('Unhealthy', `${subject} probe failed: ${found.message}`)]
    if (watch.bad < settings.failures) return { events, deeds: [] }
    if (name !== 'readiness') return { events, deeds: [], kill: name }
    ready = false
    return { events, deeds: [] }
  }

  return {
    ready: () => ready,
    started: () => startupHeld,
    next: () => Math.min(Number.POSITIVE_INFINITY, ...watches.map(({ next }) => next)),
    ask(at) {
      const events: Happening[] = []
      const deeds: Deed[] = []
      for (const watch of watches) {
        if (watch.next > at) continue
        watch.next += watch.settings.everyMs
        const { exec } = watch.probe
        if (exec !== undefined) {
          const { timeoutMs } = watch.settings
          deeds.push({ kind: 'probe', probe: watch.name, command: exec.command ?? [], timeoutMs })
          continue
        }
        const outcome = take(watch, at, result(watch.probe, at))
        events.push(...outcome.events)
        if (outcome.kill !== undefined) return { events, deeds, kill: outcome.kill }
      }
      return { events, deeds }
    },
    hear(at, name, found) {
      const watch = watches.find((each) => each.name === name)
      return watch === undefined ? nothing : take(watch, at, found)
    },
    look(at) {
      for (const watch of watches) {
        if (Number.isFinite(watch.next)) continue
        if (watch.probe.exec === undefined && result(watch.probe, at).ok) continue
        const periods = Math.max(0, Math.ceil((at - watch.first) / watch.settings.everyMs))
        watch.next = watch.first + periods * watch.settings.everyMs
      }
    },
  }
}
