/** What the answers of the health page say: of the page itself, of the database, of services behind, of the time. */

import type { Figure, Judgment } from './judgment.ts'
import { type Answer, type Check, isDatabase, readChecks } from './page.ts'
import type { Thresholds } from './thresholds.ts'

/** Why nobody could be asked, instead of answers. */
export type Answers = readonly Answer[] | { readonly unasked: string }

type Judging = (answers: readonly Answer[]) => Judgment

function ofAnswers(answers: Answers, judge: Judging): Judgment {
  if ('unasked' in answers) return { kind: 'unknown', why: answers.unasked }
  return answers.length === 0 ? { kind: 'unknown', why: 'nobody was asked' } : judge(answers)
}

/** Good when every answer is 200. No answer is bad, one that comes too late as well. */
export function judgeHealth(answers: Answers): Judgment {
  return ofAnswers(answers, (given) => {
    const figure = slowest(given)
    const bad = given.filter((answer) => answer.kind === 'none' || answer.status !== 200)
    const worst = bad[0]
    if (worst === undefined) {
      const time = `${given.length > 1 ? 'slowest ' : 'in '}${figure.value} ms`
      return { kind: 'good', says: `${times(given, '200')}${given.length > 1 ? ', ' : ' '}${time}`, figure }
    }
    const says =
      worst.kind === 'none' ? worst.why : `${worst.status} in ${rounded(worst.ms)} ms${failing(worst.body)}`
    const cause = worst.kind === 'none' ? 'no-answer' : `status-${worst.status}`
    return { kind: 'bad', why: share(bad, given, says), cause, figure }
  })
}

/** Good when the slowest answer came within the threshold, whatever it was. */
export function judgeResponseTime(answers: Answers, { responseMs }: Thresholds): Judgment {
  return ofAnswers(answers, (given) => {
    const figure = slowest(given)
    const unanswered = given.filter(({ kind }) => kind === 'none')
    const [none] = unanswered
    if (none?.kind === 'none')
      return { kind: 'bad', why: share(unanswered, given, none.why), cause: 'no-answer' }
    const late = given.filter(({ ms }) => ms > responseMs)
    if (late.length > 0) {
      const why = share(late, given, `${figure.value} ms, over ${responseMs} ms`)
      return { kind: 'bad', why, cause: 'slow', figure }
    }
    const over = given.length > 1 ? `slowest of ${given.length}: ` : ''
    return { kind: 'good', says: `${over}${figure.value} ms (up to ${responseMs} ms)`, figure }
  })
}

/** What the health page says of the database; unknown where no page was to be had. */
export function judgeDatabase(answers: Answers): Judgment {
  return ofAnswers(answers, (given) => {
    const pages = pagesOf(given)
    if (pages.length === 0) return { kind: 'unknown', why: pageless(given) }
    const checks = pages.flatMap((page) => page.filter(isDatabase))
    if (checks.length === 0) return { kind: 'unknown', why: 'the health page does not name the database' }
    const failing = checks.filter(({ ok }) => !ok)
    const [first] = failing
    if (first !== undefined) return { kind: 'bad', why: share(failing, checks, first.why), cause: 'failing' }
    return timed('ok', checks)
  })
}

/** What the health page says of each service behind the application: failing ones and slow ones are named. */
export function judgeExternal(answers: Answers, { externalMs }: Thresholds): Judgment {
  return ofAnswers(answers, (given) => {
    const pages = pagesOf(given)
    if (pages.length === 0) return { kind: 'unknown', why: pageless(given) }
    const services = byName(pages.flatMap((page) => page.filter((check) => !isDatabase(check))))
    if (services.length === 0) return { kind: 'unknown', why: 'the health page names no service behind it' }
    const failing = services.filter(({ ok }) => !ok)
    const slow = services.filter(
      ({ ok, latencyMs }) => ok && latencyMs !== undefined && latencyMs > externalMs,
    )
    if (failing.length + slow.length === 0) {
      return {
        kind: 'good',
        says: services.map((service) => `${service.name} ${latencyOf(service)}`).join(', '),
      }
    }
    const why = [
      ...failing.map(({ name, why: said }) => `${name} fails: ${said}`),
      ...slow.map((service) => `${service.name} is slow: ${latencyOf(service)}, over ${externalMs} ms`),
    ]
    return { kind: 'bad', why: why.join('; '), cause: failing.length > 0 ? 'failing' : 'slow' }
  })
}

/** What the page itself calls failing. */
function failing(body: string): string {
  const names = (readChecks(body) ?? []).flatMap(({ name, ok }) => (ok ? [] : [name]))
  return names.length === 0 ? '' : `, failing: ${names.join(', ')}`
}

function pagesOf(answers: readonly Answer[]): readonly (readonly Check[])[] {
  return answers.flatMap((answer) => {
    const checks = answer.kind === 'answered' ? readChecks(answer.body) : undefined
    return checks === undefined ? [] : [checks]
  })
}

function pageless([first]: readonly Answer[]): string {
  if (first?.kind === 'none') return `the health page can't be read: ${first.why}`
  return `the health page has no checks to be read${first === undefined ? '' : ` (status ${first.status})`}`
}

/** Each service once: the failing answer counts, and else the slowest. */
function byName(checks: readonly Check[]): readonly Check[] {
  const worst = new Map<string, Check>()
  for (const check of checks) {
    const known = worst.get(check.name)
    const isWorse =
      known === undefined ||
      (known.ok && !check.ok) ||
      (known.ok === check.ok && (check.latencyMs ?? 0) > (known.latencyMs ?? 0))
    if (isWorse) worst.set(check.name, check)
  }
  return [...worst.values()]
}

function timed(says: string, checks: readonly Check[]): Judgment {
  const latencies = checks.flatMap(({ latencyMs }) => latencyMs ?? [])
  if (latencies.length === 0) return { kind: 'good', says }
  const value = Math.max(...latencies)
  return { kind: 'good', says: `${says} in ${value} ms`, figure: { value, unit: 'ms' } }
}

function latencyOf({ latencyMs }: Check): string {
  return latencyMs === undefined ? 'ok' : `${latencyMs} ms`
}

function slowest(answers: readonly Answer[]): Figure {
  return { value: rounded(Math.max(...answers.map(({ ms }) => ms))), unit: 'ms' }
}

function rounded(ms: number): number {
  return Math.round(ms)
}

function times(of: readonly unknown[], what: string): string {
  return of.length > 1 ? `${of.length} × ${what}` : what
}

/** "2 of 3: …" where not all are alike. */
function share(some: readonly unknown[], all: readonly unknown[], says: string): string {
  return all.length > 1 ? `${some.length} of ${all.length}: ${says}` : says
}
