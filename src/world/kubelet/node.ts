/** The one node of the practice cluster, and the addresses of the pods on it. */
import { type Node, newMeta, timestamp } from '../kubernetes/objects.ts'

export const nodeName = 'practice-node-1'
export const nodeIP = '10.128.0.11'

const resources = { cpu: '4', memory: '16384Mi', 'ephemeral-storage': '100Gi', pods: '110' }

/** The node as it reports itself; `since` in milliseconds since 1970. */
export function practiceNode(since: number): Node {
  const at = timestamp(since)
  const pressure = (type: string, reason: string, message: string) => ({
    type,
    status: 'False',
    lastTransitionTime: at,
    reason,
    message,
  })
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: newMeta({
      name: nodeName,
      labels: {
        'kubernetes.io/arch': 'amd64',
        'kubernetes.io/hostname': nodeName,
        'kubernetes.io/os': 'linux',
      },
    }),
    spec: { podCIDR: '10.244.0.0/16' },
    status: {
      capacity: resources,
      allocatable: resources,
      conditions: [
        pressure('MemoryPressure', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'),
        pressure('DiskPressure', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
        pressure('PIDPressure', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
        {
          type: 'Ready',
          status: 'True',
          lastTransitionTime: at,
          reason: 'KubeletReady',
          message: 'kubelet is posting ready status',
        },
      ],
      addresses: [
        { type: 'InternalIP', address: nodeIP },
        { type: 'Hostname', address: nodeName },
      ],
      nodeInfo: {
        kubeletVersion: 'v1.36.0',
        osImage: 'Handrail practice world',
        kernelVersion: '6.1.0',
        containerRuntimeVersion: 'containerd://2.1.0',
        architecture: 'amd64',
        operatingSystem: 'linux',
      },
    },
  }
}

/** Gives out 10.244.0.2, 10.244.0.3, … up to 10.244.255.254, skipping those in use, and then from the start. */
export function createPodAddresses(): {
  /** A free one, or `wanted`, which a pod of a saved world had. */
  readonly take: (wanted?: string) => string
  readonly release: (ip: string) => void
} {
  const used = new Set<string>()
  let last = 1
  return {
    take(wanted) {
      if (wanted !== undefined) {
        used.add(wanted)
        return wanted
      }
      const size = 2 ** 16 - 2
      for (let tries = 0; tries < size; tries++) {
        last = (last % size) + 1
        const ip = `10.244.${last >> 8}.${last & 255}`
        if (last < 2 || (last & 255) === 0 || (last & 255) === 255 || used.has(ip)) continue
        used.add(ip)
        return ip
      }
      throw new Error('the practice node has no pod address left: 65,000 pods are more than it is made for')
    },
    release: (ip) => {
      used.delete(ip)
    },
  }
}
