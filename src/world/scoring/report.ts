/** Everything that is told after a practice: its score, its story, and what it teaches. */
import type { Play, Scenario } from '../scenarios/scenario.ts'
import { actWords, changes } from './act-words.ts'
import { duration, type Score, scoreOf } from './score.ts'
import { standing } from './standing.ts'
import type { Timeline } from './timeline.ts'

/** One line of the story. */
export interface StoryLine {
  /** ISO 8601, UTC. */
  readonly at: string
  /** Milliseconds since the operator came. */
  readonly afterMs: number
  /** Who did it: the world, the pager, the operator, or the score that marks a moment. */
  readonly who: 'world' | 'pager' | 'you' | 'score'
  readonly what: string
}

export interface ScenarioReport extends Score {
  readonly scenario: string
  readonly title: string
  readonly seed: number
  readonly speed: number
  readonly teaches: string
  readonly goodHandling: readonly string[]
  /** What really was the matter. */
  readonly cause: string
  readonly story: readonly StoryLine[]
  /** Why the scenario did not go as it should have, so that its score says nothing; null normally. */
  readonly broken: string | null
}

/** The report of a timeline. */
export function reportOn(
  { id, title, teaches, goodHandling }: Scenario,
  play: Play,
  { seed, broken }: { readonly seed: number; readonly broken: string | undefined },
  timeline: Timeline,
): ScenarioReport {
  return {
    scenario: id,
    title,
    seed,
    speed: timeline.speed,
    ...scoreOf(play, timeline),
    teaches,
    goodHandling,
    cause: play.cause,
    story: storyOf(play, timeline),
    broken: broken ?? null,
  }
}

interface Line {
  readonly at: number
  readonly who: StoryLine['who']
  readonly what: string
}

/** What happened, in order: the scenario's own events, what the operator did, and the moments that count. */
function storyOf(play: Play, timeline: Timeline): readonly StoryLine[] {
  const { trouble, sighting, story, pages, begunAt } = timeline
  const { noticedAt, mitigatedAt } = standing(play, timeline)
  const mark = (at: number | undefined, what: string): readonly Line[] =>
    at === undefined || trouble === undefined
      ? []
      : [{ at, who: 'score', what: `${what}, ${duration(at - trouble.at)} after it began` }]
  const lines: readonly Line[] = [
    ...story.map(({ at, text }): Line => ({ at, who: 'world', what: text })),
    ...(trouble === undefined ? [] : [{ at: trouble.at, who: 'world', what: trouble.text } satisfies Line]),
    ...pages.map(({ at, text }): Line => ({ at, who: 'pager', what: text })),
    ...(sighting === undefined ? [] : [{ at: sighting.at, who: 'you', what: sighting.text } satisfies Line]),
    ...deeds(timeline, noticedAt),
    ...losses(timeline),
    ...mark(noticedAt, 'noticed'),
    ...mark(mitigatedAt, 'over for the users'),
  ]
  return lines
    .toSorted((a, b) => a.at - b.at)
    .map(({ at, who, what }) => ({ at: new Date(at).toISOString(), afterMs: at - begunAt, who, what }))
}

/** Every change that the operator made, and the one look that showed the trouble; other looks would be noise. */
function deeds({ moments }: Timeline, noticedAt: number | undefined): readonly Line[] {
  const telling = moments.find(({ act }) => act.at === noticedAt)
  return moments
    .filter((moment) => moment === telling || changes(moment.act))
    .map(({ act }) => ({ at: act.at, who: 'you', what: actWords(act) }))
}

/** When users began to lose requests, and when they no longer did. */
function losses({ load }: Timeline): readonly Line[] {
  const bad = load.filter(({ lost, slow }) => lost + slow > 0)
  const [first, last] = [bad[0], bad.at(-1)]
  if (first === undefined || last === undefined) return []
  const words = first.lost > 0 ? 'users lose requests' : 'users wait for more than two seconds'
  const lines: readonly Line[] = [
    { at: first.at, who: 'world', what: words },
    { at: last.at + 1000, who: 'world', what: 'the last request that went wrong' },
  ]
  return lines
}
