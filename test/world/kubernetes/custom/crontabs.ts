/** A definition of CronTabs and its objects, as the tests post them. */
import type { JsonObject } from '../../../../src/world/kubernetes/record.ts'

export const crontabSchema = {
  type: 'object',
  description: 'A CronTab runs an image at its times.',
  properties: {
    spec: {
      type: 'object',
      description: 'What is to run, and when.',
      required: ['image'],
      properties: {
        cronSpec: {
          type: 'string',
          pattern: String.raw`^(\S+\s){4}\S+$`,
          default: '5 0 * * *',
          description: 'The times.',
        },
        image: { type: 'string', description: 'The image to run.' },
        replicas: { type: 'integer', minimum: 1, maximum: 10, default: 1 },
      },
    },
    status: {
      type: 'object',
      properties: { replicas: { type: 'integer' }, selector: { type: 'string' }, phase: { type: 'string' } },
    },
  },
} as const

export const v1 = {
  name: 'v1',
  served: true,
  storage: true,
  schema: { openAPIV3Schema: crontabSchema },
  subresources: {
    status: {},
    scale: {
      specReplicasPath: '.spec.replicas',
      statusReplicasPath: '.status.replicas',
      labelSelectorPath: '.status.selector',
    },
  },
  additionalPrinterColumns: [
    { name: 'Spec', type: 'string', jsonPath: '.spec.cronSpec', description: 'When it runs.' },
    { name: 'Replicas', type: 'integer', jsonPath: '.spec.replicas' },
    { name: 'Phase', type: 'string', jsonPath: '.status.phase' },
    { name: 'Image', type: 'string', jsonPath: '.spec.image', priority: 1 },
    { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
  ],
  selectableFields: [{ jsonPath: '.spec.image' }],
} as const

/** A definition of that plural in that group. */
export function definition(
  plural = 'crontabs',
  spec: Readonly<Record<string, unknown>> = {},
  kind = 'CronTab',
): JsonObject {
  const group = 'stable.example.com'
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { plural, kind, shortNames: [plural.slice(0, 4)], categories: ['all'] },
      versions: [v1],
      ...spec,
    },
  }
}

export function crontab(name: string, spec: object = { image: 'job:1' }, metadata: object = {}): JsonObject {
  return { apiVersion: 'stable.example.com/v1', kind: 'CronTab', metadata: { name, ...metadata }, spec }
}
