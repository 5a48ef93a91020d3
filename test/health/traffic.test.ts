import { describe, expect, test } from 'vitest'
import { kubectlJson } from '../../src/health/objects.ts'
import { judgeEndpoints, judgeSelector, liveColor, type Traffic } from '../../src/health/traffic.ts'

const service = (selector?: Record<string, string>) => kubectlJson.service.parse({ spec: { selector } })
const slices = (...endpoints: readonly (readonly [string, boolean?])[]) =>
  kubectlJson.slices.parse({
    items: [
      {
        endpoints: endpoints.map(([name, ready]) => ({
          targetRef: { kind: 'Pod', name },
          conditions: ready === undefined ? {} : { ready },
        })),
      },
      { endpoints: null },
    ],
  })
const pod = (color: string, isReady: boolean, labels: Record<string, string> = {}) => ({
  metadata: { name: `${color}-1`, labels: { app: 'api', color, ...labels } },
  spec: {},
  status: { conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False' }] },
})
const podsOf = (...items: readonly object[]) => kubectlJson.pods.parse({ items })

const traffic: Traffic = {
  serviceName: 'api-main',
  service: service({ app: 'api', color: 'blue' }),
  slices: slices(['blue-1', true]),
  pods: podsOf(pod('blue', true), pod('green', true)),
}

test('the color that the Service selects', () => {
  expect(liveColor(traffic.service)).toBe('blue')
  expect(liveColor(service())).toBeUndefined()
})

describe('the endpoints', () => {
  test('are good when all that are ready belong to the color; one without a condition counts as ready', () => {
    const given = { ...traffic, slices: slices(['blue-1'], ['green-1', false]) }
    expect(judgeEndpoints(given, 'blue')).toEqual({
      kind: 'good',
      says: '1 ready, all blue',
      figure: { value: 1, unit: 'endpoints' },
    })
  })

  test('are bad when one belongs to another color, or there is none', () => {
    const mixed = { ...traffic, slices: slices(['blue-1', true], ['green-1', true]) }
    expect(judgeEndpoints(mixed, 'green')).toMatchObject({
      why: '1 of 2 ready endpoints are not green but blue',
      cause: 'other-color',
    })
    const none = { ...traffic, slices: slices(['blue-1', false]) }
    expect(judgeEndpoints(none, 'blue')).toMatchObject({ kind: 'bad', cause: 'none-ready' })
    expect(judgeEndpoints({ ...traffic, service: undefined }, 'blue')).toMatchObject({ cause: 'no-service' })
  })
})

describe('the selector', () => {
  const green = service({ app: 'api', color: 'green' })

  test('is good when it selects the color, and the endpoints have followed', () => {
    expect(judgeSelector(traffic, 'blue')).toMatchObject({
      kind: 'good',
      says: 'api-main selects blue: 1 endpoints, all ready',
    })
  })

  test.each([
    ['other-color', 'api-main selects blue, not green', {}],
    ['no-pods', 'there is no green pod', { pods: podsOf(pod('blue', true)) }],
    [
      'none-ready',
      'none of 1 green pods is ready',
      { service: green, pods: podsOf(pod('green', false)), slices: slices() },
    ],
    ['endpoints-behind', '1 ready pods are not in the endpoints, 1 others are', { service: green }],
    [
      'stale-key',
      'the selector asks for track=stable, which 1 of 1 green pods lack',
      { service: service({ app: 'api', color: 'green', track: 'stable' }) },
    ],
  ])('that does not lead to the color says why: %s', (cause, words, change) => {
    expect(judgeSelector({ ...traffic, ...change }, 'green')).toMatchObject({
      kind: 'bad',
      cause,
      why: `${cause}: ${words}`,
    })
  })

  test('a key that only the present color carries is told before the switch', () => {
    const given = {
      ...traffic,
      service: service({ color: 'blue', track: 'stable' }),
      pods: podsOf(pod('blue', true, { track: 'stable' }), pod('green', true)),
    }
    expect(judgeSelector(given, 'blue').kind).toBe('good')
    expect(judgeSelector(given, 'green')).toMatchObject({
      cause: 'stale-key',
      why: 'stale-key: the selector asks for track=stable, which 1 of 1 green pods lack; it selects blue',
    })
  })
})
