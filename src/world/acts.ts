/** What was done to the practice world from outside, in order: what a score is made from. */
import type { KubeObject } from './kubernetes/objects.ts'

export type Act = KubernetesAct | AwsAct | HttpAct

export interface KubernetesAct {
  readonly kind: 'kubernetes'
  /** Milliseconds since 1970. */
  readonly at: number
  readonly verb: 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'connect'
  /** The plural, such as `deployments`. */
  readonly resource: string
  readonly subresource: string | undefined
  readonly namespace: string
  /** '' for a list, a watch or a delete of many. */
  readonly name: string
  readonly dryRun: boolean
  /** Asked to go over what protects the object: a delete without grace, an apply that takes others' fields. */
  readonly forced: boolean
  /** The HTTP status that it was answered with. */
  readonly code: number
  /** The object as it was and as it became, for writes. */
  readonly before: KubeObject | undefined
  readonly after: KubeObject | undefined
  readonly userAgent: string
}

export interface AwsAct {
  readonly kind: 'aws'
  readonly at: number
  /** Such as `RestoreDBClusterToPointInTime`. */
  readonly action: string
  readonly parameters: Readonly<Record<string, string>>
  /** The service's error code; undefined when it was done. */
  readonly fault: string | undefined
}

/** A request at the application's front door that the load generator did not make. */
export interface HttpAct {
  readonly kind: 'http'
  readonly at: number
  readonly method: string
  readonly path: string
  readonly status: number
}

export interface Acts {
  readonly record: (act: Act) => void
  readonly all: () => readonly Act[]
  /** Hears of each act as it is recorded. Gives what ends that. */
  readonly subscribe: (listener: (act: Act) => void) => () => void
}

/** Keeps the newest 10,000 acts. */
export function createActs(): Acts {
  const acts: Act[] = []
  const listeners = new Set<(act: Act) => void>()
  return {
    record(act) {
      acts.push(act)
      if (acts.length > 11_000) acts.splice(0, 1000)
      for (const listener of listeners) listener(act)
    },
    all: () => acts,
    subscribe(listener) {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
  }
}
