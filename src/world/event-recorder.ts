/** Writes the Events that `kubectl describe` and `kubectl get events` show. */
import type { Cluster } from './kubernetes/cluster.ts'
import { type Event, type KubeObject, newMeta, timestamp } from './kubernetes/objects.ts'

/** One line of `kubectl describe`'s event table. */
export interface Happening {
  readonly type: 'Normal' | 'Warning'
  readonly reason: string
  readonly message: string
}

export interface EventRecorder {
  /**
   * Records that something happened to `about`, reported by `component` (and `host`, for a kubelet). The same
   * thing again raises the count of the Event that is there, as the real recorder does.
   */
  readonly record: (
    about: KubeObject,
    component: string,
    happening: Happening,
    options?: { readonly host?: string; readonly fieldPath?: string; readonly at?: number },
  ) => void
}

/** How long a cluster keeps an Event (kube-apiserver's --event-ttl). */
const eventLifetimeMs = 60 * 60 * 1000

/** An event recorder for the cluster. An object whose namespace is gone is not written about. */
export function createEventRecorder(cluster: Cluster): EventRecorder {
  const known = new Map<string, { readonly namespace: string; readonly name: string }>()
  let serial = 0
  return {
    record(about, component, { type, reason, message }, options = {}) {
      const namespace = about.metadata.namespace === '' ? 'default' : about.metadata.namespace
      // A namespace that is being deleted takes nothing new.
      if (cluster.namespaces.get('', namespace)?.status.phase !== 'Active') return
      const at = timestamp(options.at ?? cluster.now())
      const key = [about.metadata.uid, component, type, reason, message].join('\n')
      const place = known.get(key)
      const before = place === undefined ? undefined : cluster.events.get(place.namespace, place.name)
      if (before !== undefined) {
        cluster.events.update({ ...before, count: (before.count ?? 1) + 1, lastTimestamp: at })
        return
      }
      // The real name ends in the time in nanoseconds, in hex; the serial number keeps two of one moment apart.
      const moment =
        BigInt(Math.round(options.at ?? cluster.now())) * 1_000_000n + BigInt(serial++ % 1_000_000)
      const event: Event = {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: newMeta({ namespace, name: `${about.metadata.name}.${moment.toString(16)}` }),
        involvedObject: {
          kind: about.kind,
          namespace: about.metadata.namespace,
          name: about.metadata.name,
          uid: about.metadata.uid,
          apiVersion: about.apiVersion,
          resourceVersion: about.metadata.resourceVersion,
          ...(options.fieldPath === undefined ? {} : { fieldPath: options.fieldPath }),
        },
        reason,
        message,
        type,
        count: 1,
        firstTimestamp: at,
        lastTimestamp: at,
        source: { component, ...(options.host === undefined ? {} : { host: options.host }) },
        reportingComponent: component,
        ...(options.host === undefined ? {} : { reportingInstance: options.host }),
      }
      cluster.events.create(event)
      known.set(key, { namespace, name: event.metadata.name })
    },
  }
}

/** Takes away the Events that a real cluster would have forgotten by now. */
export function forgetOldEvents(cluster: Cluster): void {
  const oldest = timestamp(cluster.now() - eventLifetimeMs)
  for (const event of cluster.events.list())
    if ((event.lastTimestamp ?? event.metadata.creationTimestamp) < oldest)
      cluster.events.remove(event.metadata.namespace, event.metadata.name)
}
