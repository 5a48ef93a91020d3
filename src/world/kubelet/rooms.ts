/** The room of each container: what programs run in it find around them. */
import type { Clock } from '../clock.ts'
import type { Cluster } from '../kubernetes/cluster.ts'
import { containerFiles } from './files.ts'
import type { Network } from './network.ts'
import { contentOf } from './programs/images.ts'
import type { Room } from './programs/program.ts'
import { processEnvironment } from './surroundings.ts'
import { runningState, type Tenant, writtenFiles } from './tenant.ts'

/** What a process of a container starts with. */
interface Inside {
  readonly room: Room
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
}

export interface Rooms {
  /** Undefined when the container doesn't run. */
  readonly inside: (tenant: Tenant, container: string) => Inside | undefined
}

/** Makes the rooms of a cluster's containers. Programs wait `speed` times less than they would in a real one. */
export function createRooms(options: {
  readonly cluster: Cluster
  readonly clock: Clock
  readonly speed: number
  readonly network: Network
}): Rooms {
  const { cluster, clock, speed, network } = options

  function inside(tenant: Tenant, name: string): Inside | undefined {
    const state = runningState(tenant, name)
    const pod = cluster.pods.get(tenant.namespace, tenant.name)
    if (state === undefined || pod?.metadata.uid !== tenant.uid) return undefined
    const container = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].find(
      (each) => each.name === name,
    )
    if (container === undefined) return undefined
    const { programs } = contentOf(container.image)
    const { program } = state
    const command = program.kind === 'server' ? program.command : program.words.join(' ')
    const env = processEnvironment(cluster, pod, state.env)
    const room: Room = {
      hostname: pod.spec.hostname ?? pod.metadata.name,
      namespace: tenant.namespace,
      ip: tenant.ip,
      programs,
      files: containerFiles({
        cluster,
        pod,
        container,
        ip: tenant.ip,
        env: () => env,
        command,
        programs: [...programs.keys()],
        written: writtenFiles(tenant, name),
      }),
      processes: () => [
        { pid: 1, command },
        { pid: 42, command: 'ps' },
      ],
      now: clock.now,
      sleep(ms) {
        const until = clock.now() + ms / speed
        return {
          ready: () => clock.now() >= until,
          begin: (wake) => clock.at(until, wake),
        }
      },
      ask: (ask) => network.ask(ask, pod),
      askDatabase: network.askDatabase,
      resolve: (host) => network.resolve(host, pod),
    }
    return { room, env, cwd: container.workingDir ?? '/' }
  }

  return { inside }
}
