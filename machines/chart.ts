/** The words that every chart of a run is written in: its guards, its actions, its tags. What they do is decided elsewhere. */
import { assign, setup } from 'xstate'
import type { GateRule } from '../src/runbook/runbook.ts'
import { awaitedEnd, awaiting, endedWell, isAwaited, withStart, withTaken } from './awaited.ts'
import { type RunContext, stepStateOf, trackOf } from './context.ts'
import type { Deed, Role, RunEvent } from './events.ts'
import type { Verdict } from './gate.ts'
import { isToTakeBack, wayBack } from './rollback.ts'
import type { Choice } from './state.ts'
import * as step from './step-state.ts'
import { verifyTimeIsUp } from './verify.ts'

interface OfStep {
  readonly step: string
}

interface OfBlock extends OfStep {
  readonly role: Role
}

const types: { context?: RunContext; events?: RunEvent; tags?: Choice } = {}

export const chart = setup({
  types,
  guards: {
    parametersSet: ({ context }, { names }: { readonly names: readonly string[] }) =>
      names.every((name) => Object.hasOwn(context.parameters, name)),

    /** The event speaks of this step. */
    isForStep: ({ event }, { step }: OfStep) => 'step' in event && event.step === step,
    factsMissing: ({ context }, { requires }: { readonly requires: readonly string[] }) =>
      step.missingFacts(context, requires).length > 0,
    isItemOf: ({ event }, { step, items }: OfStep & { readonly items: readonly string[] }) =>
      (event.type === 'item.attested' || event.type === 'item.withdrawn') &&
      event.step === step &&
      items.includes(event.item),
    isAttestedItemOf: ({ context, event }, params: OfStep) =>
      event.type === 'item.withdrawn' &&
      event.step === params.step &&
      step.itemsOf(context, params.step).includes(event.item),
    allAttested: ({ context }, params: OfStep & { readonly items: readonly string[] }) =>
      params.items.every((item) => step.itemsOf(context, params.step).includes(item)),
    skipsWithReason: ({ context, event }, { step }: OfStep) =>
      context.awaited === undefined &&
      event.type === 'step.skipped' &&
      event.step === step &&
      event.reason.trim() !== '',
    retriesAfterSuccess: ({ context, event }, { step }: OfStep) =>
      event.type === 'step.retried' && event.step === step && trackOf(context, step).succeeded,

    isAwaited: ({ context, event }) => isAwaited(context, event),
    endedWell: ({ context, event }) => {
      const outcome = awaitedEnd(context, event)
      return outcome !== undefined && endedWell(outcome)
    },
    notRun: ({ context, event }) => awaitedEnd(context, event)?.kind === 'not-run',
    cancelled: ({ context, event }) => awaitedEnd(context, event)?.kind === 'cancelled',
    lost: ({ context, event }) => awaitedEnd(context, event)?.kind === 'lost',
    verifyTimeIsUp: ({ context, event }, { step, timeoutMs }: OfStep & { readonly timeoutMs: number }) => {
      const state = stepStateOf(context, step)
      if (awaitedEnd(context, event) === undefined || state.status !== 'verifying') return false
      return verifyTimeIsUp(timeoutMs, state.since, event.at)
    },
    gate: ({ context, event }, params: OfStep & { readonly rule: GateRule; readonly verdict: Verdict }) => {
      const outcome = awaitedEnd(context, event)
      if (outcome === undefined) return false
      const sample = { at: event.at, good: endedWell(outcome) }
      return step.verdictWith(context, params.step, params.rule, sample) === params.verdict
    },

    /** The block was handed out, but its intent isn't on record: it surely has not started. */
    notStarted: ({ context }) => context.awaited !== undefined && context.awaited.startedAt === undefined,
    nothingRuns: ({ context }) => context.awaited === undefined,
    canRollBack: ({ context }) => context.awaited === undefined && wayBack(context).length > 0,
    isToTakeBack: ({ context }, { step }: OfStep) => isToTakeBack(context, step),
    isEmergency: ({ context, event }, { runbook }: { readonly runbook: string }) =>
      context.awaited === undefined && event.type === 'emergency.chosen' && event.runbook === runbook,
    /** Something was found that leads to this runbook. */
    isLead: ({ context, event }) =>
      context.awaited === undefined &&
      event.type === 'lead.followed' &&
      Object.values(context.findings).some(({ leadsTo }) => leadsTo === event.runbook),
  },
  actions: {
    /** Carried out by the shell around the machine, which finds it among the transition's actions. */
    deed: (_, _deed: Deed) => {},

    setParameter: assign(({ context, event }) =>
      event.type === 'parameter.set'
        ? { parameters: { ...context.parameters, [event.name]: event.value } }
        : {},
    ),
    withdrawParameter: assign(({ context, event }) => {
      if (event.type !== 'parameter.withdrawn') return {}
      const { [event.name]: _, ...parameters } = context.parameters
      return { parameters }
    }),
    attest: assign(({ context, event }) => step.attested(context, event)),
    withdraw: assign(({ context, event }) => step.withdrawn(context, event)),

    await: assign(({ context }, params: OfBlock) => awaiting(context, params.step, params.role)),
    stopAwaiting: assign(() => ({ awaited: undefined })),
    noteStart: assign(({ context, event }) => withStart(context, event)),
    noteEnd: assign(({ context, event }) => withTaken(context, event)),

    block: assign(({ context }, params: OfStep & { readonly requires: readonly string[] }) =>
      step.blocked(context, params.step, params.requires),
    ),
    stand: assign(({ context }, params: OfStep & { readonly status: 'ready' | 'confirming' }) =>
      step.standing(context, params.step, params.status),
    ),
    run: assign(({ context, event }, params: OfStep) => step.running(context, params.step, event.at)),
    succeed: assign(({ context }, params: OfStep) => step.succeeded(context, params.step)),
    verify: assign(({ context, event }, params: OfStep) => step.verifying(context, params.step, event.at)),
    pollAgain: assign(({ context }, params: OfStep) => step.polledAgain(context, params.step)),
    watch: assign(({ context, event }, params: OfStep) => step.watching(context, params.step, event.at)),
    sample: assign(({ context, event }, params: OfStep) => {
      const outcome = awaitedEnd(context, event)
      if (outcome === undefined) return {}
      const says = event.type === 'block.ended' && event.says !== undefined ? { says: event.says } : {}
      return step.sampled(context, params.step, { at: event.at, good: endedWell(outcome), ...says })
    }),
    find: assign(({ context, event }, params: OfStep) => step.finding(context, params.step, event.at)),
    keepFinding: assign(({ context, event }) => step.foundThat(context, event)),
    found: assign(({ context, event }, params: OfStep) => step.found(context, params.step, event.at)),
    pass: assign(({ context, event }, params: step.Passing) => step.passed(context, params, event.at)),
    fail: assign(({ context, event }, params: OfBlock) =>
      event.type === 'block.ended'
        ? step.failed(context, params.step, params.role, event.outcome, event.at)
        : {},
    ),
    loseSight: assign(
      ({ context, event }, params: OfStep & { readonly role: Exclude<Role, 'undo' | 'finding'> }) =>
        step.unknown(context, params.step, params.role, event.at),
    ),
    skip: assign(({ context, event }) => step.skipped(context, event)),

    turnBack: assign(({ context }, params: OfStep) => step.turnedBack(context, params.step)),
    undo: assign(({ context, event }, params: OfStep) => step.undoing(context, params.step, event.at)),
    finishUndo: assign(({ context, event }, params: OfStep & { readonly provides: readonly string[] }) =>
      step.undone(context, params.step, params.provides, event.at),
    ),
    leave: assign(({ context, event }, params: OfStep) => step.left(context, params.step, event.at)),
    failUndo: assign(({ context, event }, params: OfStep) =>
      event.type === 'block.ended' ? step.undoFailed(context, params.step, event.outcome, event.at) : {},
    ),
    loseUndo: assign(({ context, event }, params: OfStep) =>
      step.undoUnknown(context, params.step, event.at),
    ),
  },
})

/** The configuration of one state of such a chart. */
export type StateConfig = Parameters<typeof chart.createStateConfig>[0]
export type StateConfigs = Readonly<Record<string, StateConfig>>

/** What a state does when the end of a block is reported. */
export type BlockEnd = Exclude<
  NonNullable<StateConfig['on']>['block.ended'],
  string | readonly unknown[] | undefined
>
