/** The patches of a switch, carried out by a JSON Patch library as the API server would. */
import jsonPatch from 'fast-json-patch'
import { expect, test } from 'vitest'
import type { Service } from '../../src/switch/objects.ts'
import { type Operation, originOf, trafficPatch, writtenOrigin } from '../../src/switch/traffic-patch.ts'
import { seen, serviceOn } from './seen.ts'

function patched(service: object, patch: readonly Operation[]): unknown {
  return jsonPatch.applyPatch(structuredClone(service), [...patch], true).newDocument
}

/** As the API server has it: without annotations there is no object for them. */
function stored(service: Service): object {
  const { annotations, name } = service.metadata
  return {
    metadata: Object.keys(annotations).length === 0 ? { name } : { name, annotations },
    spec: service.spec,
  }
}

const origin = originOf('blue', seen({ replicas: 1 }).from)

test.each([
  ['nothing', undefined],
  ['a note of another', { owner: 'payments' }],
  ['an earlier switch', { 'handrail/came-from': 'green', 'handrail/came-from-image': 'loanserve/api:v0' }],
])(
  'with %s on it the Service is switched, says where the traffic came from, and is put back as it was',
  (_, notes) => {
    const before = serviceOn('blue', notes)
    const there = patched(stored(before), trafficPatch(before, 'blue', 'green', origin))
    const annotations = {
      ...notes,
      'handrail/came-from': 'blue',
      'handrail/came-from-image': 'loanserve/api-blue:v1',
    }
    expect(there).toEqual(stored(serviceOn('green', annotations)))

    const back = trafficPatch(serviceOn('green', annotations), 'green', 'blue', writtenOrigin(before))
    // Of what was added nothing is left but, where there was none, the empty object that held it.
    expect(patched(stored(serviceOn('green', annotations)), back)).toMatchObject(stored(before))
    expect(JSON.stringify(patched(stored(serviceOn('green', annotations)), back))).not.toContain('api-blue')
  },
)

test('a selector that somebody else has moved meanwhile is left alone', () => {
  const patch = trafficPatch(serviceOn('blue'), 'blue', 'green', origin)
  expect(() => patched(stored(serviceOn('red')), patch)).toThrow(/test/i)
})

test('a note that somebody has taken away does not keep the traffic from going back', () => {
  const now = serviceOn('green', { owner: 'payments' })
  const back = trafficPatch(now, 'green', 'blue', { color: undefined, image: undefined })
  expect(patched(stored(now), back)).toEqual(stored(serviceOn('blue', { owner: 'payments' })))
})

test('a Service that could not be read is still put back, its selector at least', () => {
  const back = trafficPatch(undefined, 'green', 'blue', origin)
  expect(patched(stored(serviceOn('green')), back)).toEqual(stored(serviceOn('blue')))
})
