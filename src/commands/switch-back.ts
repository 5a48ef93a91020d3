/** Puts back what a failed switch has changed. */
import { setTimeout as pause } from 'node:timers/promises'
import { kubectlIn, type Told } from '../switch/kubectl.ts'
import { type Seen, selectedColor, type TrafficSwitch } from '../switch/plan.ts'
import type { Tell } from '../switch/progress.ts'
import { trafficPatch, writtenOrigin } from '../switch/traffic-patch.ts'
import { type Changed, type Deed, wayBack } from '../switch/way-back.ts'

/** How often each look and write is tried, a second apart: an API server may be away for a moment. */
const tries = 3

/**
 * Puts everything back, capacity before traffic, as it was when it was seen, and tells each deed. Nobody can interrupt
 * it. Gives whether all is as before; a deed that fails does not keep the next one from being done. Never throws.
 */
export async function putBack(
  wish: TrafficSwitch,
  seen: Seen,
  changed: Changed,
  tell: Tell,
): Promise<boolean> {
  const { from, to } = wish
  const kubectl = kubectlIn(wish.namespace)
  const now = changed.moved ? await persistently(() => kubectl.service(wish.service)) : undefined
  const selected = now?.ok ? (selectedColor(now.value) ?? '') : 'unknown'
  const { deeds, says } = wayBack(changed, { from, to, selected })
  const old = seen.from
  const target = seen.to

  const carryOut: Readonly<Record<Deed, () => Promise<Told<string>>>> = {
    'restore-old-color': async () => {
      const { name } = old.metadata
      const scaled = await persistently(() => kubectl.scale(name, old.spec.replicas))
      return scaled.ok ? await kubectl.rolledOut(name) : scaled
    },
    'move-traffic-back': async () => {
      const service = now?.ok ? now.value : undefined
      const patch = trafficPatch(service, to, from, writtenOrigin(seen.service))
      return await persistently(() => kubectl.patchService(wish.service, patch))
    },
    'shrink-target': async () =>
      await persistently(() => kubectl.scale(target.metadata.name, target.spec.replicas)),
  }
  const words: Readonly<Record<Deed, { readonly done: string; readonly failed: string }>> = {
    'restore-old-color': {
      done: `${old.metadata.name} has its ${old.spec.replicas} replicas back`,
      failed: `${old.metadata.name} could NOT be given its ${old.spec.replicas} replicas back`,
    },
    'move-traffic-back': {
      done: `the traffic is back on ${from}`,
      failed: `the traffic could NOT be put back: look at the Service ${wish.service} now`,
    },
    'shrink-target': {
      done: `${target.metadata.name} is back at ${target.spec.replicas}`,
      failed: `${target.metadata.name} could NOT be scaled back to ${target.spec.replicas}`,
    },
  }

  let isBack = true
  let isTrafficBack = true
  for (const deed of deeds) {
    // A target that still has everybody's traffic keeps its pods.
    if (deed === 'shrink-target' && !isTrafficBack) continue
    const told = await carryOut[deed]()
    tell({
      event: 'put-back',
      ok: told.ok,
      says: told.ok ? words[deed].done : `${words[deed].failed}: ${told.why}`,
    })
    if (told.ok) continue
    isBack = false
    if (deed === 'move-traffic-back') isTrafficBack = false
  }
  if (says !== undefined) tell({ event: 'put-back', ok: true, says })
  return isBack
}

async function persistently<T>(attempt: () => Promise<Told<T>>): Promise<Told<T>> {
  let told = await attempt()
  for (let failures = 1; !told.ok && failures < tries; failures++) {
    await pause(1000)
    told = await attempt()
  }
  return told
}
