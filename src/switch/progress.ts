/** What a switch tells while it goes on. */

/** A duty that begins, what was seen or would be done in it, and how it ended. Its words are one line each. */
export type SwitchEvent =
  | { readonly event: 'duty'; readonly number: number; readonly says: string }
  | { readonly event: 'seen' | 'would' | 'done'; readonly says: string }
  | { readonly event: 'failed'; readonly why: string }
  | { readonly event: 'put-back'; readonly ok: boolean; readonly says: string }

export type Tell = (event: SwitchEvent) => void
