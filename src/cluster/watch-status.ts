/**
 * Blue and green as they change: follows four kinds of objects in a namespace and tells when the picture differs.
 *
 * A quiet cluster says nothing for a minute, and a watch can fall silent without an error. So the Service is asked
 * for by name every 5 seconds. Any answer shows that the API can be reached and counts as heard; that the watches
 * still speak isn't shown by it, so each lists again after 30 seconds of silence. What is called fresh is therefore
 * never older than 30 seconds, even when a watch has died unnoticed.
 */
import { type ApiAddress, ApiError, apiClient } from './api-client.ts'
import { type ClusterObjects, clusterStatus, servingPods } from './derive-status.ts'
import { type FollowedKind, followKind, type Kind } from './follow-kind.ts'
import { projections } from './projections.ts'
import type { ClusterStatus, Freshness } from './status.ts'

export type WatchOptions = ApiAddress & {
  readonly namespace: string
  /** The Service whose selector says which color is live. */
  readonly service: string
  /** Milliseconds since 1970. */
  readonly now: () => number
}

const tellEveryMs = 100
/** Of more pods than this nobody can read more often what a screen shows, and each time costs. */
const crowd = 1000
const tellCrowdEveryMs = 500
/** A picture that doesn't change is told again once it has been confirmed so much later. */
const retellAfterMs = 4000
const askEveryMs = 5000
const answerWithinMs = 5000
/** A process that slept with its machine has heard nothing for long, and no timer has told it. */
const longSilenceMs = 15_000

/**
 * Follows the cluster until `close()`. `onStatus` hears the first time that it is connecting, then whenever the
 * picture or the kind of freshness differs, at most 10 times a second (twice where there are over 1,000 pods);
 * while all is quiet, about every 5 seconds, with the newest `freshness.at`: the last time that anything was heard,
 * or when stale the last time that what is in trouble was (the start, if never). What may not be read (403) is
 * missing from the picture, which then is stale and says why. Never throws; after `close()` nothing is told, and no
 * socket and no timer is left.
 */
export function watchClusterStatus(
  options: WatchOptions,
  onStatus: (status: ClusterStatus) => void,
): { readonly close: () => void } {
  const { context, namespace, service, now } = options
  const stop = new AbortController()
  const api = apiClient(options)
  const startedAt = now()
  const following = { now, onNews: news, signal: stop.signal }
  const kinds = kindsOf(namespace, service)
  const services = followKind(api, kinds.services, following)
  const deployments = followKind(api, kinds.deployments, following)
  const pods = followKind(api, kinds.pods, following)
  const endpointSlices = followKind(api, kinds.endpointSlices, following)
  const all: readonly FollowedKind<unknown>[] = [services, deployments, pods, endpointSlices]

  /** When the API last answered a question of ours. */
  let answeredAt: number | undefined
  let unanswered: { readonly why: string; readonly since: number } | undefined

  function heardAt(): number {
    return Math.max(startedAt, answeredAt ?? 0, ...all.map((kind) => kind.heardAt() ?? 0))
  }

  function freshness(): Freshness {
    if (unanswered !== undefined) return { kind: 'stale', at: heardAt(), why: unanswered.why }
    const troubled = all.filter((kind) => kind.trouble() !== undefined)
    if (troubled.length > 0) {
      const whys = [...new Set(troubled.map((kind) => kind.trouble() ?? ''))]
      const at = Math.min(...troubled.map((kind) => kind.heardAt() ?? startedAt))
      return { kind: 'stale', at, why: shortly(whys) }
    }
    return all.every((kind) => kind.listed()) ? { kind: 'fresh', at: heardAt() } : { kind: 'connecting' }
  }

  function isWhole(): boolean {
    return all.every((kind) => kind.listed() || kind.trouble() !== undefined)
  }

  function status(): ClusterStatus {
    // Half a picture would show pods without traffic that have it: all kinds are awaited, or known to be in trouble.
    const objects: ClusterObjects = isWhole()
      ? {
          service: services.objects.get(service),
          deployments: deployments.objects.values(),
          pods: pods.objects.values(),
          endpointSlices: endpointSlices.objects.values(),
        }
      : { service: undefined, deployments: [], pods: [], endpointSlices: [] }
    return clusterStatus(objects, { context, namespace, service, freshness: freshness() }, serving())
  }

  let served: { readonly version: number; readonly pods: ReadonlySet<string> } | undefined

  /** Slices seldom change, and ten thousand addresses take longer than all the rest. */
  function serving(): ReadonlySet<string> {
    const version = endpointSlices.version()
    if (served?.version !== version)
      served = { version, pods: servingPods(endpointSlices.objects.values(), service) }
    return served.pods
  }

  /** All that a status is made of but its times: the versions of the objects stand for the objects. */
  function pictureNow(): string {
    const fresh = freshness()
    const why = fresh.kind === 'stale' ? fresh.why : ''
    const versions = isWhole() ? all.map((kind) => kind.version()) : []
    return JSON.stringify([fresh.kind, why, ...versions])
  }

  let told: { readonly picture: string; readonly heardAt: number } | undefined
  let telling: NodeJS.Timeout | undefined
  let notBefore = 0

  function news(): void {
    if (stop.signal.aborted || telling !== undefined) return
    telling = setTimeout(tell, Math.max(0, notBefore - performance.now()))
  }

  function tell(): void {
    telling = undefined
    notBefore = performance.now() + (pods.objects.size > crowd ? tellCrowdEveryMs : tellEveryMs)
    const picture = pictureNow()
    const at = heardAt()
    if (picture === told?.picture && at - told.heardAt < retellAfterMs) return
    told = { picture, heardAt: at }
    const next = status()
    if (pods.objects.size > crowd) {
      // Deriving a crowd takes its time, and so does drawing it: a key may come in between.
      setImmediate(() => {
        if (!stop.signal.aborted) onStatus(next)
      })
    } else onStatus(next)
  }

  let asking: NodeJS.Timeout | undefined

  async function ask(): Promise<void> {
    const asked = now()
    const silent = asked - heardAt()
    if (silent > longSilenceMs && unanswered === undefined) {
      unanswered = { why: `nothing was heard for ${Math.round(silent / 1000)} s`, since: heardAt() }
      news()
    }
    try {
      const path = `${kinds.services.path}/${encodeURIComponent(service)}`
      await api.get(path, {}, answerWithinMs, stop.signal)
      answered()
    } catch (error) {
      if (stop.signal.aborted) return
      if (error instanceof ApiError && isAnswer(error.status)) answered()
      else unanswered = { why: whyOf(error), since: unanswered?.since ?? asked }
    }
    if (stop.signal.aborted) return
    news()
    asking = setTimeout(ask, askEveryMs)
  }

  /** After a time without answers, a watch that hasn't spoken since may be dead: it starts anew. */
  function answered(): void {
    answeredAt = now()
    if (unanswered === undefined) return
    const { why, since } = unanswered
    unanswered = undefined
    for (const kind of all) if ((kind.heardAt() ?? 0) <= since) kind.restart(why)
  }

  news()
  asking = setTimeout(ask, askEveryMs)
  return {
    close() {
      stop.abort()
      clearTimeout(telling)
      clearTimeout(asking)
      api.close()
    },
  }
}

/** Whether such an answer shows a working API, though perhaps one that doesn't give us the Service. */
function isAnswer(status: number | undefined): boolean {
  return status === 403 || status === 404
}

function whyOf(error: unknown): string {
  return error instanceof ApiError ? error.message : 'the API sent something that cannot be read'
}

/** One short line: the first reason, and how many others there are. */
function shortly([first = '', ...others]: readonly string[]): string {
  return others.length === 0 ? first : `${first} (and ${others.length} more)`
}

function kindsOf(namespace: string, service: string) {
  const inNamespace = (group: string) => `${group}/namespaces/${encodeURIComponent(namespace)}`
  return {
    services: {
      plural: 'services',
      path: `${inNamespace('/api/v1')}/services`,
      query: { fieldSelector: `metadata.name=${service}` },
      parse: (raw: unknown) => projections.service.parse(raw),
    },
    deployments: {
      plural: 'deployments',
      path: `${inNamespace('/apis/apps/v1')}/deployments`,
      query: {},
      parse: (raw: unknown) => projections.deployment.parse(raw),
    },
    pods: {
      plural: 'pods',
      path: `${inNamespace('/api/v1')}/pods`,
      // Pods without a color are not shown, and need not come.
      query: { labelSelector: 'color' },
      parse: (raw: unknown) => projections.pod.parse(raw),
    },
    endpointSlices: {
      plural: 'endpointslices',
      path: `${inNamespace('/apis/discovery.k8s.io/v1')}/endpointslices`,
      query: { labelSelector: `kubernetes.io/service-name=${service}` },
      parse: (raw: unknown) => projections.endpointSlice.parse(raw),
    },
  } as const satisfies Record<string, Kind<{ readonly name: string }>>
}
