/** Lets a scenario happen in a world: prepares it, sets its events going, and keeps what the score is made from. */
import type { Act } from '../acts.ts'
import { tagOf } from '../app/behavior.ts'
import { controllerOf } from '../kubernetes/objects.ts'
import { changes } from '../scoring/act-words.ts'
import { debriefText } from '../scoring/debrief.ts'
import { reportOn, type ScenarioReport } from '../scoring/report.ts'
import { quietMs, standing } from '../scoring/standing.ts'
import type { Cure, Told } from '../scoring/timeline.ts'
import { namespace } from '../seed.ts'
import { createChance } from './chance.ts'
import type { Director, Moment, Scenario, ScenarioWorld } from './scenario.ts'
import { look, type Scene } from './scene.ts'

/** How long what a scenario prepares may take to settle, in a real cluster's milliseconds. */
const settleMs = 120_000
/** How often facts are looked at, in milliseconds of the operator's. */
const lookEveryMs = 250
/** How long the cluster may take to follow a change: endpoints come after their selector. In milliseconds. */
const followMs = 2000
/** How many acts a timeline keeps. */
const mostMoments = 10_000

interface ScenarioState {
  readonly scenario: string
  readonly seed: number
  /** `before` the trouble, in `trouble`, or `mitigated` for now. */
  readonly phase: 'before' | 'trouble' | 'mitigated'
  /** Something is still to come by itself, or to be done by the operator. */
  readonly unfinished: boolean
  /** What the operator was called with so far; `at` in milliseconds since 1970. */
  readonly pages: readonly Told[]
  /** Why the scenario can't go on as it should; null while it does. */
  readonly broken: string | null
}

export interface ScenarioRun {
  readonly state: () => ScenarioState
  /** The score as it would be if the operator left now, with all that a debrief tells. */
  readonly score: () => ScenarioReport
  /** Resolves when waiting would not make the score another: at once, or after some seconds without a loss. */
  readonly settled: () => Promise<void>
  /** No event comes any more. */
  readonly stop: () => void
}

/** How much earlier than the operator's coming `startScenario` is to be called, in milliseconds at that speed. */
export function settlingTime(speed: number): number {
  return settleMs / speed
}

/**
 * Prepares the world now, on its simulated clock, and begins `settlingTime` later, when the operator comes: the
 * caller advances the clock so far before it goes live. The same seed makes the same decisions.
 */
export function startScenario(scenario: Scenario, seed: number, world: ScenarioWorld): ScenarioRun {
  const { cluster, clock, speed, faults, acts } = world
  const play = scenario.stage(createChance(seed))
  const begunAt = clock.now() + settlingTime(speed)
  const moments: Moment[] = []
  const cures: Cure[] = []
  const story: Told[] = []
  const pages: Told[] = []
  const cleanUps: (() => void)[] = []
  const pending = new Set<() => void>()
  let awaited: { readonly fact: (scene: Scene) => boolean; readonly task: () => void }[] = []
  let expected: { readonly fits: (act: Act) => boolean; readonly task: () => void }[] = []
  let trouble: Told | undefined
  let sighting: Told | undefined
  let broken: string | undefined
  let stopped = false

  function later(time: number, task: () => void): void {
    const cancel = clock.at(time, () => {
      pending.delete(cancel)
      if (!stopped) task()
    })
    pending.add(cancel)
  }

  const director: Director = {
    world,
    after: (ms, task) => later(clock.now() + ms / speed, task),
    when: (fact, task) => awaited.push({ fact, task }),
    onAct: (fits, task) => expected.push({ fits, task }),
    trouble(what) {
      trouble ??= { at: clock.now(), text: what }
      keepLooking()
    },
    noticed(how) {
      if (trouble !== undefined) sighting ??= { at: clock.now(), text: how }
    },
    tell: (text) => story.push({ at: clock.now(), text }),
    page: (text) => pages.push({ at: clock.now(), text }),
    work(job) {
      job.catch((error: unknown) => {
        broken ??= error instanceof Error ? error.message : String(error)
      })
    },
    finally: (task) => cleanUps.push(task),
  }

  /** Looks at the facts: lets waiting tasks run, and notes when the cause goes or comes back. */
  function keepLooking(): void {
    const scene = look(cluster)
    const due = awaited.filter(({ fact }) => fact(scene))
    awaited = awaited.filter((each) => !due.includes(each))
    for (const { task } of due) task()
    const cured = play.cured(scene, faults.now())
    if (cures.at(-1)?.cured !== cured) cures.push({ at: clock.now(), cured })
  }

  let nextLook: () => void = () => {}
  function everyMoment(): void {
    keepLooking()
    if (!stopped) nextLook = clock.at(clock.now() + lookEveryMs, everyMoment)
  }

  const forget = acts.subscribe((act) => {
    if (act.at < begunAt || stopped) return
    moments.push({ act, scene: look(cluster) })
    if (moments.length > mostMoments) moments.shift()
    const due = expected.filter(({ fits }) => fits(act))
    expected = expected.filter((each) => !due.includes(each))
    for (const { task } of due) task()
  })

  const olderTags = oldTags(world)
  play.prepare?.(world)
  nextLook = clock.at(begunAt, () => {
    everyMoment()
    play.begin(director)
  })

  const timeline = () => ({
    begunAt,
    now: clock.now(),
    speed,
    trouble,
    sighting,
    moments,
    cures,
    story,
    pages,
    load: world.load().filter(({ at }) => at >= begunAt - 1000),
    endsWith: look(cluster),
    olderTags,
    primaryId: world.database.primaryId,
  })

  return {
    state() {
      const { phase } = standing(play, timeline())
      const coming = [...pending].length > 0 && trouble === undefined
      return {
        scenario: scenario.id,
        seed,
        phase,
        unfinished: phase === 'trouble' || coming,
        pages,
        broken: broken ?? null,
      }
    },
    score: () => reportOn(scenario, play, { seed, broken }, timeline()),
    settled: () =>
      new Promise((resolve) => {
        const giveUpAt = clock.now() + followMs + 2 * quietMs
        const lookAgain = () => {
          const changed = moments.findLast(({ act }) => changes(act))?.act.at ?? begunAt
          const final = clock.now() - changed >= followMs && standing(play, timeline()).final
          if (stopped || final || clock.now() >= giveUpAt) resolve()
          else clock.at(clock.now() + lookEveryMs, lookAgain)
        }
        lookAgain()
      }),
    stop() {
      if (stopped) return
      stopped = true
      forget()
      nextLook()
      for (const cancel of pending) cancel()
      for (const task of cleanUps) task()
    },
  }
}

/** How a world with this scenario answers whoever started it: `state` at once, `score` once it is settled. */
export function scenarioAnswers(run: ScenarioRun) {
  return {
    state: () => run.state(),
    async score() {
      await run.settled()
      const report = run.score()
      return { ...report, debrief: debriefText(report) }
    },
  }
}

/** The tags of each color's earlier revisions: what an undo too many would bring back. */
function oldTags({ cluster }: ScenarioWorld): Readonly<Record<string, readonly string[]>> {
  const sets = cluster.replicaSets.list(namespace)
  return Object.fromEntries(
    cluster.deployments.list(namespace).map(({ metadata, spec }) => {
      const present = tagOf(spec.template.spec.containers[0]?.image ?? '')
      const tags = sets
        .filter((set) => controllerOf(set)?.uid === metadata.uid)
        .map((set) => tagOf(set.spec.template.spec.containers[0]?.image ?? ''))
      return [metadata.labels?.color ?? '', [...new Set(tags)].filter((tag) => tag !== present)]
    }),
  )
}
