/** Decides how a switch that failed is put back: capacity before traffic. */

/** What a switch has changed so far, or begun to: a change that was cut short may have happened. */
export interface Changed {
  /** The target was given more pods. */
  readonly raised: boolean
  readonly moved: boolean
  /** The old color was given fewer. */
  readonly lowered: boolean
}

export const nothingChanged: Changed = { raised: false, moved: false, lowered: false }

/** What is to be done, in this order. */
export type Deed =
  /** The old color gets its pods back, and they are waited for. */
  | 'restore-old-color'
  | 'move-traffic-back'
  /** The target gets as few pods as it had; only when no traffic is on it. */
  | 'shrink-target'

export interface WayBack {
  readonly deeds: readonly Deed[]
  /** What is left as it is, and why. */
  readonly says?: string
}

/**
 * The way back to before. `selected` is the color that the Service selects now; `unknown` when it could not be asked:
 * then the traffic is moved on the condition that it stands on the target.
 */
export function wayBack(
  { raised, moved, lowered }: Changed,
  {
    from,
    to,
    selected,
  }: { readonly from: string; readonly to: string; readonly selected: string | 'unknown' },
): WayBack {
  const restore: readonly Deed[] = lowered ? ['restore-old-color'] : []
  const shrink: readonly Deed[] = raised ? ['shrink-target'] : []
  if (!moved) return { deeds: [...restore, ...shrink] }
  if (selected === to || selected === 'unknown')
    return { deeds: [...restore, 'move-traffic-back', ...shrink] }
  if (selected === from)
    return { deeds: [...restore, ...shrink], says: `the traffic is on ${from}: it was not moved` }
  return {
    deeds: restore,
    says: `the Service selects "${selected}", which somebody else has set: it was left as it is`,
  }
}
