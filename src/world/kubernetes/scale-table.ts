/** The scale subresource as `kubectl get --subresource=scale` prints it. */
import { asJsonObject, type JsonObject } from './record.ts'
import { since, table } from './table.ts'

const columns = [
  {
    name: 'Name',
    type: 'string',
    format: 'name',
    description: 'The name of the scaled object.',
    priority: 0,
  },
  { name: 'Desired', type: 'integer', format: '', description: 'How many pods are wanted.', priority: 0 },
  { name: 'Available', type: 'integer', format: '', description: 'How many pods there are.', priority: 0 },
  { name: 'Age', type: 'string', format: '', description: 'How long the object has existed.', priority: 0 },
]

/** A Scale as a table of one row; `now` is in milliseconds since 1970. */
export function scaleTable(scale: JsonObject, now: number): JsonObject {
  const metadata = asJsonObject(scale.metadata)
  const { name, creationTimestamp, resourceVersion } = metadata
  const count = ({ replicas }: JsonObject) => (typeof replicas === 'number' ? replicas : 0)
  const cells = [
    typeof name === 'string' ? name : '',
    count(asJsonObject(scale.spec)),
    count(asJsonObject(scale.status)),
    since(typeof creationTimestamp === 'string' ? creationTimestamp : undefined, now),
  ]
  const object = { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata }
  return table(columns, { resourceVersion }, [{ cells, object }])
}
