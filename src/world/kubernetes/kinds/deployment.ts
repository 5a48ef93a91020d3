/** Deployments. */
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { head, type Kind } from '../kind.ts'
import type { Deployment } from '../objects.ts'
import { selectorText } from '../selectors.ts'
import { ageColumn } from '../table.ts'
import { notNegative } from '../validation.ts'
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
    ...(spec.strategy.type === 'Recreate' && spec.strategy.rollingUpdate !== undefined
      ? [
          {
            reason: 'FieldValueForbidden',
            message: "Forbidden: may not be specified when strategy `type` is 'Recreate'",
            field: 'spec.strategy.rollingUpdate',
          },
        ]
      : []),
    ...(spec.strategy.type === 'Recreate' || spec.strategy.type === 'RollingUpdate'
      ? []
      : [
          {
            reason: 'FieldValueNotSupported',
            message: `Unsupported value: ${JSON.stringify(spec.strategy.type)}: supported values: "Recreate", "RollingUpdate"`,
            field: 'spec.strategy.type',
          },
        ]),
    ...(isDeepStrictEqual(spec.strategy.rollingUpdate, { maxSurge: 0, maxUnavailable: 0 })
      ? [
          {
            reason: 'FieldValueInvalid',
            message: 'Invalid value: 0: may not be 0 when `maxSurge` is 0',
            field: 'spec.strategy.rollingUpdate.maxUnavailable',
          },
        ]
      : []),
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
