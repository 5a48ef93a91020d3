/** The health page: whether what is behind the application answers, and how long it takes. */
import type { ExternalService } from '../faults.ts'
import type { AppBehavior } from './behavior.ts'
import type { ExternalServices } from './external-services.ts'
import type { Ledger } from './ledger.ts'
import { andThen, orElse, type Soon } from './soon.ts'
import { databaseTrouble, type Trouble } from './trouble.ts'

/** What the health page has to know of where the loans are. */
export interface Health {
  /** Said beside the check; undefined where there is nothing to say. */
  readonly comment: string | undefined
  /** In milliseconds, from some beginning. */
  readonly stopwatch: () => number
}

interface HealthPage {
  readonly status: number
  readonly body: object
  readonly afterMs: number
  readonly trouble: Trouble | undefined
}

/** A service outside has this long to answer a check: the page itself has to come within a second. */
const checkPatienceMs = 500
const services: readonly ExternalService[] = ['credit-bureau', 'payments']

/**
 * Without its database the application can't serve: then it is `failing`, by 503, or by 500 where the version itself
 * is what is broken. Without a service outside it is `degraded`, by 200: most pages still work, and a pod taken out
 * of the traffic for it would bring none of them back.
 */
export function healthPage(asking: {
  readonly behavior: AppBehavior
  readonly ledger: Ledger
  readonly health: Health
  readonly services: ExternalServices
}): Soon<HealthPage> {
  const { behavior, ledger, health } = asking
  const begun = health.stopwatch()
  const asked = behavior.healthy
    ? orElse<Trouble | undefined>(() => andThen(ledger.ping(), () => undefined), databaseTrouble)
    : {
        status: 500,
        error: '',
        detail: 'connect ETIMEDOUT: no connection to the database',
        unreachable: false,
      }
  return andThen(asked, (trouble) => {
    const latency_ms = Math.round((health.stopwatch() - begun) * 10) / 10
    const outside = services.map((name) => ({ name, ...asking.services.ask(name, checkPatienceMs) }))
    const database = {
      name: 'database',
      ...(trouble === undefined ? { status: 'ok' } : { status: 'failing', error: trouble.detail }),
      latency_ms,
      ...(health.comment === undefined ? {} : { comment: health.comment }),
    }
    const others = outside.map(({ name, ok, ms }) => ({
      name,
      ...(ok ? { status: 'ok' } : { status: 'failing', error: `no answer within ${checkPatienceMs} ms` }),
      latency_ms: ms,
    }))
    const whole = outside.every(({ ok }) => ok) ? 'ok' : 'degraded'
    return {
      status: trouble === undefined ? 200 : behavior.healthy ? 503 : 500,
      body: { status: trouble === undefined ? whole : 'failing', checks: [database, ...others] },
      // They are asked at the same time.
      afterMs: Math.max(...outside.map(({ ms }) => ms)),
      trouble,
    }
  })
}
