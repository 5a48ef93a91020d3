/** Nothing goes wrong: the deployment as it should always be. */
import type { Scenario } from './scenario.ts'
import { look, type Scene } from './scene.ts'
import { isReleased, shipping } from './shipping.ts'

export const happy: Scenario = {
  id: 'happy',
  title: 'A deployment that goes well',
  teaches: 'The rhythm of a blue/green deployment: look, ship to the idle color, check, switch, watch.',
  minutes: 5,
  goodHandling: [
    'Look which color is live before anything else; ask the Service, not your memory.',
    'Ship to the idle color and wait until each of its pods is ready, as many as the live color has.',
    'Switch, and watch the users rather than the pods.',
    'Scale the old color down only after the traffic has left it, and keep one pod as the way back.',
  ],
  runbook: 'deploy',
  stage(chance) {
    const { tag, briefing, params } = shipping(chance)
    let old: readonly string[] = []
    // Whoever ships another image than the one asked for has shipped as well.
    const released = ({ traffic }: Scene) =>
      traffic[0] !== undefined && isReleased({ traffic }, traffic[0].tag) && !old.includes(traffic[0].tag)
    return {
      briefing,
      params,
      begin({ world, when, tell }) {
        old = look(world.cluster).traffic.map((pod) => pod.tag)
        when(released, () => tell('every user is on the new version'))
      },
      tells: () => false,
      cured: () => true,
      reached: released,
      limits: {
        noticeMs: { good: 0, bad: 1 },
        mitigateMs: { good: 0, bad: 1 },
        outageSeconds: { good: 0, bad: 30 },
      },
      cause: `Nothing: ${tag} is sound.`,
    }
  },
}
