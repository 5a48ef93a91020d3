/** The pods are ready, since their probe asks for an open port alone, and every answer is an error. */
import { editContainer } from './edits.ts'
import type { Scenario } from './scenario.ts'
import { haunt, isAway, isRefused, isServing, isWanted, looksAt, readsAlarms, shipping } from './shipping.ts'

export const unhealthyPods: Scenario = {
  id: 'unhealthy-pods',
  title: 'Healthy pods, but /healthz answers 500',
  teaches:
    'Ready is what the probe asks for: a TCP probe holds for an application that answers nothing but errors.',
  minutes: 6,
  goodHandling: [
    'Ask the idle color itself before users do: `kubectl port-forward deployment/api-green 8080:3000`, then curl /healthz.',
    'If it is found after the switch: back to the old color at once, reasons later. It is still there.',
    'Afterwards give the probe a question worth asking: httpGet /healthz.',
  ],
  runbook: 'deploy',
  stage(chance) {
    const { tag, briefing, params } = shipping(chance)
    let shipped = false
    return {
      briefing,
      params,
      prepare: ({ cluster }) =>
        editContainer(cluster, 'green', (container) => ({
          ...container,
          readinessProbe: { tcpSocket: { port: 3000 }, periodSeconds: 5 },
        })),
      begin(director) {
        haunt(director, tag, { kind: 'unhealthy' })
        director.when(
          (scene) => isWanted(scene, tag),
          () => {
            shipped = true
            director.tell(`the idle color gets ${tag}, and its pods will be ready`)
          },
        )
        director.when(
          (scene) => isServing(scene, tag),
          () => director.trouble(`the users are sent to ${tag}, which answers 500`),
        )
      },
      tells: (act) => isRefused(act) || readsAlarms(act) || looksAt(act, 'log', 'exec', 'portforward'),
      cured: (scene) => isAway(scene, tag),
      reached: (scene) => shipped && !isWanted(scene, tag) && isAway(scene, tag),
      limits: {
        noticeMs: { good: 15_000, bad: 120_000 },
        mitigateMs: { good: 45_000, bad: 300_000 },
        outageSeconds: { good: 5, bad: 90 },
      },
      cause: `${tag} can't reach its database. The idle color's readiness probe only asks whether the port is open.`,
    }
  },
}
