/** A lie: watches stay open and say nothing more, while the pods behind the traffic die. */
import { namespace } from '../seed.ts'
import type { Scenario } from './scenario.ts'
import { haunt, isAway, isRefused, isReleased, looksAt, shipping } from './shipping.ts'

export const lieWatch: Scenario = {
  id: 'lie-watch',
  title: 'Lie drill: a watch that falls silent',
  teaches: 'Silence is not calm: a watch can die without a word, and what it showed last is then only old.',
  minutes: 7,
  goodHandling: [
    "Look at the age of what you see. A screen that hasn't changed for a minute is asked anew: list, don't watch.",
    "Ask the application: users tell the truth when the cluster's tools don't.",
    "The new pods don't start a second time: move the traffic back to the old color.",
  ],
  runbook: 'deploy',
  stage(chance) {
    const { tag, briefing, params } = shipping(chance)
    const silentMs = chance.between(10_000, 20_000)
    const diesMs = silentMs + chance.between(5_000, 15_000)
    return {
      briefing,
      params,
      begin(director) {
        const { cluster, faults } = director.world
        director.when(
          (scene) => isReleased(scene, tag),
          () => {
            director.after(silentMs, () => {
              faults.set({ watchesSilent: true })
              director.tell('every watch falls silent, and stays open')
            })
            director.after(diesMs, () => {
              haunt(director, tag, { kind: 'crash' })
              const pods = cluster.pods.list(namespace)
              for (const { metadata, spec } of pods)
                if (spec.containers[0]?.image.endsWith(`:${tag}`) === true)
                  cluster.pods.remove(namespace, metadata.name)
              director.trouble(`the node takes the pods of ${tag} down, and they can't start again`)
            })
          },
        )
      },
      tells: (act) =>
        isRefused(act) ||
        looksAt(act, 'pods', 'endpoints', 'endpointslices', 'replicasets', 'events', 'deployments', 'log'),
      cured: (scene) => isAway(scene, tag),
      limits: {
        noticeMs: { good: 30_000, bad: 180_000 },
        mitigateMs: { good: 90_000, bad: 420_000 },
        outageSeconds: { good: 60, bad: 240 },
      },
      cause: `${tag} leaves a lock behind that it trips over at its second start; the node was drained, and the watches had been cut by a gateway without a word.`,
    }
  },
}
