/** What the run screen knows beside the run itself: what lies over it, what is typed, where it is scrolled. */
import type { Action } from '../run/session.ts'
import { emptyField, type FieldKey, type TextField } from './text-field.ts'

/** What a reason is asked for. */
export type Purpose = 'skip' | 'rollback' | 'stop' | 'note'

/** What lies over the screen and takes the keys. */
export type Overlay =
  | { readonly kind: 'help' }
  | { readonly kind: 'leave' }
  | { readonly kind: 'emergency' }
  /** What the step's blocks printed, over the whole body. */
  | { readonly kind: 'output'; readonly reading: OutputReading }
  /** A finding leads to this runbook. */
  | { readonly kind: 'lead'; readonly runbook: string }
  | {
      readonly kind: 'reason'
      readonly purpose: Purpose
      readonly field: TextField
      /** Enter came without what is asked for. */
      readonly refused?: true
    }
  /** A step that destroys wants its id typed, and a run on a production context that context's name. */
  | {
      readonly kind: 'typed'
      readonly purpose: 'begin' | 'destroy'
      readonly wants: string
      readonly field: TextField
      readonly refused?: true
    }

/** How the output is read that lies over the body. */
export interface OutputReading {
  readonly wraps: boolean
  /** Cells that lines which aren't wrapped have moved to the left. */
  readonly sideways: number
  /** What is searched for, capitals or not. */
  readonly sought: TextField
  /** The line of the match that the search is at, counted from the block's first line. */
  readonly match?: number
  /** What the keys are typed into. */
  readonly typing?: 'search' | 'file'
  /** The file that the output is copied to. */
  readonly file: TextField
  /** What came of the last copy. */
  readonly told?: string
}

export interface Editing {
  readonly name: string
  readonly field: TextField
}

/** Why a parameter can't have what is typed, or undefined where it can. */
export type Check = (parameter: string, text: string) => string | undefined

export type Tab = 'step' | 'steps' | 'pods'

/** The tab after each one. */
export const nextTab: Readonly<Record<Tab, Tab>> = { step: 'pods', pods: 'steps', steps: 'step' }

export interface RunUi {
  readonly overlay?: Overlay
  /** The answer to the parameter that is asked for. */
  readonly answer: TextField
  /** Before the run begins: the parameter whose value is being changed. */
  readonly editing?: Editing
  /** The highlighted item of the current step's checklist. */
  readonly item: number
  /** The last row shown of what can be scrolled; undefined while nobody scrolls. */
  readonly held: number | undefined
  /** What fills the body: the current step among the panes, all steps as a table, or every pod. */
  readonly tab: Tab
}

export const freshUi: RunUi = { answer: emptyField, item: 0, held: undefined, tab: 'step' }

export interface Key extends FieldKey {
  readonly name?: 'enter' | 'escape' | 'tab' | 'backTab' | 'up' | 'down' | 'pageUp' | 'pageDown'
}

/** A key as the foot shows it. */
export interface KeyHint {
  readonly key: string
  readonly does: string
}

/** What a key comes to. */
export interface Pressed {
  readonly ui: RunUi
  readonly action?: Action
  /** The output on the screen is wanted in this file. */
  readonly copiesTo?: string
  /** The operator leaves the screen; the run stays as it is. */
  readonly leaves?: true
}
