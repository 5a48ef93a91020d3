/** Definitions of custom resources. */
import { type Definition, definitionSchema } from '../custom/definition.ts'
import { validateDefinition } from '../custom/definition-rules.ts'
import { cleanupFinalizer } from '../custom/definitions.ts'
import type { Kind } from '../kind.ts'

export const customResourceDefinitions: Kind<Definition> = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
  resource: 'customresourcedefinitions',
  singular: 'customresourcedefinition',
  shortNames: ['crd', 'crds'],
  categories: ['api-extensions'],
  namespaced: false,
  model: 'V1CustomResourceDefinition',
  schema: definitionSchema,
  desired: (definition) => definition.spec,
  admit: (definition) => ({
    ...definition,
    status: {
      conditions: [],
      acceptedNames: { plural: '', kind: '' },
      storedVersions: definition.spec.versions.filter(({ storage }) => storage).map(({ name }) => name),
    },
  }),
  validate: validateDefinition,
  columns: [
    {
      name: 'Created At',
      type: 'date',
      description:
        'CreationTimestamp is a timestamp representing the server time when this object was created.',
      cell: ({ metadata }) => metadata.creationTimestamp,
    },
  ],
  status: true,
  cleanupFinalizer,
}
