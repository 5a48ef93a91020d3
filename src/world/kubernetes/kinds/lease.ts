/** Leases. */
import { z } from 'zod'
import { head, type Kind } from '../kind.ts'
import type { Lease } from '../objects/lease.ts'
import { ageColumn } from '../table.ts'
import { invalidValue } from '../validation.ts'

const text = z.string().exactOptional()
const count = z.number().exactOptional()

export const leases: Kind<Lease> = {
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  resource: 'leases',
  singular: 'lease',
  namespaced: true,
  model: 'V1Lease',
  schema: z.looseObject({
    ...head,
    spec: z
      .looseObject({
        holderIdentity: text,
        leaseDurationSeconds: count,
        acquireTime: text,
        renewTime: text,
        leaseTransitions: count,
      })
      .default({}),
  }),
  validate: ({ spec: { leaseDurationSeconds, leaseTransitions } }) => [
    ...(leaseDurationSeconds === undefined || leaseDurationSeconds > 0
      ? []
      : [invalidValue('spec.leaseDurationSeconds', leaseDurationSeconds, 'must be greater than 0')]),
    ...(leaseTransitions === undefined || leaseTransitions >= 0
      ? []
      : [invalidValue('spec.leaseTransitions', leaseTransitions, 'must be greater than or equal to 0')]),
  ],
  columns: [{ name: 'Holder', type: 'string', cell: ({ spec }) => spec.holderIdentity ?? '' }, ageColumn],
}
