/** Blue and green, now: the plain value that screens draw. */

export interface PodStatus {
  readonly name: string
  readonly color: string
  readonly ready: boolean
  /** As `kubectl get pods` words it: Running, Pending, CrashLoopBackOff, ImagePullBackOff, Terminating… */
  readonly status: string
  readonly restarts: number
  readonly image: string
  readonly createdAt: number
  /** What holds it up, as the kubelet or the scheduler words it; absent where it is ready or nothing is said. */
  readonly why?: string
}

export interface ColorStatus {
  readonly color: string
  readonly deployment: string
  readonly image: string
  readonly wanted: number
  readonly ready: number
  readonly updated: number
  /** Addresses of this color that the Service sends traffic to. */
  readonly endpoints: number
  readonly live: boolean
  readonly pods: readonly PodStatus[]
}

export type Freshness =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'fresh'; readonly at: number }
  /** Nothing has been heard since `at`: what is shown may be wrong. */
  | { readonly kind: 'stale'; readonly at: number; readonly why: string }

export interface ClusterStatus {
  readonly context: string
  readonly namespace: string
  readonly service: string
  /** The color that the Service selects; undefined when it is not known. */
  readonly live?: string
  readonly colors: readonly ColorStatus[]
  readonly freshness: Freshness
}
