/** Getting an image onto the node. */
import type { Happening } from '../event-recorder.ts'
import type { Container } from '../kubernetes/objects.ts'
import { backOff } from './back-off.ts'
import {
  type ContainerMoment,
  type ContainerSetting,
  type Life,
  type LifeState,
  normal,
  sandboxReadyMs,
  waiting,
  warning,
} from './life.ts'
import { type Changed, rest } from './rest.ts'

const pullMs = 1500
/** For a pod that has its network already: only the image is looked at. */
const lookMs = 100
/** From the question to the registry's refusal. */
const refusalMs = 800
/** How often a pod whose image isn't there is looked at. */
const heldMs = 15_000

type Standing = Pick<ContainerMoment, 'restarts' | 'last'>

/** Gives when the image is there; one that can't be pulled is asked for again and again, and this never ends. */
export function* pulling(
  setting: ContainerSetting,
  wanted: Container,
  from: number,
  standing: Standing,
): Life<Changed & { readonly event: Happening }> {
  let container = wanted
  let at = from
  const creating = waiting(setting.waitsFor)
  const show = (time: number, state: LifeState, events: readonly Happening[]) => ({
    at: time,
    state,
    ...standing,
    ready: false,
    events,
    deeds: [],
  })
  for (;;) {
    const { image, imagePullPolicy } = container
    const asks = imagePullPolicy === 'Always' || !setting.imagePresent(image)
    // A node with the image still sets up the pod's network and volumes first.
    const networked = at > 0 ? at + lookMs : asks ? sandboxReadyMs : sandboxReadyMs + pullMs
    let changed = yield* rest(show(at, creating, []), networked)
    if (changed === undefined) {
      at = networked
      if (!asks) {
        const event = normal('Pulled', `Container image "${image}" already present on machine`)
        return { at, container, event }
      }
      if (setting.isPullable(image)) {
        changed = yield* rest(
          show(at, creating, [normal('Pulling', `Pulling image "${image}"`)]),
          at + pullMs,
        )
        const took = `${pullMs / 1000}s (${pullMs / 1000}s including waiting)`
        const message = `Successfully pulled image "${image}" in ${took}. Image size: 61842337 bytes.`
        if (changed === undefined) return { at: at + pullMs, container, event: normal('Pulled', message) }
      } else changed = yield* refused(image, at, show)
    }
    at = changed.at
    container = changed.container
  }
}

/** Asks in vain until the container names another image. */
function* refused(
  image: string,
  from: number,
  show: (at: number, state: LifeState, events: readonly Happening[]) => Omit<ContainerMoment, 'wakeAt'>,
): Life<Changed> {
  const why = notThere(image)
  const ask = normal('Pulling', `Pulling image "${image}"`)
  const told = [
    warning('Failed', `Failed to pull image "${image}": ${why}`),
    warning('Failed', 'Error: ErrImagePull'),
  ]
  const held = `Back-off pulling image "${image}"`
  const noticed = [normal('BackOff', held), warning('Failed', 'Error: ImagePullBackOff')]
  const refusedState = waiting('ErrImagePull', why)
  const heldState = waiting('ImagePullBackOff', `${held}: ErrImagePull: ${why}`)
  let state = waiting('ContainerCreating')
  let at = from
  for (let failures = 0; ; failures++) {
    let changed = yield* rest(show(at, state, [ask]), at + refusalMs)
    if (changed !== undefined) return changed
    at += refusalMs
    const next = at + backOff(failures)
    changed = yield* rest(show(at, refusedState, told), at + 1500)
    for (let look = at + 1500; changed === undefined && look < next; look += heldMs)
      changed = yield* rest(show(look, heldState, noticed), Math.min(next, look + heldMs))
    if (changed !== undefined) return changed
    at = next
    state = heldState
  }
}

/** What the registry says of an image that it doesn't have, in containerd's words. */
function notThere(image: string): string {
  const full = /^[^/]+[.:][^/]*\//.test(image)
    ? image
    : `docker.io/${image.includes('/') ? '' : 'library/'}${image}`
  return (
    `rpc error: code = NotFound desc = failed to pull and unpack image "${full}": ` +
    `failed to resolve reference "${full}": ${full}: not found`
  )
}
