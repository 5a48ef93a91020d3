/** The users that the world plays: they ask all the time, as users would, and it is counted what they lose. */
import { z } from 'zod'
import type { Clock } from '../clock.ts'
import type { Asked } from './answers.ts'
import type { FrontDoor, Outcome } from './front-door.ts'
import { createLoadHistory, type LoadFigures, type LoadSecond, secondSchema } from './load-history.ts'

export type { LoadSecond } from './load-history.ts'

export const savedLoadSchema = z.object({ seconds: z.array(secondSchema), lost: z.number() })

/** What a saved world keeps of its users: plain data. */
type SavedLoad = z.infer<typeof savedLoadSchema>

export interface Load {
  /** They begin to ask; again after `stop`. */
  readonly start: () => void
  /** They ask no more; what was asked may still be answered. */
  readonly stop: () => void
  /** Every second in which something was asked or answered, of the last hour, oldest first. */
  readonly seconds: () => readonly LoadSecond[]
  /** Of the last minute. */
  readonly figures: () => LoadFigures
  /** How many requests users have lost since the beginning. */
  readonly lost: () => number
  readonly save: () => SavedLoad
}

export interface LoadOptions {
  readonly clock: Clock
  /** In [0, 1): when they come and what they ask for. */
  readonly random: () => number
  readonly ask: FrontDoor['ask']
  /** 20 unless given. */
  readonly requestsPerSecond?: number
  readonly saved?: SavedLoad
}

const loans = { first: 10_001, count: 1200, page: 20 }

/** Users who have not begun to ask. They come by chance, so many a second on average. */
export function createLoad(options: LoadOptions): Load {
  const { clock, random, ask, requestsPerSecond = 20, saved } = options
  const history = createLoadHistory(saved?.seconds, saved?.lost)
  let cancel: (() => void) | undefined

  function next(): void {
    const gap = (-Math.log(1 - random()) / requestsPerSecond) * 1000
    cancel = clock.at(clock.now() + gap, () => {
      request()
      next()
    })
  }

  function request(): void {
    const begun = clock.now()
    history.asked(begun)
    ask(wanted(random), 'load', (outcome) => history.ended({ at: clock.now(), ...ending(outcome) }))
  }

  return {
    start() {
      if (cancel === undefined) next()
    },
    stop() {
      cancel?.()
      cancel = undefined
    },
    seconds: history.seconds,
    figures: () => history.figures(clock.now()),
    lost: history.lost,
    save: () => ({
      seconds: history.seconds().map((second) => ({ ...second, by: second.by.map((each) => ({ ...each })) })),
      lost: history.lost(),
    }),
  }
}

/** Four of ten look at a page of loans, three at one loan, one at the figures, and two pay. */
function wanted(random: () => number): Asked {
  const chance = random()
  const pages = loans.count / loans.page
  if (chance < 0.4)
    return {
      method: 'GET',
      url: `/api/loans?limit=${loans.page}&offset=${loans.page * Math.floor(random() * pages)}`,
    }
  if (chance < 0.5) return { method: 'GET', url: '/api/loans/metrics' }
  const id = `LN-${loans.first + Math.floor(random() * loans.count)}`
  if (chance < 0.8) return { method: 'GET', url: `/api/loans/${id}` }
  const body = JSON.stringify({ amount_cents: 1000 + 100 * Math.floor(random() * 400) })
  return { method: 'POST', url: `/api/loans/${id}/payments`, body }
}

function ending(outcome: Outcome) {
  if (outcome.kind !== 'answered') return { status: undefined, ms: 0, color: '', version: '' }
  const { status, ms, headers } = outcome
  return { status, ms, color: headers['x-color'] ?? '', version: headers['x-version'] ?? '' }
}
