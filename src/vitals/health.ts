/** The health page over time: each answer with the ones before it, so that a screen can show which way it goes. */
import { judgeHealth } from '../health/answers.ts'
import { wordsOf } from '../health/judgment.ts'
import { type Answer, readChecks } from '../health/page.ts'
import type { Health, HealthCheck } from './vitals.ts'

/** How many answers a sparkline can show. */
const MOST = 60

/** What is known after an answer. A check that the page no longer names is no longer shown. */
export function healthAfter(before: Health | undefined, answer: Answer): Health {
  const judgment = judgeHealth([answer])
  const good = judgment.kind === 'good'
  const checks = answer.kind === 'answered' ? (readChecks(answer.body) ?? []) : []
  return {
    good,
    says: wordsOf(judgment),
    ...(answer.kind === 'answered' && answer.color !== undefined ? { color: answer.color } : {}),
    samples: newest([...(before?.samples ?? []), { ms: Math.round(answer.ms), good }]),
    checks: checks.map(({ name, ok, why, latencyMs }): HealthCheck => {
      const known = before?.checks.find((check) => check.name === name)?.latencies ?? []
      return { name, ok, why, latencies: newest(latencyMs === undefined ? known : [...known, latencyMs]) }
    }),
  }
}

function newest<T>(values: readonly T[]): readonly T[] {
  return values.slice(-MOST)
}
