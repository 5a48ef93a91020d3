/** Replica sets. */
import { z } from 'zod'
import { head, type Kind } from '../kind.ts'
import type { ReplicaSet } from '../objects.ts'
import { selectorText } from '../selectors.ts'
import { ageColumn } from '../table.ts'
import { notNegative } from '../validation.ts'
import { conditionsSchema } from './conditions.ts'
import { containerImages, containerNames, podTemplateSchema, validatePodTemplate } from './pod-template.ts'
import { selectorSchema, validateSelector } from './workload-selector.ts'

const count = z.number().exactOptional()

export const replicaSets: Kind<ReplicaSet> = {
  group: 'apps',
  version: 'v1',
  kind: 'ReplicaSet',
  resource: 'replicasets',
  singular: 'replicaset',
  shortNames: ['rs'],
  categories: ['all'],
  namespaced: true,
  model: 'V1ReplicaSet',
  schema: z.looseObject({
    ...head,
    spec: z
      .looseObject({
        replicas: z.number().default(1),
        selector: selectorSchema,
        template: podTemplateSchema,
        minReadySeconds: count,
      })
      .prefault({}),
    status: z
      .looseObject({
        replicas: z.number().default(0),
        fullyLabeledReplicas: count,
        readyReplicas: count,
        availableReplicas: count,
        terminatingReplicas: count,
        observedGeneration: count,
        conditions: conditionsSchema,
      })
      .prefault({}),
  }),
  desired: (set) => set.spec,
  validate: ({ spec }, previous) => [
    ...notNegative('spec.replicas', spec.replicas),
    ...validateSelector(spec.selector, spec.template, previous?.spec.selector),
    ...validatePodTemplate('spec.template', spec.template),
  ],
  columns: [
    { name: 'Desired', type: 'integer', cell: ({ spec }) => spec.replicas },
    { name: 'Current', type: 'integer', cell: ({ status }) => status.replicas },
    { name: 'Ready', type: 'integer', cell: ({ status }) => status.readyReplicas ?? 0 },
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
  selectable: ({ status }) => ({ 'status.replicas': String(status.replicas) }),
  status: true,
  scale: {
    wanted: ({ spec }) => spec.replicas,
    current: ({ status }) => status.replicas,
    selector: ({ spec }) => selectorText(spec.selector),
    scaled: (set, replicas) => ({ ...set, spec: { ...set.spec, replicas } }),
  },
}
