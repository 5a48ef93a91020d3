/** Service accounts. */
import { z } from 'zod'
import { head, type Kind } from '../kind.ts'
import type { ServiceAccount } from '../objects.ts'
import { ageColumn } from '../table.ts'

export const serviceAccounts: Kind<ServiceAccount> = {
  group: '',
  version: 'v1',
  kind: 'ServiceAccount',
  resource: 'serviceaccounts',
  singular: 'serviceaccount',
  shortNames: ['sa'],
  namespaced: true,
  model: 'V1ServiceAccount',
  schema: z.looseObject({ ...head, automountServiceAccountToken: z.boolean().exactOptional() }),
  columns: [{ name: 'Secrets', type: 'integer', cell: () => 0 }, ageColumn],
}
