/** A practice world as it would be declared, so that two moments of it can be compared object by object. */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Scene } from './program.ts'

const object = z.looseObject({
  kind: z.string(),
  metadata: z.looseObject({
    name: z.string(),
    labels: z.record(z.string(), z.string()).optional(),
    annotations: z.record(z.string(), z.string()).optional(),
  }),
})
const list = z.object({ items: z.array(object) })

/** What somebody declared. Pods and replica sets follow from it, and get new names each time. */
const declared =
  'deployments,services,configmaps,secrets,ingresses,horizontalpodautoscalers,poddisruptionbudgets'

/** Written by the control plane, or by a restart, which can't be taken back but by another. */
const passing = ['deployment.kubernetes.io/revision', 'kubectl.kubernetes.io/restartedAt']

/** Each declared object's own words by kind and name, and by color how many pods are ready with which image. */
export async function worldShape(scene: Scene): Promise<Readonly<Record<string, unknown>>> {
  const shape: Record<string, unknown> = {}
  for (const item of list.parse(JSON.parse(await scene.kubectl('get', declared, '-o', 'json'))).items) {
    const { name, labels, annotations } = item.metadata
    const { kind, status: _status, apiVersion: _version, metadata: _metadata, ...words } = item
    shape[`${kind}/${name}`] = lasting({ labels, annotations, ...words })
  }
  shape.pods = await readyPods(scene)
  shape.endpoints = await endpointColors(scene)
  return shape
}

/** Without what passes, and with a Secret's values as hashes. */
function lasting(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((each) => lasting(each))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
    .filter(([name]) => !(key === 'annotations' && passing.includes(name)))
    .map(([name, each]) => (key === 'data' ? [name, hash(String(each))] : [name, lasting(each, name)]))
  if (key === 'annotations' && entries.length === 0) return undefined
  return Object.fromEntries(entries)
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

async function readyPods(scene: Scene): Promise<readonly string[]> {
  const text = await scene.kubectl(
    ...['get', 'pods', '-l', 'color', '-o'],
    'jsonpath={range .items[*]}{.metadata.labels.color} {.spec.containers[0].image} {.status.containerStatuses[0].ready} {.metadata.deletionTimestamp}{"\\n"}{end}',
  )
  return text.trim().split('\n').toSorted()
}

async function endpointColors(scene: Scene): Promise<readonly string[]> {
  const colors = new Map(
    (
      await scene.kubectl(
        ...['get', 'pods', '-o'],
        'jsonpath={range .items[*]}{.metadata.name} {.metadata.labels.color}{"\\n"}{end}',
      )
    )
      .trim()
      .split('\n')
      .map((line) => [line.split(' ')[0] ?? '', line.split(' ')[1] ?? '']),
  )
  const text = await scene.kubectl(
    ...['get', 'endpointslices', '-l', 'kubernetes.io/service-name=api-main', '-o'],
    'jsonpath={range .items[*].endpoints[*]}{.targetRef.name} {.conditions.ready}{"\\n"}{end}',
  )
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const [name = '', ready = ''] = line.split(' ')
      return `${colors.get(name) ?? 'gone'} ${ready}`
    })
    .toSorted()
}
