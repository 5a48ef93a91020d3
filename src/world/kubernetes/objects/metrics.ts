/** What pods and nodes use (metrics.k8s.io/v1beta1). */
import type { KubeObject } from '../objects.ts'

interface Usage {
  readonly cpu: string
  readonly memory: string
}

interface Measured extends KubeObject {
  readonly timestamp: string
  /** Over how long it was measured, such as `15s`. */
  readonly window: string
}

export interface PodMetrics extends Measured {
  readonly containers: readonly { readonly name: string; readonly usage: Usage }[]
}

export interface NodeMetrics extends Measured {
  readonly usage: Usage
}
