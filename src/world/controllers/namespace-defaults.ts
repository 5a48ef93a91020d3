/** What every namespace is given: a service account for its pods, and the certificate of the API. */
import type { Cluster } from '../kubernetes/cluster.ts'
import { type Namespace, newMeta } from '../kubernetes/objects.ts'

const accountName = 'default'
const certificateName = 'kube-root-ca.crt'

/**
 * Makes both in each namespace, and again when someone deletes them. `certificate` is the API's, as PEM. Gives what
 * stops it.
 */
export function startNamespaceDefaults(cluster: Cluster, certificate: string): () => void {
  function make({ metadata, status }: Namespace): void {
    const namespace = metadata.name
    if (status.phase !== 'Active' || metadata.deletionTimestamp !== undefined) return
    if (cluster.serviceAccounts.get(namespace, accountName) === undefined)
      cluster.serviceAccounts.create({
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: newMeta({ name: accountName, namespace }),
      })
    if (cluster.configMaps.get(namespace, certificateName) === undefined)
      cluster.configMaps.create({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: newMeta({
          name: certificateName,
          namespace,
          annotations: {
            'kubernetes.io/description':
              'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.',
          },
        }),
        data: { 'ca.crt': certificate },
      })
  }

  function makeAgain(namespace: string): void {
    const there = cluster.namespaces.get('', namespace)
    if (there !== undefined) make(there)
  }

  for (const namespace of cluster.namespaces.list()) make(namespace)
  const subscriptions = [
    cluster.namespaces.subscribe(({ type, object }) => {
      if (type !== 'DELETED') makeAgain(object.metadata.name)
    }),
    cluster.serviceAccounts.subscribe(({ type, object }) => {
      if (type === 'DELETED' && object.metadata.name === accountName) makeAgain(object.metadata.namespace)
    }),
    cluster.configMaps.subscribe(({ type, object }) => {
      if (type === 'DELETED' && object.metadata.name === certificateName) makeAgain(object.metadata.namespace)
    }),
  ]
  return () => {
    for (const end of subscriptions) end()
  }
}
