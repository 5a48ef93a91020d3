/** Budgets of disruptions (policy/v1). */
import type { Condition, IntOrString, KubeObject, LabelSelector, StringMap } from '../objects.ts'

export interface PodDisruptionBudget extends KubeObject {
  readonly spec: {
    readonly minAvailable?: IntOrString
    readonly maxUnavailable?: IntOrString
    readonly selector?: LabelSelector
    readonly unhealthyPodEvictionPolicy?: string
  }
  readonly status: {
    readonly observedGeneration?: number
    readonly disruptionsAllowed?: number
    readonly currentHealthy?: number
    readonly desiredHealthy?: number
    readonly expectedPods?: number
    /** Pods that were evicted and are not gone yet, with the time of that. */
    readonly disruptedPods?: StringMap
    readonly conditions?: readonly Condition[]
  }
}
