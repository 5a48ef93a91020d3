/** Timelines for the tests of scores: acts, losses and cures at chosen seconds of one night. */
import type { Act, HttpAct, KubernetesAct } from '../../../src/world/acts.ts'
import type { LoadSecond, Play } from '../../../src/world/scenarios/scenario.ts'
import type { Scene } from '../../../src/world/scenarios/scene.ts'
import type { Timeline } from '../../../src/world/scoring/timeline.ts'
import { noon } from '../practice.ts'

/** That many seconds after the beginning. */
export const at = (seconds: number) => noon + seconds * 1000

/** Blue serves, green is ready beside it. */
export const calm: Scene = {
  selector: { app: 'api', color: 'blue' },
  traffic: [1, 2, 3].map(() => ({ color: 'blue', tag: 'v1.2.2', bornAt: noon })),
  colors: {
    blue: { tag: 'v1.2.2', wanted: 3, ready: 3, updated: 3, stuck: [] },
    green: { tag: 'v1.3.0', wanted: 3, ready: 3, updated: 3, stuck: [] },
  },
}

/** Trouble at second 10 of a night of 60 seconds, unless something else is said. */
export function nightOf(changes: Partial<Timeline> = {}): Timeline {
  return {
    begunAt: noon,
    now: at(60),
    speed: 1,
    trouble: { at: at(10), text: 'it breaks' },
    moments: [],
    sighting: undefined,
    cures: [{ at: noon, cured: false }],
    story: [],
    pages: [],
    load: seconds(60, () => 0),
    endsWith: calm,
    olderTags: { blue: ['v1.2.1'], green: ['v1.2.0'] },
    primaryId: 'loanserve-prod-aurora',
    ...changes,
  }
}

/** Ten requests a second, of which so many are lost. */
export function seconds(count: number, lostAt: (second: number) => number): readonly LoadSecond[] {
  return Array.from({ length: count }, (_, second) => {
    const lost = lostAt(second)
    return { at: at(second), asked: 10, served: 10 - lost, lost, slow: 0 }
  })
}

/** A play that notices by /healthz and gives full points within 10 seconds, none from 30. */
export const simplePlay: Play = {
  briefing: [],
  params: {},
  begin: () => {},
  tells: (act) => act.kind === 'http',
  cured: () => false,
  limits: {
    noticeMs: { good: 10_000, bad: 30_000 },
    mitigateMs: { good: 10_000, bad: 30_000 },
    outageSeconds: { good: 0, bad: 20 },
  },
  cause: 'a cause',
}

/** An act at that second, in the calm cluster unless another is given. */
export function moment(second: number, act: (time: number) => Act, scene: Scene = calm) {
  return { act: act(at(second)), scene }
}

export const curl = (time: number): HttpAct => ({
  kind: 'http',
  at: time,
  method: 'GET',
  path: '/healthz',
  status: 500,
})

/** A change by kubectl that was answered as done. */
export function change(given: Partial<KubernetesAct> & Pick<KubernetesAct, 'verb' | 'resource' | 'name'>) {
  return (time: number): KubernetesAct => ({
    kind: 'kubernetes',
    at: time,
    subresource: undefined,
    namespace: 'loanserve',
    dryRun: false,
    forced: false,
    code: 200,
    before: undefined,
    after: undefined,
    userAgent: 'kubectl/v1.35.0',
    ...given,
  })
}

/** An object as far as rules look at it. */
export function object(kind: string, fields: Readonly<Record<string, unknown>>, color?: string) {
  const metadata = {
    name: 'x',
    namespace: 'loanserve',
    uid: 'u',
    resourceVersion: '1',
    generation: 1,
    creationTimestamp: '2026-11-23T12:00:00Z',
    ...(color === undefined ? {} : { labels: { app: 'api', color } }),
  }
  return { apiVersion: 'v1', kind, metadata, ...fields }
}
