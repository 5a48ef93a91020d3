import fc from 'fast-check'
import { expect, test } from 'vitest'
import { practiceCluster } from './practice.ts'

const tags = ['v1.2.3', 'v1.2.4', 'v2-crash', 'v2-noimage', 'v2-slow', 'v2-unhealthy']
const color = fc.constantFrom('blue', 'green')

const act = fc.oneof(
  fc.record({ kind: fc.constant('ship' as const), color, tag: fc.constantFrom(...tags) }),
  fc.record({ kind: fc.constant('scale' as const), color, replicas: fc.integer({ min: 0, max: 6 }) }),
  fc.record({ kind: fc.constant('pause' as const), color, paused: fc.boolean() }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 30_000 }) }),
)

function pause(world: ReturnType<typeof practiceCluster>, which: string, paused: boolean): void {
  const present = world.deployment(which)
  world.cluster.deployments.update({ ...present, spec: { ...present.spec, paused } })
}

test('whatever was done before, a good image in the end rolls out, and only its pods are left', () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 12 }), fc.integer({ min: 0, max: 1000 }), (acts, seed) => {
      const world = practiceCluster(seed)
      for (const one of acts) {
        if (one.kind === 'ship') world.setImage(one.color, `loanserve/api:${one.tag}`)
        else if (one.kind === 'scale') world.scale(one.color, one.replicas)
        else if (one.kind === 'pause') pause(world, one.color, one.paused)
        else world.pass(one.ms)
      }
      for (const which of ['blue', 'green']) {
        pause(world, which, false)
        world.setImage(which, 'loanserve/api:v9')
        world.scale(which, 2)
      }
      world.pass(180_000)
      for (const which of ['blue', 'green']) {
        expect(world.deployment(which).status).toMatchObject({
          replicas: 2,
          updatedReplicas: 2,
          readyReplicas: 2,
          availableReplicas: 2,
          observedGeneration: world.deployment(which).metadata.generation,
        })
        expect(world.pods(which).map((pod) => pod.spec.containers[0]?.image)).toEqual([
          'loanserve/api:v9',
          'loanserve/api:v9',
        ])
      }
      expect(world.traffic()).toEqual(['blue', 'blue'])
    }),
    { numRuns: 40 },
  )
})
