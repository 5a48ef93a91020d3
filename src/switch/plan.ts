/** Decides from one look at the cluster whether the traffic may be moved, and what has to be done for it. */
import type { Deployment, Service } from './objects.ts'

/** The label by which colors are told apart, in the Service's selector and on the pods. */
const colorKey = 'color'

export interface Wish {
  readonly from: string
  readonly to: string
  /** Leave the target as small as it is, though it gets everybody. */
  readonly keepReplicas: boolean
}

/** A switch as it is asked for, with all that has a default. */
export interface TrafficSwitch extends Wish {
  readonly namespace: string | undefined
  readonly service: string
  /** What stands before a color in the name of its Deployment. */
  readonly prefix: string
  readonly drainSeconds: number
  /** How often, a second apart, to look whether the traffic flows. */
  readonly attempts: number
  /** The application's address; it is asked when there is one. */
  readonly apiUrl: string | undefined
  /** Have the API server check each change, and make none. */
  readonly dryRun: boolean
}

export interface Seen {
  readonly service: Service
  /** The Deployment of each of the two colors. */
  readonly from: Deployment
  readonly to: Deployment
}

export type Plan =
  | { readonly kind: 'refuse'; readonly why: string }
  | {
      readonly kind: 'go'
      /** How many pods the target needs before it gets the traffic, where it has fewer. */
      readonly raiseTo: number | undefined
    }

/** How many replicas of the old color stay as the way back. */
export const wayBackReplicas = 1

/** What is to be done, or why nothing may be: a target that isn't healthy, a Service that is not on FROM. */
export function planSwitch({ from, to, keepReplicas }: Wish, seen: Seen): Plan {
  const ill = illness(seen.to)
  if (ill !== undefined)
    return {
      kind: 'refuse',
      why: `${seen.to.metadata.name} is not healthy: ${ill}. The traffic was not touched.`,
    }
  const now = selectedColor(seen.service)
  const name = seen.service.metadata.name
  if (now !== from) {
    const selects = now === undefined ? 'no color' : `"${now}"`
    const advice = now === to ? 'The traffic is there already.' : 'Look again at which color is live.'
    return {
      kind: 'refuse',
      why: `the Service ${name} selects ${selects}, not "${from}". Nothing was changed. ${advice}`,
    }
  }
  const needed = seen.from.spec.replicas
  return { kind: 'go', raiseTo: !keepReplicas && seen.to.spec.replicas < needed ? needed : undefined }
}

/** The color that gets the traffic; undefined when the selector names none. */
export function selectedColor({ spec }: Service): string | undefined {
  return spec.selector[colorKey]
}

/** What of the Deployment's pods is not as it was declared; undefined when all are. */
function illness({ metadata, spec, status }: Deployment): string | undefined {
  const { replicas } = spec
  if (replicas === 0) return 'it is scaled to 0'
  // Until the controller has seen the newest declaration, its figures speak of an older one.
  if (status.observedGeneration < metadata.generation)
    return 'its newest declaration has not been acted on yet'
  const figures = `${status.readyReplicas} of ${replicas} pods ready, ${status.updatedReplicas} updated`
  // While a new pod doesn't start, an old one stays: then ready and updated may each be enough, and not of the same pods.
  const old = status.replicas - status.updatedReplicas
  if (old > 0) return `${figures}, ${old} of an older version still there`
  return status.readyReplicas === replicas && status.updatedReplicas === replicas ? undefined : figures
}
