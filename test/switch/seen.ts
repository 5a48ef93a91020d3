/** A Service and its two Deployments, as kubectl's JSON is read. */
import { deploymentShape, type Service, serviceShape } from '../../src/switch/objects.ts'
import type { Seen } from '../../src/switch/plan.ts'

export function serviceOn(color: string, annotations?: Readonly<Record<string, string>>): Service {
  return serviceShape.parse({
    metadata: { name: 'api-main', ...(annotations === undefined ? {} : { annotations }) },
    spec: { selector: { app: 'api', color } },
  })
}

interface Pods {
  readonly replicas: number
  readonly ready?: number
  readonly updated?: number
  readonly old?: number
  readonly observed?: number
}

function deployment(name: string, { replicas, ready, updated, old, observed }: Pods) {
  const containers = [
    { name: 'sidecar', image: 'proxy:1' },
    { name: 'api', image: `loanserve/${name}:v1` },
  ]
  const status = {
    observedGeneration: observed ?? 2,
    replicas: (updated ?? replicas) + (old ?? 0),
    readyReplicas: ready ?? replicas,
    updatedReplicas: updated ?? replicas,
  }
  return deploymentShape.parse({
    metadata: { name, generation: 2 },
    spec: { replicas, template: { spec: { containers } } },
    status,
  })
}

/** Blue with three pods has the traffic; green's pods as given. */
export function seen(green: Pods, live = 'blue'): Seen {
  return {
    service: serviceOn(live),
    from: deployment('api-blue', { replicas: 3 }),
    to: deployment('api-green', green),
  }
}
