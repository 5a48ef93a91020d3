/** Runs the controllers: what changed is looked at again, and what its controller wants is done. */
import type { Clock } from '../clock.ts'
import type { EventRecorder } from '../event-recorder.ts'
import type { Cluster } from '../kubernetes/cluster.ts'
import type { Change, Collection } from '../kubernetes/collection.ts'
import { controllerOf, type KubeObject, type Pod, type ReplicaSet } from '../kubernetes/objects.ts'
import { selects } from '../kubernetes/selectors.ts'
import { reconcileDeployment } from './deployment.ts'
import { reconcileEndpoints, reconcileSlices, serviceNameLabel } from './endpoints.ts'
import { reconcileReplicaSet } from './replica-set.ts'
import { createWorkQueue } from './work-queue.ts'
import { carryOut, type Write } from './write.ts'

/** How long after a change each controller looks, in milliseconds: about what a real, idle cluster takes. */
const delays = { deployment: 10, replicaSet: 10, endpoints: 40 }

export interface Controllers {
  /** No controller does anything after this. */
  readonly stop: () => void
}

const key = ({ metadata }: KubeObject) => `${metadata.namespace}/${metadata.name}`

function parts(key: string): readonly [namespace: string, name: string] {
  const slash = key.indexOf('/')
  return [key.slice(0, slash), key.slice(slash + 1)]
}

/** Starts the deployment, replica set and endpoint controllers on the cluster. Garbage is the API's affair. */
export function startControllers(options: {
  readonly cluster: Cluster
  readonly clock: Clock
  readonly recorder: EventRecorder
}): Controllers {
  const { cluster, clock, recorder } = options
  const subscriptions: (() => void)[] = []
  let stopped = false

  function carryOutAll(component: string, writes: readonly Write[]): void {
    for (const write of writes) carryOut(cluster, recorder, component, write)
  }

  const deployments = createWorkQueue(clock, delays.deployment, (key) => {
    const deployment = cluster.deployments.get(...parts(key))
    if (deployment === undefined || stopped) return
    const { namespace } = deployment.metadata
    const { writes, lookAgainAt } = reconcileDeployment(
      deployment,
      cluster.replicaSets.list(namespace),
      cluster.pods.list(namespace),
      clock.now(),
    )
    carryOutAll('deployment-controller', writes)
    if (lookAgainAt !== undefined) deployments.addAt(key, lookAgainAt)
  })

  const replicaSets = createWorkQueue(clock, delays.replicaSet, (key) => {
    const set = cluster.replicaSets.get(...parts(key))
    if (set === undefined || stopped) return
    const { writes, lookAgainAt } = reconcileReplicaSet(
      set,
      cluster.pods.list(set.metadata.namespace),
      clock.now(),
    )
    carryOutAll('replicaset-controller', writes)
    if (lookAgainAt !== undefined) replicaSets.addAt(key, lookAgainAt)
  })

  const services = createWorkQueue(clock, delays.endpoints, (key) => {
    const [namespace, name] = parts(key)
    const service = cluster.services.get(namespace, name)
    if (stopped) return
    if (service === undefined) {
      // Endpoints bear no owner reference: their controller takes them away by name.
      cluster.endpoints.remove(namespace, name)
      return
    }
    const pods = cluster.pods.list(namespace)
    carryOutAll(
      'endpoint-controller',
      reconcileEndpoints(service, cluster.endpoints.get(namespace, name), pods, clock.now()),
    )
    carryOutAll(
      'endpointslice-controller',
      reconcileSlices(service, cluster.endpointSlices.list(namespace), pods),
    )
  })

  function hear<T extends KubeObject>(
    collection: Collection<T>,
    listener: (change: Change<T>) => void,
  ): void {
    subscriptions.push(collection.subscribe(listener))
  }

  function podChanged(change: Change<Pod>): void {
    const { object } = change
    const { namespace } = object.metadata
    const owner = controllerOf(object)
    if (owner?.kind === 'ReplicaSet') replicaSets.add(`${namespace}/${owner.name}`)
    const seen = [object.metadata.labels, change.previous?.metadata.labels]
    for (const service of cluster.services.list(namespace)) {
      const matchLabels = service.spec.selector
      if (matchLabels !== undefined && seen.some((labels) => selects({ matchLabels }, labels)))
        services.add(key(service))
    }
    // A Recreate rollout waits for its old pods to be gone.
    if (change.type === 'DELETED')
      for (const deployment of cluster.deployments.list(namespace))
        if (deployment.spec.strategy.type === 'Recreate') deployments.add(key(deployment))
  }

  function setChanged(change: Change<ReplicaSet>): void {
    replicaSets.add(key(change.object))
    const owner = controllerOf(change.object)
    if (owner?.kind === 'Deployment') deployments.add(`${change.object.metadata.namespace}/${owner.name}`)
  }

  hear(cluster.deployments, ({ object }) => deployments.add(key(object)))
  hear(cluster.replicaSets, setChanged)
  hear(cluster.pods, podChanged)
  hear(cluster.services, ({ object }) => services.add(key(object)))
  // Someone who deletes what a controller keeps finds it made again.
  hear(cluster.endpoints, ({ type, object }) => {
    if (type === 'DELETED') services.add(key(object))
  })
  hear(cluster.endpointSlices, ({ type, object }) => {
    const service = object.metadata.labels?.[serviceNameLabel]
    if (type === 'DELETED' && service !== undefined) services.add(`${object.metadata.namespace}/${service}`)
  })
  return {
    stop() {
      stopped = true
      for (const end of subscriptions) end()
    },
  }
}
