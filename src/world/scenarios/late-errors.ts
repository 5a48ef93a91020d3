/** All gates hold; the errors come two minutes after the switch. */
import type { Scenario } from './scenario.ts'
import { haunt, isAway, isRefused, isServing, looksAt, readsAlarms, shipping } from './shipping.ts'

const afterMs = 120_000

export const lateErrors: Scenario = {
  id: 'late-errors',
  title: 'Errors that begin two minutes after the switch',
  teaches:
    'A gate of thirty seconds proves thirty seconds: stay with a new version until it has lived a while.',
  minutes: 10,
  goodHandling: [
    "Don't go home with the last checkbox: look again after two, five and fifteen minutes.",
    'When errors come right after a change, the change is the first suspect: move the traffic back.',
    'The old color has one replica left: scale it up first, then switch.',
    'A restart would look like a cure for two minutes, and cost you those.',
  ],
  runbook: 'deploy',
  stage(chance) {
    const { tag, briefing, params } = shipping(chance)
    const share = chance.between(30, 60) / 100
    return {
      briefing,
      params,
      begin(director) {
        haunt(director, tag, { kind: 'errors-under-traffic', afterMs, share })
        director.when(
          (scene) => isServing(scene, tag),
          () => {
            director.tell(`the users are on ${tag}, and all is well`)
            director.after(afterMs, () => {
              director.trouble(`${tag} begins to fail ${Math.round(share * 100)} % of all requests`)
              director.after(20_000, () =>
                director.page('ALERT loanserve: error rate of api above 5 % for 20 s'),
              )
            })
          },
        )
      },
      tells: (act) => isRefused(act) || readsAlarms(act) || looksAt(act, 'log', 'exec'),
      cured: (scene) => isAway(scene, tag),
      limits: {
        noticeMs: { good: 60_000, bad: 300_000 },
        mitigateMs: { good: 150_000, bad: 600_000 },
        outageSeconds: { good: 45, bad: 200 },
      },
      cause: `${tag} keeps every session in memory, and fails once its table is full.`,
    }
  },
}
