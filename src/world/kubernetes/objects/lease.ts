/** Leases (coordination.k8s.io/v1): who holds something, and since when. */
import type { KubeObject } from '../objects.ts'

export interface Lease extends KubeObject {
  readonly spec: {
    readonly holderIdentity?: string
    readonly leaseDurationSeconds?: number
    /** With microseconds, as Kubernetes' MicroTime has it. */
    readonly acquireTime?: string
    readonly renewTime?: string
    readonly leaseTransitions?: number
  }
}
