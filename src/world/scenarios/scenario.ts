/** What a practice scenario is: what the operator is told, what happens, and what counts as handled. */
import type { Act, Acts } from '../acts.ts'
import type { Clock } from '../clock.ts'
import type { FaultState, Faults } from '../faults.ts'
import type { Cluster } from '../kubernetes/cluster.ts'
import type { Chance } from './chance.ts'
import type { Scene } from './scene.ts'

/** One second of the load generator's, which asks as users would. */
export interface LoadSecond {
  /** When it began, in milliseconds since 1970. */
  readonly at: number
  readonly asked: number
  readonly served: number
  /** Answered with an error, or not at all. */
  readonly lost: number
  /** Served, but after more than two seconds. */
  readonly slow: number
}

/** What a scenario needs of the world that it happens in. */
export interface ScenarioWorld {
  readonly cluster: Cluster
  readonly clock: Clock
  /** How many times faster than a real one's the cluster's time passes. */
  readonly speed: number
  readonly faults: Faults
  readonly acts: Acts
  /** Every second so far, oldest first. */
  readonly load: () => readonly LoadSecond[]
  readonly database: ScenarioDatabase
}

/** The database cluster that the application starts with. */
export interface ScenarioDatabase {
  readonly primaryId: string
  /** postgres://… of the application's user. Connecting wakes it. */
  readonly primaryUrl: string
}

/** By what a play makes things happen. All times are of a real cluster, in milliseconds: `speed` shortens them. */
export interface Director {
  readonly world: ScenarioWorld
  /** Runs a task so much later. */
  readonly after: (ms: number, task: () => void) => void
  /** Runs a task once, when a fact of the cluster comes true. */
  readonly when: (fact: (scene: Scene) => boolean, task: () => void) => void
  /** Runs a task once, at the first act that fits. */
  readonly onAct: (fits: (act: Act) => boolean, task: () => void) => void
  /** The trouble begins now: there is something to notice from here on. The first call counts. */
  readonly trouble: (what: string) => void
  /** The operator has seen what is wrong in a place where no act is told, such as the database. The first call counts. */
  readonly noticed: (how: string) => void
  /** A line for the story that is told afterwards. */
  readonly tell: (what: string) => void
  /** Calls the operator: a line from the pager or the chat, at once. */
  readonly page: (text: string) => void
  /** Work that takes its own time; when it fails the scenario is broken, and says so. */
  readonly work: (job: Promise<unknown>) => void
  /** Runs at the end, however it comes. */
  readonly finally: (task: () => void) => void
}

/** What an unsafe act costs: `grave` could have ended the business day, `careless` was luck that it didn't. */
export type Weight = 'grave' | 'careless'

/** One act, with the cluster as it was at that moment. */
export interface Moment {
  readonly act: Act
  readonly scene: Scene
}

/** Why an act was unsafe, or undefined when this rule has nothing against it. */
export type UnsafeRule = (
  moment: Moment,
  facts: RuleFacts,
) => { readonly what: string; readonly why: string; readonly weight: Weight } | undefined

/** What the rules know besides the act. */
interface RuleFacts {
  /** Of each color, the tags that it ran before what it ran at the beginning. */
  readonly olderTags: Readonly<Record<string, readonly string[]>>
  /** The trouble had begun. */
  readonly inTrouble: boolean
  readonly primaryId: string
}

/** From full points to none, in the operator's own time. */
interface Limits {
  readonly noticeMs: Range
  readonly mitigateMs: Range
  /** Losses as seconds of a complete outage: 100 requests lost at 10 a second are 10. */
  readonly outageSeconds: Range
}

export interface Range {
  /** Up to here nothing is lost. */
  readonly good: number
  /** From here on everything is. */
  readonly bad: number
}

/** A scenario with everything decided that its seed decides. */
export interface Play {
  /** What the operator is told at the beginning: paragraphs. */
  readonly briefing: readonly string[]
  /** Values for the runbook's parameters. */
  readonly params: Readonly<Record<string, string>>
  /** Changes the cluster before the operator comes; there are two minutes for it to settle. */
  readonly prepare?: (world: ScenarioWorld) => void
  readonly begin: (director: Director) => void
  /** Whether who does this sees what is wrong. */
  readonly tells: (act: Act) => boolean
  /** Whether the cause no longer reaches users. */
  readonly cured: (scene: Scene, faults: FaultState) => boolean
  /** What is reached when no trouble ever came: the task is done, or the danger was taken away before. */
  readonly reached?: (scene: Scene) => boolean
  /** True where nothing that the operator can do ends the losses: then a cured cause is enough. */
  readonly lossesGoOn?: true
  readonly unsafe?: readonly UnsafeRule[]
  /** General rules that don't hold here, since what they forbid is part of the way out. */
  readonly allows?: readonly 'restart-live'[]
  readonly limits: Limits
  /** What really was the matter, for the debrief. */
  readonly cause: string
}

export interface Scenario {
  readonly id: string
  readonly title: string
  readonly teaches: string
  /** About how long it takes at speed 1. */
  readonly minutes: number
  /** Steps of good handling, for the debrief. */
  readonly goodHandling: readonly string[]
  /** The runbook that it is played with; without one it is played by hand in a shell. */
  readonly runbook?: string
  readonly stage: (chance: Chance) => Play
}
