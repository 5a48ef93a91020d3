/** How the application fares, now: the plain value that screens draw beside blue and green. */

/** Something that is asked again and again. Times are milliseconds since 1970. */
export type Told<T> =
  | { readonly kind: 'asking' }
  | { readonly kind: 'told'; readonly at: number; readonly value: T }
  /** It could not be had; what was told before is no longer shown. */
  | { readonly kind: 'unknown'; readonly at: number; readonly why: string }

/** One answer of the health page: how long it took, and whether it was 200. */
interface HealthSample {
  readonly ms: number
  readonly good: boolean
}

export interface HealthCheck {
  readonly name: string
  readonly ok: boolean
  /** What the page says of one that isn't well. */
  readonly why: string
  /** In milliseconds, the newest last; empty where the page doesn't say. */
  readonly latencies: readonly number[]
}

export interface Health {
  readonly good: boolean
  readonly says: string
  /** The color that answered, where it tells. */
  readonly color?: string
  /** The newest last. */
  readonly samples: readonly HealthSample[]
  readonly checks: readonly HealthCheck[]
}

/** What the live color's logs say of the last minute. */
export interface Errors {
  readonly good: boolean
  readonly says: string
}

/** What all containers of a color use together: cores, and bytes. */
export interface ColorUsage {
  readonly color: string
  readonly cpu: number
  readonly memory: number
}

/** An event of the type Warning. */
export interface Warning {
  readonly at: number
  /** As `kubectl get events` names it: `pod/api-green-…`. */
  readonly object: string
  readonly reason: string
  readonly message: string
  readonly count: number
}

export interface Vitals {
  /** Absent where no address of the application is known. */
  readonly health?: Told<Health>
  readonly errors: Told<Errors>
  readonly usage: Told<readonly ColorUsage[]>
  /** Those that came since the run was opened, the newest first. */
  readonly warnings: readonly Warning[]
  /** Why no warnings can be heard. */
  readonly deaf?: string
}

/** How often each is asked, in milliseconds. Usage is measured no more often than that. */
export const EVERY_MS = { health: 2000, errors: 10_000, usage: 15_000 } as const
