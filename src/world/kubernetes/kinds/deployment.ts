/** Deployments. */
import { z } from 'zod'
import { head, type Kind } from '../kind.ts'
import type { Deployment, IntOrString } from '../objects.ts'
import { selectorText } from '../selectors.ts'
import type { StatusCause } from '../status.ts'
import { ageColumn } from '../table.ts'
import { forbiddenField, invalidValue, notNegative, unsupported } from '../validation.ts'
import { conditionsSchema } from './conditions.ts'
import { containerImages, containerNames, podTemplateSchema, validatePodTemplate } from './pod-template.ts'
import { selectorSchema, validateSelector } from './workload-selector.ts'

const count = z.number().exactOptional()
const share = z.union([z.number(), z.string()]).default('25%')

export const deployments: Kind<Deployment> = {
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  resource: 'deployments',
  singular: 'deployment',
  shortNames: ['deploy'],
  categories: ['all'],
  namespaced: true,
  model: 'V1Deployment',
  schema: z.looseObject({
    ...head,
    spec: z
      .looseObject({
        replicas: z.number().default(1),
        selector: selectorSchema,
        template: podTemplateSchema,
        strategy: z
          .looseObject({
            type: z.string().default('RollingUpdate'),
            rollingUpdate: z.looseObject({ maxUnavailable: share, maxSurge: share }).exactOptional(),
          })
          .prefault({})
          .transform((strategy) =>
            strategy.type === 'RollingUpdate' && strategy.rollingUpdate === undefined
              ? { ...strategy, rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } }
              : strategy,
          ),
        minReadySeconds: count,
        revisionHistoryLimit: z.number().default(10),
        progressDeadlineSeconds: z.number().default(600),
        paused: z.boolean().exactOptional(),
      })
      .prefault({}),
    status: z
      .looseObject({
        observedGeneration: count,
        replicas: count,
        updatedReplicas: count,
        readyReplicas: count,
        availableReplicas: count,
        unavailableReplicas: count,
        terminatingReplicas: count,
        conditions: conditionsSchema,
      })
      .default({}),
  }),
  desired: (deployment) => deployment.spec,
  validate: ({ spec }, previous) => [
    ...notNegative('spec.replicas', spec.replicas),
    ...validateSelector(spec.selector, spec.template, previous?.spec.selector),
    ...validatePodTemplate('spec.template', spec.template),
    ...validateStrategy(spec.strategy),
  ],
  columns: [
    {
      name: 'Ready',
      type: 'string',
      cell: ({ spec, status }) => `${status.readyReplicas ?? 0}/${spec.replicas}`,
    },
    { name: 'Up-to-date', type: 'string', cell: ({ status }) => status.updatedReplicas ?? 0 },
    { name: 'Available', type: 'string', cell: ({ status }) => status.availableReplicas ?? 0 },
    ageColumn,
    {
      name: 'Containers',
      type: 'string',
      wide: true,
      cell: ({ spec }) => containerNames(spec.template.spec),
    },
    { name: 'Images', type: 'string', wide: true, cell: ({ spec }) => containerImages(spec.template.spec) },
    { name: 'Selector', type: 'string', wide: true, cell: ({ spec }) => selectorText(spec.selector) },
  ],
  status: true,
  scale: {
    wanted: ({ spec }) => spec.replicas,
    current: ({ status }) => status.replicas ?? 0,
    selector: ({ spec }) => selectorText(spec.selector),
    scaled: (deployment, replicas) => ({ ...deployment, spec: { ...deployment.spec, replicas } }),
  },
}

/** What is wrong with the way that pods are replaced. */
function validateStrategy({ type, rollingUpdate }: Deployment['spec']['strategy']): readonly StatusCause[] {
  const field = 'spec.strategy'
  if (type !== 'Recreate' && type !== 'RollingUpdate')
    return [unsupported(`${field}.type`, type, ['Recreate', 'RollingUpdate'])]
  if (type === 'Recreate' && rollingUpdate !== undefined)
    return [
      forbiddenField(`${field}.rollingUpdate`, "may not be specified when strategy `type` is 'Recreate'"),
    ]
  const none = (share: IntOrString | undefined) => share === 0 || share === '0%'
  if (none(rollingUpdate?.maxSurge) && none(rollingUpdate?.maxUnavailable))
    return [invalidValue(`${field}.rollingUpdate.maxUnavailable`, 0, 'may not be 0 when `maxSurge` is 0')]
  return []
}
