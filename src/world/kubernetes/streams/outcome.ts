/** How a client is told of the end of a process: a Status on the error stream. */
import { createHash } from 'node:crypto'
import type { ProcessEnd } from '../containers.ts'
import type { Pod } from '../objects.ts'
import { internalError, type Status } from '../status.ts'

/** The Status for a process that has ended; kubectl takes the exit code from its causes. */
export function endStatus(end: ProcessEnd, command: readonly string[], pod: Pod): object {
  if (end.kind === 'failed') {
    // The runtime names each process by an id of its own.
    const id = createHash('sha256')
      .update(`${pod.metadata.uid} ${command.join(' ')}`)
      .digest('hex')
    const message = `failed to exec in container: failed to start exec "${id}": ${end.message}`
    return internalError(`error executing command in container: ${message}`).status
  }
  if (end.code === 0) return { metadata: {}, status: 'Success' }
  return {
    metadata: {},
    status: 'Failure',
    message:
      'command terminated with non-zero exit code: ' +
      `error executing command [${command.join(' ')}], exit code ${end.code}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(end.code) }] },
  }
}

/** What is said of a container that doesn't run. */
export function notRunning(container: string): string {
  return `container not found ("${container}")`
}

/** The Status for a container that doesn't run, as the API server passes it on. */
export function notRunningStatus(container: string): Status {
  return internalError(`unable to upgrade connection: ${notRunning(container)}`).status
}

/** What the kubelet says of a port in a pod at which nothing listens, in containerd's words. */
export function refusedPort(pod: Pod, port: number): string {
  const sandbox = createHash('sha256').update(pod.metadata.uid).digest('hex')
  const where = `/var/run/netns/cni-${pod.metadata.uid}`
  const refused = 'connect: connection refused'
  return (
    `error forwarding port ${port} to pod ${sandbox}, uid : failed to execute portforward in network namespace ` +
    `"${where}": failed to connect to localhost:${port} inside namespace "${sandbox}", ` +
    `IPv4: dial tcp4 127.0.0.1:${port}: ${refused} IPv6 dial tcp6 [::1]:${port}: ${refused} `
  )
}
