/** Crowds of pods, for tests and benches of what the API does at scale. */
import type { Cluster } from '../../../src/world/kubernetes/cluster.ts'
import { pods } from '../../../src/world/kubernetes/kinds/pod.ts'
import { newMeta, type Pod, timestamp } from '../../../src/world/kubernetes/objects.ts'

/** Where a crowd lives: a node that no kubelet has, so that nothing but the crowd's owner moves its pods. */
const crowdNode = 'crowd-node'

/** The name of a crowd's pod: `web-00042`. */
const crowdName = (number: number) => `web-${String(number).padStart(5, '0')}`

/**
 * Puts running pods number `from` to before `to` into the namespace, as a ReplicaSet and a kubelet would leave them:
 * with an address, conditions, container statuses and owners of fields. The namespace need not be there.
 */
export function gatherCrowd(cluster: Cluster, namespace: string, from: number, to: number): void {
  for (let number = from; number < to; number++) {
    const made = cluster.pods.create(template(namespace, number))
    const bound = cluster.pods.update({ ...made, spec: { ...made.spec, nodeName: crowdNode } })
    cluster.pods.update({ ...bound, status: { ...bound.status, ...running(cluster.now(), number) } })
  }
}

function template(namespace: string, number: number): Pod {
  return pods.schema.parse({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: newMeta({
      namespace,
      name: crowdName(number),
      labels: { app: 'web', shard: String(number % 10), 'pod-template-hash': '5d488b86d' },
    }),
    spec: {
      containers: [
        {
          name: 'web',
          image: 'nginx:1.29',
          env: [
            { name: 'FEATURE_FLAGS_JSON', value: '{}' },
            { name: 'LOG_LEVEL', value: 'info' },
          ],
          ports: [{ containerPort: 3000 }],
          readinessProbe: { httpGet: { path: '/healthz', port: 3000 } },
          resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '500m', memory: '256Mi' } },
        },
      ],
    },
  })
}

function running(now: number, number: number): Pod['status'] {
  const at = timestamp(now)
  const ip = `10.${100 + (number >> 16)}.${(number >> 8) & 255}.${number & 255}`
  const types = ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled']
  return {
    phase: 'Running',
    hostIP: '192.168.1.10',
    podIP: ip,
    podIPs: [{ ip }],
    startTime: at,
    conditions: types.map((type) => ({ type, status: 'True', lastTransitionTime: at })),
    containerStatuses: [
      {
        name: 'web',
        state: { running: { startedAt: at } },
        ready: true,
        restartCount: 0,
        image: 'nginx:1.29',
        imageID: 'sha256:5d488b86d',
        containerID: `containerd://${String(number).padStart(64, '0')}`,
        started: true,
      },
    ],
  }
}

/** One more change of a crowd of that size: mostly statuses and labels, sometimes a pod that goes or comes again. */
export function changeCrowd(cluster: Cluster, namespace: string, size: number, turn: number): void {
  const number = (turn * 7919) % size
  const pod = cluster.pods.get(namespace, crowdName(number))
  if (pod === undefined) gatherCrowd(cluster, namespace, number, number + 1)
  else if (turn % 20 === 0) cluster.pods.remove(namespace, pod.metadata.name)
  else if (turn % 2 === 0) {
    const labels = { ...pod.metadata.labels, turn: String(turn) }
    cluster.pods.update({ ...pod, metadata: { ...pod.metadata, labels } })
  } else {
    const [status] = pod.status.containerStatuses ?? []
    if (status === undefined) return
    const restarted = { ...status, restartCount: turn }
    cluster.pods.update({ ...pod, status: { ...pod.status, containerStatuses: [restarted] } })
  }
}
