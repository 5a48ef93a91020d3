/** The Service's selector has a third key, which only the present color's pods carry. */
import { labelPods, narrowSelector } from './edits.ts'
import type { Scenario } from './scenario.ts'
import { isReleased, looksAt, shipping } from './shipping.ts'

export const staleKey: Scenario = {
  id: 'stale-key',
  title: 'The selector does not switch: a stale key',
  teaches:
    'A patch of a selector keeps the keys that it does not name: a Service can end up selecting nobody.',
  minutes: 6,
  goodHandling: [
    "Look at the whole selector before the switch, with `kubectl get service api-main -o yaml`, and at the idle pods' labels.",
    'After the switch look at the EndpointSlices: no ready endpoint means that nobody is served.',
    'Put the color back first: users come before reasons.',
    'Then take the stale key out (`{"op":"remove","path":"/spec/selector/KEY"}`), and switch again.',
  ],
  runbook: 'deploy',
  stage(chance) {
    const { tag, briefing, params } = shipping(chance)
    const [key, value] = chance.pick(['track', 'stable'], ['release', 'r42'], ['tier', 'primary'])
    return {
      briefing,
      params,
      prepare({ cluster }) {
        labelPods(cluster, 'blue', { [key ?? 'track']: value ?? 'stable' })
        narrowSelector(cluster, { [key ?? 'track']: value ?? 'stable' })
      },
      begin({ when, trouble }) {
        when(
          (scene) => scene.traffic.length === 0,
          () => trouble('the Service selects no pod at all: every user gets a 503'),
        )
      },
      tells: (act) =>
        looksAt(act, 'services', 'endpoints', 'endpointslices') ||
        (act.kind === 'http' && act.status === 503),
      cured: (scene) => scene.traffic.length > 0,
      reached: (scene) => isReleased(scene, tag),
      limits: {
        noticeMs: { good: 15_000, bad: 120_000 },
        mitigateMs: { good: 45_000, bad: 300_000 },
        outageSeconds: { good: 10, bad: 90 },
      },
      cause: `Somebody once added ${key}=${value} to the selector of api-main, and to blue's pods alone.`,
    }
  },
}
