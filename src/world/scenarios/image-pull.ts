/** The registry doesn't have the image that is to be shipped. */
import type { Scenario } from './scenario.ts'
import { haunt, isAway, isWanted, looksAt, shipping } from './shipping.ts'

export const imagePull: Scenario = {
  id: 'image-pull',
  title: "The image can't be pulled",
  teaches: 'ImagePullBackOff never heals by waiting: the tag, the registry or the credentials are wrong.',
  minutes: 4,
  goodHandling: [
    'Read the whole message with `kubectl describe pod`: not found, not allowed and not reachable are three causes.',
    'Compare the tag with what the build has pushed before you try another one.',
    'Put the image back that the color had before: a deployment that waits for an image blocks the next one.',
  ],
  runbook: 'deploy',
  stage(chance) {
    const { tag, briefing, params } = shipping(chance)
    return {
      briefing,
      params,
      begin(director) {
        haunt(director, tag, { kind: 'noimage' })
        director.when(
          (scene) => Object.values(scene.colors).some((color) => color.tag === tag && color.stuck.length > 0),
          () => director.trouble(`the node can't pull ${tag}`),
        )
      },
      tells: (act) => looksAt(act, 'pods', 'events', 'replicasets'),
      cured: (scene) => !isWanted(scene, tag) && isAway(scene, tag),
      limits: {
        noticeMs: { good: 60_000, bad: 300_000 },
        mitigateMs: { good: 180_000, bad: 900_000 },
        outageSeconds: { good: 0, bad: 30 },
      },
      cause: `The build of ${tag} was never pushed: the registry doesn't have it.`,
    }
  },
}
