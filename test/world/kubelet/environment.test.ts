import { expect, test } from 'vitest'
import { environmentOf } from '../../../src/world/kubelet/environment.ts'
import type { Container } from '../../../src/world/kubernetes/objects.ts'
import { practiceCluster } from '../practice.ts'

const { cluster, pods } = practiceCluster()
const [pod] = pods('green')
if (pod === undefined) throw new Error('no pod')

const env = (container: Omit<Container, 'name' | 'image'>) =>
  environmentOf(cluster, pod, { name: 'api', image: 'loanserve/api:v1', ...container }, '10.244.0.9')

test('values come from the spec, Secrets decoded, ConfigMaps and the pod itself', () => {
  const url = { secretKeyRef: { name: 'loanserve-secrets', key: 'DATABASE_URL' } }
  expect(
    env({
      envFrom: [{ prefix: 'APP_', configMapRef: { name: 'app-config' } }],
      env: [
        { name: 'DATABASE_URL', valueFrom: url },
        { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
        { name: 'SELF', value: 'http://$(IP):3000/$(UNKNOWN)' },
      ],
    }),
  ).toEqual({
    env: {
      APP_MAINTENANCE_BANNER: '',
      DATABASE_URL: 'postgres://app:s3cret-pw@primary:5432/loanserve',
      IP: '10.244.0.9',
      SELF: 'http://10.244.0.9:3000/$(UNKNOWN)',
    },
  })
})

test('what is missing is told in the kubelet’s words, unless it is optional', () => {
  const ask = (name: string, key: string, optional?: boolean) =>
    env({
      env: [{ name: 'X', valueFrom: { secretKeyRef: { name, key, ...(optional ? { optional } : {}) } } }],
    })
  expect(ask('nowhere', 'K')).toEqual({ missing: 'secret "nowhere" not found' })
  expect(ask('loanserve-secrets', 'K')).toEqual({
    missing: "couldn't find key K in Secret loanserve/loanserve-secrets",
  })
  expect(ask('nowhere', 'K', true)).toEqual({ env: {} })
  expect(env({ envFrom: [{ configMapRef: { name: 'nowhere' } }] })).toEqual({
    missing: 'configmap "nowhere" not found',
  })
})
