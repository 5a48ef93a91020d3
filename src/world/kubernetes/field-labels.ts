/** Which fields each kind can be selected by, and what the server says of others (`conversion.go` of each group). */
import type { FieldRequirement } from './selectors.ts'
import { badRequest } from './status.ts'

/** What of a resource decides which fields it can be selected by. */
interface Selectable {
  readonly group: string
  readonly kind: string
  readonly namespaced: boolean
  readonly custom: { readonly selectableFields: readonly string[] } | undefined
}

interface FieldLabels {
  readonly fields: readonly string[]
  readonly refusal: (field: string) => string
}

const name = 'metadata.name'
const namespace = 'metadata.namespace'
const plain = (field: string) => `field label not supported: ${field}`
const usual = (field: string) =>
  `${JSON.stringify(field)} is not a known field selector: only "${name}", "${namespace}"`

const labels: Readonly<Record<string, FieldLabels>> = {
  '/Pod': {
    fields: [
      ...[name, namespace, 'spec.nodeName', 'spec.restartPolicy', 'spec.schedulerName', 'spec.host'],
      ...['spec.serviceAccountName', 'spec.hostNetwork', 'status.phase', 'status.podIP', 'status.podIPs'],
      'status.nominatedNodeName',
    ],
    refusal: plain,
  },
  '/Event': {
    fields: [
      ...[name, namespace, 'involvedObject.kind', 'involvedObject.namespace', 'involvedObject.name'],
      ...['involvedObject.uid', 'involvedObject.apiVersion', 'involvedObject.resourceVersion'],
      ...['involvedObject.fieldPath', 'reason', 'reportingComponent', 'source', 'type'],
    ],
    refusal: plain,
  },
  '/Node': { fields: [name, 'spec.unschedulable'], refusal: plain },
  '/Namespace': { fields: [name, 'status.phase'], refusal: plain },
  '/Secret': { fields: [name, namespace, 'type'], refusal: plain },
  '/Service': { fields: [name, namespace, 'spec.clusterIP', 'spec.type'], refusal: plain },
  'apps/ReplicaSet': { fields: [name, namespace, 'status.replicas'], refusal: usual },
  'batch/Job': {
    fields: [name, namespace, 'status.successful'],
    refusal: (field) => `field label ${JSON.stringify(field)} not supported for Job`,
  },
}

function labelsOf({ group, kind, namespaced, custom }: Selectable): FieldLabels {
  // Metrics come from a server beside the API server, which has the usual fields alone.
  if (custom !== undefined && group !== 'metrics.k8s.io')
    return { fields: [name, ...(namespaced ? [namespace] : []), ...custom.selectableFields], refusal: plain }
  return labels[`${group}/${kind}`] ?? { fields: [name, namespace], refusal: usual }
}

/** Throws StatusError (400) for a field that objects of the kind can't be selected by. */
export function checkFields(of: Selectable, requirements: readonly FieldRequirement[]): void {
  const { fields, refusal } = labelsOf(of)
  const stray = requirements.find(({ field }) => !fields.includes(field))
  if (stray !== undefined) throw badRequest(refusal(stray.field))
}
