/** Namespaces. */
import { z } from 'zod'
import { head, type Kind } from '../kind.ts'
import type { Namespace } from '../objects.ts'
import { ageColumn } from '../table.ts'

export const namespaces: Kind<Namespace> = {
  group: '',
  version: 'v1',
  kind: 'Namespace',
  resource: 'namespaces',
  singular: 'namespace',
  shortNames: ['ns'],
  namespaced: false,
  nameRule: 'label',
  model: 'V1Namespace',
  schema: z.looseObject({
    ...head,
    spec: z.looseObject({ finalizers: z.array(z.string()).default(['kubernetes']) }).prefault({}),
    status: z.looseObject({ phase: z.string().default('Active') }).prefault({}),
  }),
  admit: (namespace) => ({
    ...namespace,
    metadata: {
      ...namespace.metadata,
      labels: { ...namespace.metadata.labels, 'kubernetes.io/metadata.name': namespace.metadata.name },
    },
    spec: { ...namespace.spec, finalizers: ['kubernetes'] },
    status: { ...namespace.status, phase: 'Active' },
  }),
  columns: [{ name: 'Status', type: 'string', cell: ({ status }) => status.phase ?? '' }, ageColumn],
  selectable: ({ status }) => ({ 'status.phase': status.phase ?? '' }),
  status: true,
  collectionDelete: false,
}
