/** The new version is quick until users come. */
import { editContainer } from './edits.ts'
import type { Scenario } from './scenario.ts'
import { haunt, isAway, isServing, looksAt, readsAlarms, shipping } from './shipping.ts'

export const slowAnswers: Scenario = {
  id: 'slow-answers',
  title: 'Slow answers after the switch',
  teaches: 'An answer that comes too late is an error too: measure how long, not only whether.',
  minutes: 6,
  goodHandling: [
    'After the switch time the answers: `curl -m 2` fails where a plain curl is content.',
    'Over two seconds for most answers is reason enough: move the traffic back, the old color is still warm.',
    'Give the old color its replicas back before it gets the traffic back.',
  ],
  runbook: 'deploy',
  stage(chance) {
    const { tag, briefing, params } = shipping(chance)
    const answersAfterMs = chance.between(2400, 3200)
    return {
      briefing,
      params,
      // A probe that waits long enough calls slow pods ready, and so nothing takes them out of the traffic.
      prepare: ({ cluster }) =>
        editContainer(cluster, 'green', (container) => ({
          ...container,
          readinessProbe: { httpGet: { path: '/healthz', port: 3000 }, timeoutSeconds: 5 },
        })),
      begin(director) {
        haunt(director, tag, { kind: 'laggy-under-traffic', answersAfterMs })
        director.when(
          (scene) => isServing(scene, tag),
          () => director.trouble(`the users are on ${tag}, which takes ${answersAfterMs} ms for each answer`),
        )
      },
      tells: (act) => act.kind === 'http' || readsAlarms(act) || looksAt(act, 'log', 'exec'),
      cured: (scene) => isAway(scene, tag),
      limits: {
        noticeMs: { good: 30_000, bad: 180_000 },
        mitigateMs: { good: 90_000, bad: 420_000 },
        outageSeconds: { good: 45, bad: 200 },
      },
      cause: `${tag} asks the database once for each loan under load; its probes ask for nothing of the kind.`,
    }
  },
}
