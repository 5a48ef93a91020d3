/** A lie: a write is answered as if it were done, and nothing is stored. */

import { isDone } from '../scoring/unsafe-acts.ts'
import { namespace, service } from '../seed.ts'
import type { Scenario } from './scenario.ts'
import { isAway, isReleased, isWanted, looksAt, shipping } from './shipping.ts'

const victim = `services/${service}`

export const lieWrite: Scenario = {
  id: 'lie-write',
  title: 'Lie drill: a command that exits 0 and changes nothing',
  teaches: 'Exit 0 means that somebody answered. What is true stands in the object: read it back.',
  minutes: 6,
  goodHandling: [
    'Read the selector back after the switch, and see that the endpoints followed.',
    'Scale nothing down until you have: the color that you believe idle may be the live one.',
    'Switch again and look again, or put the idle color back and ask who sits between you and the cluster.',
  ],
  runbook: 'deploy',
  stage(chance) {
    const { tag, briefing, params } = shipping(chance)
    const lastsMs = chance.between(40_000, 90_000)
    let lied = false
    return {
      briefing,
      params,
      begin(director) {
        const { faults } = director.world
        faults.set({ ignoredWrites: [victim] })
        director.onAct(
          (act) => isDone(act) && act.namespace === namespace && `${act.resource}/${act.name}` === victim,
          () => {
            lied = true
            director.trouble(`the switch of ${service} is answered as done, and is not stored`)
            director.after(lastsMs, () => {
              faults.set({ ignoredWrites: [] })
              director.tell(`writes to ${service} are stored again`)
            })
          },
        )
      },
      tells: (act) => looksAt(act, 'services', 'endpoints', 'endpointslices'),
      cured: (scene) => isReleased(scene, tag) || (lied && isAway(scene, tag) && !isWanted(scene, tag)),
      limits: {
        noticeMs: { good: 30_000, bad: 180_000 },
        mitigateMs: { good: 180_000, bad: 600_000 },
        outageSeconds: { good: 0, bad: 60 },
      },
      cause: `A proxy before the API server answered for it: it said that ${service} was patched, and dropped the patch.`,
    }
  },
}
