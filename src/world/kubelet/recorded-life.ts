/**
 * A pod's life with its past: what it was told and what it was answered, in order. Lived again from that it comes to
 * the same moment, so that a saved world's pods go on where they stood.
 */
import type { ContainerSetting, News } from './life.ts'
import { createPodLife, type PodLife } from './pod-life.ts'

type Step =
  | { readonly kind: 'begin' }
  | { readonly kind: 'pass'; readonly at: number }
  | { readonly kind: 'tell'; readonly news: News; readonly container: string | undefined }

interface Answers {
  readonly present: readonly boolean[]
  readonly pullable: readonly boolean[]
  readonly environments: readonly ReturnType<ContainerSetting['environment']>[]
  readonly programs: readonly ReturnType<ContainerSetting['programOf']>[]
  readonly verdicts: readonly ReturnType<ContainerSetting['verdict']>[]
}

/** Plain data. */
export interface LifePast extends Answers {
  readonly steps: readonly Step[]
}

export interface RecordedLife extends PodLife {
  readonly past: () => LifePast
}

const nothing: LifePast = {
  steps: [],
  present: [],
  pullable: [],
  environments: [],
  programs: [],
  verdicts: [],
}

/**
 * A pod's life, recorded; with `past` it stands where that has brought it. The settings are asked only for what the
 * past doesn't answer.
 */
export function recordedLife(
  inits: readonly ContainerSetting[],
  mains: readonly ContainerSetting[],
  past: LifePast = nothing,
): RecordedLife {
  const steps: Step[] = []
  let replaying = true

  /** The next answer of the past, or else a new one. */
  function asker<T>(saved: readonly T[]): { readonly given: T[]; readonly ask: (anew: () => T) => T } {
    const given: T[] = []
    return {
      given,
      ask(anew) {
        const kept = replaying ? saved[given.length] : undefined
        const value = kept === undefined ? anew() : kept
        given.push(value)
        return value
      },
    }
  }
  const present = asker(past.present)
  const pullable = asker(past.pullable)
  const environments = asker(past.environments)
  const programs = asker(past.programs)
  const verdicts = asker(past.verdicts)

  const recorded = (setting: ContainerSetting): ContainerSetting => ({
    ...setting,
    imagePresent: (image) => present.ask(() => setting.imagePresent(image)),
    isPullable: (image) => pullable.ask(() => setting.isPullable(image)),
    environment: (container) => environments.ask(() => setting.environment(container)),
    programOf: (container, env) => programs.ask(() => setting.programOf(container, env)),
    verdict: (path) => verdicts.ask(() => setting.verdict(path)),
  })
  const life = createPodLife(inits.map(recorded), mains.map(recorded))

  function take(step: Step) {
    steps.push(step)
    if (step.kind === 'begin') return life.begin()
    return step.kind === 'pass' ? life.pass(step.at) : life.tell(step.news, step.container)
  }

  for (const step of past.steps) take(step)
  replaying = false
  return {
    now: life.now,
    wakeAt: life.wakeAt,
    isOver: life.isOver,
    begin: () => take({ kind: 'begin' }),
    pass: (at) => take({ kind: 'pass', at }),
    tell: (news, container) => take({ kind: 'tell', news, container }),
    past: () => ({
      steps,
      present: present.given,
      pullable: pullable.given,
      environments: environments.given,
      programs: programs.given,
      verdicts: verdicts.given,
    }),
  }
}
