/** Pod disruption budgets. */
import { z } from 'zod'
import { head, type Kind } from '../kind.ts'
import type { PodDisruptionBudget } from '../objects/policy.ts'
import type { IntOrString } from '../objects.ts'
import type { StatusCause } from '../status.ts'
import { ageColumn } from '../table.ts'
import { invalidValue, required } from '../validation.ts'
import { conditionsSchema } from './conditions.ts'
import { selectorSchema } from './workload-selector.ts'

const share = z.union([z.number(), z.string()]).exactOptional()
const count = z.number().exactOptional()

export const podDisruptionBudgets: Kind<PodDisruptionBudget> = {
  group: 'policy',
  version: 'v1',
  kind: 'PodDisruptionBudget',
  resource: 'poddisruptionbudgets',
  singular: 'poddisruptionbudget',
  shortNames: ['pdb'],
  namespaced: true,
  model: 'V1PodDisruptionBudget',
  schema: z.looseObject({
    ...head,
    spec: z
      .looseObject({
        minAvailable: share,
        maxUnavailable: share,
        selector: selectorSchema.unwrap().exactOptional(),
        unhealthyPodEvictionPolicy: z.string().exactOptional(),
      })
      .default({}),
    status: z
      .looseObject({
        observedGeneration: count,
        disruptionsAllowed: count,
        currentHealthy: count,
        desiredHealthy: count,
        expectedPods: count,
        disruptedPods: z.record(z.string(), z.string()).exactOptional(),
        conditions: conditionsSchema,
      })
      .default({}),
  }),
  desired: ({ spec }) => spec,
  validate: ({ spec: { minAvailable, maxUnavailable } }) => [
    ...(minAvailable !== undefined && maxUnavailable !== undefined
      ? [
          invalidValue(
            'spec',
            { minAvailable, maxUnavailable },
            'minAvailable and maxUnavailable cannot be both set',
          ),
        ]
      : []),
    ...validateShare('spec.minAvailable', minAvailable),
    ...validateShare('spec.maxUnavailable', maxUnavailable),
  ],
  columns: [
    { name: 'Min Available', type: 'string', cell: ({ spec }) => String(spec.minAvailable ?? 'N/A') },
    { name: 'Max Unavailable', type: 'string', cell: ({ spec }) => String(spec.maxUnavailable ?? 'N/A') },
    { name: 'Allowed Disruptions', type: 'integer', cell: ({ status }) => status.disruptionsAllowed ?? 0 },
    ageColumn,
  ],
  status: true,
}

function validateShare(field: string, share: IntOrString | undefined): readonly StatusCause[] {
  if (share === undefined) return []
  if (share === '') return [required(field)]
  if (typeof share === 'number')
    return share >= 0 ? [] : [invalidValue(field, share, 'must be greater than or equal to 0')]
  const percent = /^(\d+)%$/.exec(share)?.[1]
  if (percent === undefined)
    return [
      invalidValue(
        field,
        share,
        "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
      ),
    ]
  return Number(percent) <= 100 ? [] : [invalidValue(field, share, 'must not be greater than 100%')]
}
