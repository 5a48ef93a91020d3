/** The new image ends itself right after each start. */
import type { Scenario } from './scenario.ts'
import { haunt, isAway, isWanted, looksAt, shipping } from './shipping.ts'

export const crashLoop: Scenario = {
  id: 'crash-loop',
  title: 'The new image crash-loops',
  teaches:
    'A rollout that does not finish is an answer: read the logs of the run before, and put the image back.',
  minutes: 5,
  goodHandling: [
    "Don't wait for the timeout: CrashLoopBackOff in `kubectl get pods` says that waiting won't help.",
    'Read why with `kubectl logs POD --previous`: the present run may not have said it yet.',
    'Put the image back that the color had before, by name. No user was on it, so there is no hurry.',
    'Leave the traffic alone: the live color is well.',
  ],
  runbook: 'deploy',
  stage(chance) {
    const { tag, briefing, params } = shipping(chance)
    return {
      briefing,
      params,
      begin(director) {
        haunt(director, tag, { kind: 'crash' })
        director.when(
          (scene) => Object.values(scene.colors).some((color) => color.tag === tag && color.stuck.length > 0),
          () => director.trouble(`the first pod of ${tag} has crashed`),
        )
      },
      tells: (act) => looksAt(act, 'pods', 'log', 'events', 'replicasets'),
      cured: (scene) => !isWanted(scene, tag) && isAway(scene, tag),
      limits: {
        noticeMs: { good: 60_000, bad: 300_000 },
        mitigateMs: { good: 180_000, bad: 900_000 },
        outageSeconds: { good: 0, bad: 30 },
      },
      cause: `${tag} reads a rate table that is not there, and ends itself a second after each start.`,
    }
  },
}
