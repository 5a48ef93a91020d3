/** Horizontal pod autoscalers. */
import { z } from 'zod'
import { head, type Kind } from '../kind.ts'
import type { HorizontalPodAutoscaler, MetricSpec } from '../objects/autoscaling.ts'
import type { StatusCause } from '../status.ts'
import { ageColumn } from '../table.ts'
import { invalidValue, required } from '../validation.ts'
import { conditionsSchema } from './conditions.ts'

const count = z.number().exactOptional()
const text = z.string().exactOptional()

const targetSchema = z.looseObject({
  type: z.string().default(''),
  averageUtilization: count,
  averageValue: text,
})

const metricSchema = z.looseObject({
  type: z.string().default(''),
  resource: z
    .looseObject({ name: z.string().default(''), target: targetSchema.prefault({}) })
    .exactOptional(),
})

const rulesSchema = z
  .looseObject({
    stabilizationWindowSeconds: count,
    selectPolicy: text,
    policies: z
      .array(
        z.looseObject({
          type: z.string().default(''),
          value: z.number().default(0),
          periodSeconds: z.number().default(0),
        }),
      )
      .exactOptional(),
  })
  .exactOptional()

/** Where no metric is asked for: four fifths of the CPU that pods ask for. */
const defaultMetrics = () => [
  { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } },
]

export const horizontalPodAutoscalers: Kind<HorizontalPodAutoscaler> = {
  group: 'autoscaling',
  version: 'v2',
  kind: 'HorizontalPodAutoscaler',
  resource: 'horizontalpodautoscalers',
  singular: 'horizontalpodautoscaler',
  shortNames: ['hpa'],
  categories: ['all'],
  namespaced: true,
  model: 'V2HorizontalPodAutoscaler',
  schema: z.looseObject({
    ...head,
    spec: z
      .looseObject({
        scaleTargetRef: z
          .looseObject({ apiVersion: text, kind: z.string().default(''), name: z.string().default('') })
          .prefault({}),
        minReplicas: z.number().default(1),
        maxReplicas: z.number().default(0),
        metrics: z.array(metricSchema).default(defaultMetrics),
        behavior: z.looseObject({ scaleUp: rulesSchema, scaleDown: rulesSchema }).exactOptional(),
      })
      .prefault({}),
    status: z
      .looseObject({
        observedGeneration: count,
        lastScaleTime: text,
        currentReplicas: count,
        desiredReplicas: count,
        conditions: conditionsSchema,
      })
      .default({}),
  }),
  desired: ({ spec }) => spec,
  validate: ({ spec }) => [
    ...(spec.scaleTargetRef.kind === '' ? [required('spec.scaleTargetRef.kind')] : []),
    ...(spec.scaleTargetRef.name === '' ? [required('spec.scaleTargetRef.name')] : []),
    ...(spec.minReplicas < 1
      ? [invalidValue('spec.minReplicas', spec.minReplicas, 'must be greater than or equal to 1')]
      : []),
    ...(spec.maxReplicas < 1
      ? [invalidValue('spec.maxReplicas', spec.maxReplicas, 'must be greater than 0')]
      : spec.maxReplicas < spec.minReplicas
        ? [
            invalidValue(
              'spec.maxReplicas',
              spec.maxReplicas,
              'must be greater than or equal to `minReplicas`',
            ),
          ]
        : []),
    ...spec.metrics.flatMap((metric, index) => validateMetric(`spec.metrics[${index}]`, metric)),
  ],
  columns: [
    {
      name: 'Reference',
      type: 'string',
      cell: ({ spec }) => `${spec.scaleTargetRef.kind}/${spec.scaleTargetRef.name}`,
    },
    { name: 'Targets', type: 'string', cell: targets },
    { name: 'MinPods', type: 'string', cell: ({ spec }) => String(spec.minReplicas) },
    { name: 'MaxPods', type: 'integer', cell: ({ spec }) => spec.maxReplicas },
    { name: 'Replicas', type: 'integer', cell: ({ status }) => status.currentReplicas ?? 0 },
    ageColumn,
  ],
  status: true,
}

function validateMetric(field: string, { type, resource }: MetricSpec): readonly StatusCause[] {
  if (type === '') return [required(`${field}.type`, 'must specify a metric source type')]
  if (type !== 'Resource') return []
  if (resource === undefined)
    return [required(`${field}.resource`, 'must populate information for the given metric source')]
  const { target, name } = resource
  return [
    ...(name === '' ? [required(`${field}.resource.name`, 'must specify a resource name')] : []),
    ...(target.averageUtilization === undefined && target.averageValue === undefined
      ? [
          required(
            `${field}.resource.target.averageUtilization`,
            'must set either a target raw value or a target utilization',
          ),
        ]
      : []),
    ...(target.averageUtilization !== undefined && target.averageUtilization < 1
      ? [
          invalidValue(
            `${field}.resource.target.averageUtilization`,
            target.averageUtilization,
            'must be greater than 0',
          ),
        ]
      : []),
  ]
}

function targets({ spec, status }: HorizontalPodAutoscaler): string {
  const shown = spec.metrics.map((metric) => {
    const { name = '', target } = metric.resource ?? {}
    const current = status.currentMetrics?.find(({ resource }) => resource?.name === name)?.resource?.current
    if (target?.averageUtilization !== undefined) {
      const used = current?.averageUtilization
      return `${name}: ${used === undefined ? '<unknown>' : `${used}%`}/${target.averageUtilization}%`
    }
    return `${name}: ${current?.averageValue ?? '<unknown>'}/${target?.averageValue ?? '<auto>'}`
  })
  return shown.length === 0 ? '<none>' : shown.join(', ')
}
