import { expect, test } from 'vitest'
import { base64Fault } from '../../../src/world/kubernetes/base64.ts'
import { decode } from '../../../src/world/kubernetes/decode.ts'

// The offsets are those that Go's base64.StdEncoding reports.
test.each([
  ['', undefined],
  ['YQ==', undefined],
  ['YWI=', undefined],
  ['YWJj', undefined],
  ['true', undefined],
  ['password1234', undefined],
  ['YWJj\nYWJj\n', undefined],
  ['<rollback-cluster-url>', 0],
  ['YWJj-', 4],
  ['YQ', 0],
  ['YWJjY', 4],
  ['YQ=', 3],
  ['YQ==YQ==', 4],
  ['=', 0],
  ['Y=', 1],
])('base64 %j breaks at %j', (text, fault) => {
  expect(base64Fault(text)).toBe(fault)
})

test('unknown fields are named with their path and left out', () => {
  const { value, unknownFields } = decode('V1Deployment', {
    spec: { replica: 3, template: { spec: { containers: [{ name: 'a', imag: 'b' }] } } },
  })
  expect(unknownFields).toEqual(['spec.replica', 'spec.template.spec.containers[0].imag'])
  expect(value).toEqual({ spec: { template: { spec: { containers: [{ name: 'a' }] } } } })
})

test('nulls are fields that are not set', () => {
  const body = { metadata: { name: 'a', creationTimestamp: null, labels: { x: null, y: '1' } } }
  expect(decode('V1ConfigMap', body).value).toEqual({ metadata: { name: 'a', labels: { y: '1' } } })
})

test.each([
  [
    'V1Deployment',
    { spec: { replicas: '3' } },
    'cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32',
  ],
  [
    'V1ConfigMap',
    { data: { a: 1 } },
    'cannot unmarshal number into Go struct field ConfigMap.data of type string',
  ],
  [
    'V1Service',
    { spec: { ports: {} } },
    'cannot unmarshal object into Go struct field ServiceSpec.spec.ports of type []v1.ServicePort',
  ],
  ['V1Secret', { data: { a: '<>' } }, 'illegal base64 data at input byte 0'],
  ['V1Pod', { spec: { containers: [{ resources: { limits: { cpu: 'much' } } }] } }, 'quantities must match'],
])('%s %j is refused', (model, body, message) => {
  expect(() => decode(model, body)).toThrow(message)
})

test.each([
  ['tomorrow', 'parsing time "tomorrow" as "2006-01-02T15:04:05Z07:00": cannot parse "tomorrow" as "2006"'],
  ['2026-11-23', 'parsing time "2026-11-23" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "T"'],
  ['2026-13-01T00:00:00Z', 'parsing time "2026-13-01T00:00:00Z": month out of range'],
  ['2026-02-30T00:00:00Z', 'parsing time "2026-02-30T00:00:00Z": day out of range'],
  ['2026-02-03T00:00:00Zx', 'parsing time "2026-02-03T00:00:00Zx": extra text: "x"'],
])('the time %j is refused as Go refuses it', (text, message) => {
  expect(() => decode('V1Lease', { spec: { renewTime: text } })).toThrow(message)
})

test('times with fractions and offsets are times', () => {
  for (const renewTime of [
    '2026-11-23T05:18:28Z',
    '2026-11-23T05:18:28.123456Z',
    '2026-02-28T23:59:59+02:00',
  ])
    expect(decode('V1Lease', { spec: { renewTime } }).value).toEqual({ spec: { renewTime } })
})

test('quantities may be numbers, and become text', () => {
  const body = { resources: { limits: { cpu: 1, memory: '1Gi' }, requests: { cpu: '100m', memory: 1e6 } } }
  expect(decode('V1Container', body).value).toEqual({
    resources: { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '100m', memory: '1000000' } },
  })
})
