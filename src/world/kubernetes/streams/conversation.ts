/** What a client wants of a running pod: a command run in it, its main process, or its ports. */
import type { Cluster } from '../cluster.ts'
import type { Pod } from '../objects.ts'
import { flag, type Target } from '../request.ts'
import { badRequest, notFound } from '../status.ts'

export type Conversation =
  | {
      readonly kind: 'exec'
      readonly pod: Pod
      readonly container: string
      readonly command: readonly string[]
      readonly streams: AskedStreams
    }
  | { readonly kind: 'attach'; readonly pod: Pod; readonly container: string; readonly streams: AskedStreams }
  /** The ports are named at once by clients that ask for a channel each, and later by the others. */
  | { readonly kind: 'port-forward'; readonly pod: Pod; readonly ports: readonly number[] }

interface AskedStreams {
  readonly stdin: boolean
  readonly stdout: boolean
  readonly stderr: boolean
  readonly tty: boolean
}

/** The subresources by which a client talks with a pod. */
export const conversations: ReadonlySet<string> = new Set(['exec', 'attach', 'portforward'])

/** What a request for one of these subresources asks for. Throws StatusError (400, 404). */
export function readConversation(
  cluster: Cluster,
  query: URLSearchParams,
  { resource, namespace = '', name = '', subresource }: Target,
): Conversation {
  const pod = cluster.pods.get(namespace, name)
  if (pod === undefined) throw notFound(resource, name)
  if (subresource === 'portforward') {
    const ports = query.getAll('ports').flatMap((each) => each.split(','))
    const wrong = ports.find((port) => !/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65_535)
    if (wrong !== undefined) throw badRequest(`"${wrong}" is not a valid port`)
    assigned(pod)
    return { kind: 'port-forward', pod, ports: ports.map(Number) }
  }
  const asked = {
    stdin: flag(query, 'stdin'),
    stdout: flag(query, 'stdout'),
    stderr: flag(query, 'stderr'),
    tty: flag(query, 'tty'),
  }
  const container = chooseContainer(pod, query.get('container') ?? '')
  assigned(pod)
  if (!asked.stdin && !asked.stdout && !asked.stderr)
    throw badRequest('you must specify at least 1 of stdin, stdout, stderr')
  // With a terminal there is one output.
  const streams = { ...asked, stderr: asked.stderr && !asked.tty }
  if (subresource === 'attach') return { kind: 'attach', pod, container, streams }
  const command = query.getAll('command')
  if (command.length === 0) throw badRequest('you must specify at least 1 command')
  return { kind: 'exec', pod, container, command, streams }
}

function assigned({ spec, metadata }: Pod): void {
  if (spec.nodeName === undefined) throw badRequest(`pod ${metadata.name} does not have a host assigned`)
}

/**
 * The container that a request means; the only one of a pod needn't be named. Throws StatusError (400) in the real
 * server's words.
 */
export function chooseContainer({ spec, metadata }: Pod, asked: string): string {
  const names = spec.containers.map(({ name }) => name)
  const inits = (spec.initContainers ?? []).map(({ name }) => name)
  if (asked !== '') {
    if (![...names, ...inits].includes(asked))
      throw badRequest(`container ${asked} is not valid for pod ${metadata.name}`)
    return asked
  }
  const [only, ...others] = names
  if (only !== undefined && others.length === 0) return only
  const or = inits.length === 0 ? '' : ` or one of the init containers: [${inits.join(' ')}]`
  throw badRequest(
    `a container name must be specified for pod ${metadata.name}, choose one of: [${names.join(' ')}]${or}`,
  )
}
