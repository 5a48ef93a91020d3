/** The heartbeat of nodes: each holds a Lease of its own and renews it, as kubelets do. */
import type { Clock } from '../clock.ts'
import type { Cluster } from '../kubernetes/cluster.ts'
import { newMeta } from '../kubernetes/objects.ts'

const namespace = 'kube-node-lease'
/** A kubelet renews its lease four times while it lasts. */
const renewEveryMs = 10_000
const leaseDurationSeconds = 40

/** Times of leases have microseconds. */
function microTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000Z')
}

/** Renews the leases from now on. Gives what stops it. */
export function startNodeLeases(cluster: Cluster, clock: Clock): () => void {
  let cancel: () => void = () => {}
  function beat(): void {
    const renewTime = microTime(clock.now())
    for (const { metadata } of cluster.nodes.list()) {
      const present = cluster.leases.get(namespace, metadata.name)
      if (present !== undefined) cluster.leases.update({ ...present, spec: { ...present.spec, renewTime } })
      else
        cluster.leases.create({
          apiVersion: 'coordination.k8s.io/v1',
          kind: 'Lease',
          metadata: newMeta({
            name: metadata.name,
            namespace,
            ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: metadata.name, uid: metadata.uid }],
          }),
          spec: { holderIdentity: metadata.name, leaseDurationSeconds, renewTime },
        })
    }
    cancel = clock.at(clock.now() + renewEveryMs, beat)
  }
  beat()
  return () => cancel()
}
