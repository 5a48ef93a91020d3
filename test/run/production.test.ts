import { describe, expect, test } from 'vitest'
import { typedToBegin } from '../../src/run/production.ts'

const ask = (context: string, more: Partial<Parameters<typeof typedToBegin>[0]> = {}, pattern?: string) =>
  typedToBegin(
    { mode: 'live', kind: 'deployment', context, ...more },
    pattern === undefined ? {} : { HANDRAIL_PRODUCTION: pattern },
  )

describe('a context whose name has to be typed', () => {
  test.each(['production', 'prod', 'eks-prod-1', 'arn:aws:eks:eu-1:1:cluster/PROD', 'gke_x_live'])(
    '%s is a production one',
    (context) => expect(ask(context)).toBe(context),
  )

  test.each(['staging', 'nonprod', 'product-team', 'delivery', 'kind-test', ''])('"%s" is none', (context) =>
    expect(ask(context)).toBeUndefined(),
  )

  test('nothing is typed in a dry run, in practice, or before an emergency runbook', () => {
    expect(ask('prod', { mode: 'dry-run' })).toBeUndefined()
    expect(ask('prod', { mode: 'practice' })).toBeUndefined()
    expect(ask('prod', { kind: 'emergency' })).toBeUndefined()
  })

  test('HANDRAIL_PRODUCTION says which contexts are meant; unreadable, it means all', () => {
    expect(ask('bank-a', {}, '^bank-')).toBe('bank-a')
    expect(ask('prod', {}, '^bank-')).toBeUndefined()
    expect(ask('staging', {}, '(')).toBe('staging')
  })
})
