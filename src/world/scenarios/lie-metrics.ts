/** A lie: the figures stand still at what they were when all was well. */
import type { Scenario } from './scenario.ts'
import { haunt, isAway, isRefused, isServing, looksAt, shipping } from './shipping.ts'

const frozenAfterMs = 5_000
const errorsAfterMs = 20_000

export const lieMetrics: Scenario = {
  id: 'lie-metrics',
  title: 'Lie drill: a metrics endpoint that is frozen',
  teaches:
    "A figure without an age is a rumor: when nothing moves at all, ask the users' own question instead.",
  minutes: 7,
  goodHandling: [
    'Ask for the metrics twice: figures that are the same to the last digit under load are not being counted.',
    'Ask what a user asks, /api/loans and /healthz, several times: some of the answers are errors.',
    'Move the traffic back to the old color.',
  ],
  runbook: 'deploy',
  stage(chance) {
    const { tag, briefing, params } = shipping(chance)
    const share = chance.between(25, 50) / 100
    return {
      briefing,
      params,
      begin(director) {
        const { world } = director
        haunt(director, tag, { kind: 'errors-under-traffic', afterMs: errorsAfterMs, share })
        director.when(
          (scene) => isServing(scene, tag),
          () => {
            director.after(frozenAfterMs, () => {
              world.faults.set({ metricsFrozenAt: world.clock.now() })
              director.tell('the metrics stand still from now on, at what they were')
            })
            director.after(errorsAfterMs, () =>
              director.trouble(`${tag} begins to fail ${Math.round(share * 100)} % of all requests`),
            )
          },
        )
      },
      tells: (act) => isRefused(act) || looksAt(act, 'log', 'exec'),
      cured: (scene) => isAway(scene, tag),
      limits: {
        noticeMs: { good: 45_000, bad: 240_000 },
        mitigateMs: { good: 120_000, bad: 480_000 },
        outageSeconds: { good: 30, bad: 150 },
      },
      cause: `${tag} fails part of its requests, and its metrics page serves a copy that is no longer renewed.`,
    }
  },
}
