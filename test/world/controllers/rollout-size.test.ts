import { expect, test } from 'vitest'
import { limits, newSetSize } from '../../../src/world/controllers/rollout-size.ts'
import { practiceCluster } from '../practice.ts'

const deployment = practiceCluster().deployment('blue')

function sized(replicas: number, maxSurge: number | string, maxUnavailable: number | string) {
  const strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } }
  return { ...deployment, spec: { ...deployment.spec, replicas, strategy } }
}

test('percentages of surge are rounded up, those of unavailable down', () => {
  expect(limits(sized(3, '25%', '25%'))).toEqual({ surge: 1, unavailable: 0 })
  expect(limits(sized(10, '25%', '25%'))).toEqual({ surge: 3, unavailable: 2 })
  expect(limits(sized(4, 2, '50%'))).toEqual({ surge: 2, unavailable: 2 })
})

test('a rollout that may neither grow nor shrink would stand still, so one pod may be missing', () => {
  expect(limits(sized(3, 0, 0))).toEqual({ surge: 0, unavailable: 1 })
  expect(limits(sized(3, '0%', '10%'))).toEqual({ surge: 0, unavailable: 1 })
})

test('the first step of a rollout makes as many new pods as the surge allows', () => {
  const sets = practiceCluster()
    .cluster.replicaSets.list('loanserve')
    .filter((set) => set.metadata.name.startsWith('api-blue-'))
  expect(newSetSize(sized(3, '25%', '25%'), sets, 0)).toBe(1)
  expect(newSetSize(sized(3, 3, 0), sets, 0)).toBe(3)
  expect(newSetSize(sized(3, 0, 1), sets, 0)).toBe(0)
})
