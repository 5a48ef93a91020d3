/** Whether the traffic has left the code that still needs what a contract removes. */
import { compareVersions } from 'compare-versions'
import type { Requirement } from './file.ts'

export interface RunningPod {
  readonly name: string
  /** Of all its containers. */
  readonly images: readonly string[]
  /** Whether the Service's endpoints name it, ready or still ending: it may be answering somebody. */
  readonly serves: boolean
}

/** What the cluster says about one Service. */
export interface ServiceTraffic {
  /** The Service's selector, as `app=api,color=green`. */
  readonly selector: string
  readonly pods: readonly RunningPod[]
}

export type TrafficVerdict =
  | {
      readonly kind: 'left'
      /** What serves now: pod and image. */
      readonly serving: readonly string[]
      /** Pods without traffic that still need the old schema: afterwards they are no way back. */
      readonly stillThere: readonly string[]
    }
  | { readonly kind: 'not-left'; readonly why: string }

/** Decides from one look at the cluster. What can't be told counts as not left. */
export function judgeTraffic(requirement: Requirement, { selector, pods }: ServiceTraffic): TrafficVerdict {
  const { image, version, namespace, service } = requirement
  const at = `The Service ${service} in ${namespace} (selector ${selector})`
  const serving = pods.filter(({ serves }) => serves)
  if (serving.length === 0)
    return {
      kind: 'not-left',
      why: `${at} has no endpoint: nobody can tell which code will have its traffic.`,
    }
  const old = serving.filter((pod) => !isNewEnough(pod, requirement))
  if (old.length > 0)
    return {
      kind: 'not-left',
      why: `${at} sends traffic to ${old.map(podText).join(', ')}; ${image} must be ${version} or later. (A tag that is no version counts as older, and so does v1.3.0-rc1 beside v1.3.0.)`,
    }
  return {
    kind: 'left',
    serving: serving.map(podText),
    stillThere: pods
      .filter((pod) => !pod.serves && imagesOf(pod, image).length > 0 && !isNewEnough(pod, requirement))
      .map(podText),
  }
}

/** A pod is new enough when it runs the image, and no version of it that is older or can't be compared. */
function isNewEnough(pod: RunningPod, { image, version }: Requirement): boolean {
  const tags = imagesOf(pod, image)
  return tags.length > 0 && tags.every((tag) => versionForm.test(tag) && compareVersions(tag, version) >= 0)
}

/** A version, as opposed to a date, a commit or `latest`. */
const versionForm = /^v?\d+\.\d+(\.\d+)?(-[\w.-]+)?$/

/** The tags under which the pod runs the image, from whichever registry; empty text for one without a tag. */
function imagesOf({ images }: RunningPod, image: string): readonly string[] {
  return images.flatMap((each) => {
    const [name = ''] = each.split('@')
    const colon = name.lastIndexOf(':')
    const isTagged = colon > name.lastIndexOf('/')
    const repository = isTagged ? name.slice(0, colon) : name
    const isIt = repository === image || repository.endsWith(`/${image}`)
    return isIt ? [isTagged ? name.slice(colon + 1) : ''] : []
  })
}

function podText({ name, images }: RunningPod): string {
  return `${name} (${images.join(', ')})`
}
