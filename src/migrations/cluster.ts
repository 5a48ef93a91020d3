/** Asks kubectl what serves a Service. It is found on the PATH: in a block that is Handrail's stand-in. */
import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { z } from 'zod'
import type { ServiceTraffic } from './traffic.ts'

/** The cluster gave no answer. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer'
}

const serviceShape = z.object({ spec: z.object({ selector: z.record(z.string(), z.string()).optional() }) })

const slices = z.object({
  items: z.array(
    z.object({
      endpoints: z
        .array(
          z.object({ targetRef: z.object({ kind: z.string().optional(), name: z.string() }).optional() }),
        )
        .nullish(),
    }),
  ),
})

const podList = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string() }),
      spec: z.object({ containers: z.array(z.object({ image: z.string().default('') })) }),
      status: z.object({ phase: z.string().optional() }).optional(),
    }),
  ),
})

/** One look at a Service, its EndpointSlices and the pods of its namespace. Throws NoAnswer. */
export async function lookAtService(namespace: string, service: string): Promise<ServiceTraffic> {
  const ask = async <T>(shape: z.ZodType<T>, ...words: string[]) =>
    parsed(await kubectl([...words, '-n', namespace, '-o', 'json', '--request-timeout=10s']), shape)
  const { spec } = await ask(serviceShape, 'get', 'service', service)
  const [endpoints, pods] = await Promise.all([
    ask(slices, 'get', 'endpointslices', '-l', `kubernetes.io/service-name=${service}`),
    ask(podList, 'get', 'pods'),
  ])
  const targets = new Set(
    endpoints.items.flatMap((slice) => (slice.endpoints ?? []).map(({ targetRef }) => targetRef?.name)),
  )
  if (targets.has(undefined))
    throw new NoAnswer(
      `The Service ${service} in ${namespace} has endpoints that are no pods: their version is not known.`,
    )
  const known = new Set(pods.items.map(({ metadata }) => metadata.name))
  const gone = [...targets].find((name) => name !== undefined && !known.has(name))
  if (gone !== undefined)
    throw new NoAnswer(
      `The Service ${service} in ${namespace} changes just now: ${gone} is an endpoint and no pod any more.`,
    )
  return {
    selector: Object.entries(spec.selector ?? {})
      .map(([key, value]) => `${key}=${value}`)
      .join(','),
    pods: pods.items
      .filter(({ status }) => status?.phase !== 'Succeeded' && status?.phase !== 'Failed')
      .map(({ metadata, spec: { containers } }) => ({
        name: metadata.name,
        images: containers.map(({ image }) => image),
        serves: targets.has(metadata.name),
      })),
  }
}

async function kubectl(words: readonly string[]): Promise<string> {
  const child = spawn('kubectl', words, { stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', (error) => {
      const isMissing = 'code' in error && error.code === 'ENOENT'
      reject(new NoAnswer(isMissing ? 'kubectl is not on the PATH.' : `kubectl: ${error.message}`))
    })
    child.on('close', resolve)
  })
  const [code, printed, complained] = await Promise.all([ended, text(child.stdout), text(child.stderr)])
  if (code !== 0)
    throw new NoAnswer(`kubectl: ${complained.trim().split('\n').at(-1) || `exit code ${code}`}`)
  return printed
}

function parsed<T>(printed: string, shape: z.ZodType<T>): T {
  try {
    return shape.parse(JSON.parse(printed))
  } catch {
    throw new NoAnswer('kubectl answered with something else than was asked for.')
  }
}
