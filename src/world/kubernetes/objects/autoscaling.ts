/** Horizontal pod autoscalers (autoscaling/v2). */
import type { Condition, KubeObject } from '../objects.ts'

interface MetricTarget {
  readonly type: string
  readonly averageUtilization?: number
  readonly averageValue?: string
}

export interface MetricSpec {
  readonly type: string
  readonly resource?: { readonly name: string; readonly target: MetricTarget }
}

export interface MetricStatus {
  readonly type: string
  readonly resource?: {
    readonly name: string
    readonly current: { readonly averageUtilization?: number; readonly averageValue?: string }
  }
}

interface ScalingRules {
  readonly stabilizationWindowSeconds?: number
  readonly selectPolicy?: string
  readonly policies?: readonly {
    readonly type: string
    readonly value: number
    readonly periodSeconds: number
  }[]
}

export interface HorizontalPodAutoscaler extends KubeObject {
  readonly spec: {
    readonly scaleTargetRef: { readonly apiVersion?: string; readonly kind: string; readonly name: string }
    readonly minReplicas: number
    readonly maxReplicas: number
    readonly metrics: readonly MetricSpec[]
    readonly behavior?: { readonly scaleUp?: ScalingRules; readonly scaleDown?: ScalingRules }
  }
  readonly status: {
    readonly observedGeneration?: number
    readonly lastScaleTime?: string
    readonly currentReplicas?: number
    readonly desiredReplicas?: number
    readonly currentMetrics?: readonly MetricStatus[] | null
    readonly conditions?: readonly Condition[]
  }
}
