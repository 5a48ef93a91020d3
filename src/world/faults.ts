/** What is wrong in the practice world now: every room asks when it answers; scenarios alone change it. */

/** What an image does that it should not, whatever its tag is called. */
export type ImageTrait =
  | { readonly kind: 'crash' | 'noimage' | 'slow' | 'unhealthy' | 'laggy' }
  /** Takes this long for each answer once users are sent to it. */
  | { readonly kind: 'laggy-under-traffic'; readonly answersAfterMs: number }
  /** Fails this share of requests (0 to 1) from some time after users were first sent to it. */
  | { readonly kind: 'errors-under-traffic'; readonly afterMs: number; readonly share: number }
  /** Never gives back one database connection for each of so many requests. */
  | { readonly kind: 'leaks-connections'; readonly everyRequests: number }

/** The services outside of the cluster that LoanServe asks. */
export type ExternalService = 'credit-bureau' | 'payments'

export interface FaultState {
  /** By tag, such as `v1.3.0`; over what the tag's own name says. */
  readonly images: Readonly<Record<string, readonly ImageTrait[]>>
  readonly servicesDown: readonly ExternalService[]
  /** Objects, as `services/api-main`, whose changes are answered as if done and are not stored. */
  readonly ignoredWrites: readonly string[]
  /** The figures that the application and metrics.k8s.io show stand still since then, in milliseconds since 1970. */
  readonly metricsFrozenAt: number | undefined
  /** Watches stay open and are sent nothing. */
  readonly watchesSilent: boolean
}

export interface Faults {
  readonly now: () => FaultState
  /** Sets what is given and leaves the rest as it is. */
  readonly set: (change: Partial<FaultState>) => void
}

const noFaults: FaultState = {
  images: {},
  servicesDown: [],
  ignoredWrites: [],
  metricsFrozenAt: undefined,
  watchesSilent: false,
}

/** Nothing is wrong at first. */
export function createFaults(): Faults {
  let state = noFaults
  return {
    now: () => state,
    set(change) {
      state = { ...state, ...change }
    },
  }
}
