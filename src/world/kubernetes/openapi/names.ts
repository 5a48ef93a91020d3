/** The names of schemas in the OpenAPI documents: `io.k8s.api.apps.v1.Deployment`. */
import { type FieldType, fieldsOf, goName } from '../schema.ts'

const meta = new Set(
  [
    'ObjectMeta ListMeta OwnerReference ManagedFieldsEntry LabelSelector LabelSelectorRequirement Condition',
    'DeleteOptions Preconditions Status StatusCause StatusDetails FieldSelectorRequirement',
  ]
    .join(' ')
    .split(' '),
)

/** Models that lie in the core group, and all that they hold. */
const coreRoots = [
  'V1Pod',
  'V1PodTemplate',
  'V1Service',
  'V1Node',
  'V1Namespace',
  'V1ConfigMap',
  'V1Secret',
  'V1ServiceAccount',
  'V1Endpoints',
  'CoreV1Event',
  'V1PersistentVolume',
  'V1PersistentVolumeClaim',
  'V1ReplicationController',
  'V1ResourceQuota',
  'V1LimitRange',
]

let core: ReadonlySet<string> | undefined

function coreModels(): ReadonlySet<string> {
  core ??= reachable(coreRoots)
  return core
}

function reachable(roots: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>()
  const visit = (model: string) => {
    if (found.has(model)) return
    found.add(model)
    for (const type of fieldsOf(model).values()) visitType(type)
  }
  const visitType = (type: FieldType) => {
    if (type.kind === 'object') visit(type.model)
    if (type.kind === 'list' || type.kind === 'map') visitType(type.of)
  }
  for (const root of roots) visit(root)
  return found
}

const packages: Readonly<Record<string, string>> = {
  'apiextensions.k8s.io': 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions',
  'metrics.k8s.io': 'io.k8s.metrics.pkg.apis.metrics',
}

/** The name of a model's schema in the document of a group. */
export function schemaName(model: string, group: string): string {
  const type = goName(model)
  if (meta.has(type)) return `io.k8s.apimachinery.pkg.apis.meta.v1.${type}`
  if (coreModels().has(model)) return `io.k8s.api.core.v1.${type}`
  const [, version = 'v1'] = /^(?:Core|Events|Discovery)?(V\d+(?:(?:alpha|beta)\d+)?)/.exec(model) ?? []
  const within = packages[group] ?? `io.k8s.api.${group === '' ? 'core' : group.split('.')[0]}`
  return `${within}.${version.toLowerCase()}.${type}`
}

/** Types that are one value on the wire. */
export const plainTypes = {
  time: 'io.k8s.apimachinery.pkg.apis.meta.v1.Time',
  quantity: 'io.k8s.apimachinery.pkg.api.resource.Quantity',
  intOrString: 'io.k8s.apimachinery.pkg.util.intstr.IntOrString',
} as const

/** The name of a custom kind's schema: its group's parts in reverse, as the real server names it. */
export function customName(group: string, version: string, kind: string): string {
  return [...group.split('.').reverse(), version, kind].join('.')
}
