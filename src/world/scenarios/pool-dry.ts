/** The new version never gives some of its database connections back. */
import type { Scenario } from './scenario.ts'
import { haunt, isAway, isRefused, isServing, looksAt, readsAlarms, shipping } from './shipping.ts'

export const poolDry: Scenario = {
  id: 'pool-dry',
  title: 'The database pool runs dry',
  teaches:
    "A leak looks like load: `in_use` in the pool's log lines only ever grows, and a restart only sets it back.",
  minutes: 8,
  goodHandling: [
    'Grep the logs for "pool": in_use that grows while the load does not is a leak.',
    "Don't raise the pool's size: the database's own limit comes next, and then every client stands still.",
    'Move the traffic back to the old color: its pool is whole.',
  ],
  runbook: 'deploy',
  stage(chance) {
    const { tag, briefing, params } = shipping(chance)
    const everyRequests = chance.between(40, 60)
    return {
      briefing,
      params,
      begin(director) {
        const { world } = director
        haunt(director, tag, { kind: 'leaks-connections', everyRequests })
        director.when(
          (scene) => isServing(scene, tag),
          () => {
            const since = world.clock.now()
            director.tell(
              `the users are on ${tag}, which keeps one connection for each ${everyRequests} requests`,
            )
            director.when(
              (scene) =>
                isServing(scene, tag) && world.load().some(({ at, lost }) => at >= since && lost > 0),
              () => {
                director.trouble(`the pool of ${tag} is dry: requests wait for a connection and fail`)
                director.after(15_000, () =>
                  director.page('ALERT loanserve: requests wait for a database connection'),
                )
              },
            )
          },
        )
      },
      tells: (act) => isRefused(act) || readsAlarms(act) || looksAt(act, 'log', 'exec'),
      cured: (scene) => isAway(scene, tag),
      limits: {
        noticeMs: { good: 30_000, bad: 180_000 },
        mitigateMs: { good: 120_000, bad: 480_000 },
        outageSeconds: { good: 45, bad: 240 },
      },
      cause: `${tag} forgets to release a connection on one of its paths, once in ${everyRequests} requests.`,
    }
  },
}
