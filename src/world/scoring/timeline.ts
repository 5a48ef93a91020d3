/** What was kept of a practice: all that its score is a function of. */
import type { LoadSecond, Moment } from '../scenarios/scenario.ts'
import type { Scene } from '../scenarios/scene.ts'

export interface Told {
  /** Milliseconds since 1970, as are all times here. */
  readonly at: number
  readonly text: string
}

/** The cause reached users no more from then on, or did again. */
export interface Cure {
  readonly at: number
  readonly cured: boolean
}

export interface Timeline {
  readonly begunAt: number
  readonly now: number
  readonly speed: number
  /** When there was something to notice, and what. */
  readonly trouble: Told | undefined
  readonly moments: readonly Moment[]
  /** What the operator looked at where no act is told, after the trouble began. */
  readonly sighting: Told | undefined
  /** In order; each differs from the one before. */
  readonly cures: readonly Cure[]
  readonly story: readonly Told[]
  readonly pages: readonly Told[]
  readonly load: readonly LoadSecond[]
  /** The cluster as it was at the end. */
  readonly endsWith: Scene
  /** Of each color, what it ran before what it ran at the beginning. */
  readonly olderTags: Readonly<Record<string, readonly string[]>>
  readonly primaryId: string
}
