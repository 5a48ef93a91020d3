/**
 * Horizontal pod autoscalers as autoscaling/v1 has them, with a target for the CPU alone: `kubectl autoscale` posts
 * them up to 1.34. They are stored as autoscaling/v2.
 */
import { z } from 'zod'
import type { Conversion } from '../converted.ts'
import { head, type Kind } from '../kind.ts'
import type { HorizontalPodAutoscaler, MetricSpec } from '../objects/autoscaling.ts'
import type { KubeObject } from '../objects.ts'
import { ageColumn } from '../table.ts'
import { horizontalPodAutoscalers as v2 } from './horizontal-pod-autoscaler.ts'

interface HorizontalPodAutoscalerV1 extends KubeObject {
  readonly spec: {
    readonly scaleTargetRef: HorizontalPodAutoscaler['spec']['scaleTargetRef']
    readonly minReplicas: number
    readonly maxReplicas: number
    readonly targetCPUUtilizationPercentage?: number
  }
  readonly status: {
    readonly observedGeneration?: number
    readonly lastScaleTime?: string
    readonly currentReplicas?: number
    readonly desiredReplicas?: number
    readonly currentCPUUtilizationPercentage?: number
  }
}

const count = z.number().exactOptional()
const text = z.string().exactOptional()

/** What a target for the CPU is where none is given, in percent of what pods ask for. */
const usualTarget = 80

export const horizontalPodAutoscalersV1: Kind<HorizontalPodAutoscalerV1> = {
  group: 'autoscaling',
  version: 'v1',
  kind: v2.kind,
  resource: v2.resource,
  singular: v2.singular,
  shortNames: ['hpa'],
  categories: ['all'],
  namespaced: true,
  model: 'V1HorizontalPodAutoscaler',
  schema: z.looseObject({
    ...head,
    spec: z
      .looseObject({
        scaleTargetRef: z
          .looseObject({ apiVersion: text, kind: z.string().default(''), name: z.string().default('') })
          .prefault({}),
        minReplicas: z.number().default(1),
        maxReplicas: z.number().default(0),
        targetCPUUtilizationPercentage: z.number().default(usualTarget),
      })
      .prefault({}),
    status: z
      .looseObject({
        observedGeneration: count,
        lastScaleTime: text,
        currentReplicas: count,
        desiredReplicas: count,
        currentCPUUtilizationPercentage: count,
      })
      .default({}),
  }),
  desired: ({ spec }) => spec,
  validate: (autoscaler) => v2.validate?.(stored(autoscaler, undefined), undefined) ?? [],
  columns: [
    {
      name: 'Reference',
      type: 'string',
      cell: ({ spec }) => `${spec.scaleTargetRef.kind}/${spec.scaleTargetRef.name}`,
    },
    {
      name: 'Targets',
      type: 'string',
      cell: ({ spec, status }) => {
        const used = status.currentCPUUtilizationPercentage
        const { targetCPUUtilizationPercentage: wanted } = spec
        return `cpu: ${used === undefined ? '<unknown>' : `${used}%`}/${wanted === undefined ? '<auto>' : `${wanted}%`}`
      },
    },
    { name: 'MinPods', type: 'string', cell: ({ spec }) => String(spec.minReplicas) },
    { name: 'MaxPods', type: 'integer', cell: ({ spec }) => spec.maxReplicas },
    { name: 'Replicas', type: 'integer', cell: ({ status }) => status.currentReplicas ?? 0 },
    ageColumn,
  ],
  status: true,
}

/** How the two versions are made of each other. */
export const autoscalerVersions: Conversion<HorizontalPodAutoscaler, HorizontalPodAutoscalerV1> = {
  shown,
  stored,
}

function isCpu({ type, resource }: MetricSpec): boolean {
  return type === 'Resource' && resource?.name === 'cpu'
}

function shown({ spec, status, ...rest }: HorizontalPodAutoscaler): HorizontalPodAutoscalerV1 {
  const target = spec.metrics.find(isCpu)?.resource?.target.averageUtilization
  const used = status.currentMetrics?.find(({ resource }) => resource?.name === 'cpu')?.resource?.current
  const { observedGeneration, lastScaleTime, currentReplicas, desiredReplicas } = status
  return {
    ...rest,
    apiVersion: 'autoscaling/v1',
    spec: {
      scaleTargetRef: spec.scaleTargetRef,
      minReplicas: spec.minReplicas,
      maxReplicas: spec.maxReplicas,
      ...(target === undefined ? {} : { targetCPUUtilizationPercentage: target }),
    },
    status: {
      ...(observedGeneration === undefined ? {} : { observedGeneration }),
      ...(lastScaleTime === undefined ? {} : { lastScaleTime }),
      ...(used?.averageUtilization === undefined
        ? {}
        : { currentCPUUtilizationPercentage: used.averageUtilization }),
      currentReplicas: currentReplicas ?? 0,
      desiredReplicas: desiredReplicas ?? 0,
    },
  }
}

/** Other metrics, and the behavior, stay as they are stored: this version has no words for them. */
function stored(
  { spec, status, ...rest }: HorizontalPodAutoscalerV1,
  current: HorizontalPodAutoscaler | undefined,
): HorizontalPodAutoscaler {
  const { targetCPUUtilizationPercentage: wanted, ...kept } = spec
  const target = { type: 'Utilization', averageUtilization: wanted ?? usualTarget }
  const cpu: MetricSpec = { type: 'Resource', resource: { name: 'cpu', target } }
  const others = current?.spec.metrics.filter((metric) => !isCpu(metric)) ?? []
  const { currentCPUUtilizationPercentage: _used, ...counts } = status
  const behavior = current?.spec.behavior
  return {
    ...rest,
    apiVersion: 'autoscaling/v2',
    spec: {
      ...kept,
      metrics: wanted === undefined && others.length > 0 ? others : [cpu, ...others],
      ...(behavior === undefined ? {} : { behavior }),
    },
    status: { ...current?.status, ...counts },
  }
}
