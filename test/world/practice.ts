/** A practice world on a clock that a test moves by hand. */
import { createRandom } from '../../src/world/random.ts'
import { namespace } from '../../src/world/seed.ts'
import { createWorld, type World } from '../../src/world/world.ts'

/** When the world of a test stands still: 23 November 2026, noon. */
export const noon = Date.UTC(2026, 10, 23, 12)

export interface PracticeCluster extends World {
  /** Moves the clock by that many milliseconds. */
  readonly pass: (ms: number) => void
  /** Gives the deployment's first container another image. */
  readonly setImage: (color: string, image: string) => void
  readonly scale: (color: string, replicas: number) => void
  readonly deployment: (color: string) => ReturnType<typeof mustGet>
  /** The pods of a color, by name. */
  readonly pods: (color: string) => ReturnType<World['cluster']['pods']['list']>
  /** The colors of the pods that api-main sends traffic to, in order. */
  readonly traffic: () => readonly string[]
}

function mustGet(world: World, color: string) {
  const deployment = world.cluster.deployments.get(namespace, `api-${color}`)
  if (deployment === undefined) throw new Error(`there is no deployment api-${color}`)
  return deployment
}

/** A settled world at noon, seeded, at speed 1. */
export function practiceCluster(seed = 7): PracticeCluster {
  const world = createWorld({ now: noon, random: createRandom(seed), speed: 1 })
  const { cluster, clock } = world
  const pods = (color: string) =>
    cluster.pods.list(namespace).filter((pod) => pod.metadata.labels?.color === color)
  return {
    ...world,
    pass: (ms) => clock.advance(clock.now() + ms),
    setImage(color, image) {
      const present = mustGet(world, color)
      const { template } = present.spec
      const containers = template.spec.containers.map((container) => ({ ...container, image }))
      const next = { ...template, spec: { ...template.spec, containers } }
      cluster.deployments.update({ ...present, spec: { ...present.spec, template: next } })
    },
    scale(color, replicas) {
      const present = mustGet(world, color)
      cluster.deployments.update({ ...present, spec: { ...present.spec, replicas } })
    },
    deployment: (color) => mustGet(world, color),
    pods,
    traffic() {
      const ready = cluster.endpointSlices
        .list(namespace)
        .flatMap((slice) => slice.endpoints)
        .filter((endpoint) => endpoint.conditions?.ready)
      return ready.flatMap(({ targetRef }) => {
        const pod = cluster.pods.get(namespace, targetRef?.name ?? '')
        return pod?.metadata.labels?.color ?? []
      })
    },
  }
}
