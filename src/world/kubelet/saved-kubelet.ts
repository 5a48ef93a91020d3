/** What a saved world keeps of its node: plain data. */
import type { SavedLogs } from './container-log.ts'
import type { PodFailure } from './pod-status.ts'
import type { LifePast } from './recorded-life.ts'

export interface SavedTenant {
  readonly uid: string
  readonly ip: string
  readonly bornAt: number
  readonly endsBy: number | undefined
  readonly failure: PodFailure | undefined
  readonly past: LifePast
  readonly logs: SavedLogs
}

export interface SavedKubelet {
  readonly images: readonly string[]
  readonly tenants: readonly SavedTenant[]
}
