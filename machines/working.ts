/** The states of a step in which a block of it runs, or is about to. */
import type { Block, Step } from '../src/runbook/runbook.ts'
import { startDeed } from './awaited.ts'
import type { BlockEnd, StateConfig, StateConfigs } from './chart.ts'
import { stepStateOf } from './context.ts'
import { afterCommand, afterGate, afterVerify, type Gate, gateOf } from './course.ts'
import { sampleDelayMs } from './gate.ts'
import { pollDelayMs, VERIFY_TIMEOUT_MS } from './verify.ts'

/** Of `running`, `verifying`, `rechecking`, `watching`, `finding` and `found` those that the step can be in. */
export function workingStates(step: Step): StateConfigs {
  const { command, verify } = step
  const gate = gateOf(step)
  return {
    ...(command === undefined ? {} : { running: runningState(step, command) }),
    ...(verify === undefined ? {} : { verifying: verifyingState(step, verify) }),
    ...(command === undefined || verify === undefined ? {} : { rechecking: recheckingState(step, verify) }),
    ...(gate === undefined ? {} : { watching: watchingState(step, gate) }),
    ...(step.finding === undefined ? {} : { finding: findingState(step), found: foundState(step) }),
  }
}

/**
 * The command runs. After a crash its end was not seen, so it is never run again unasked; one whose start isn't on
 * record surely did not run: a read is started again, a change wants the operator's word again.
 */
function runningState(step: Step, command: Block): StateConfig {
  const { id } = step
  const lose = { type: 'loseSight', params: { step: id, role: 'command' } } as const
  const fail = { type: 'fail', params: { step: id, role: 'command' } } as const
  const succeed = { type: 'succeed', params: { step: id } } as const
  return {
    entry: [
      { type: 'run', params: { step: id } },
      { type: 'deed', params: ({ context }) => startDeed(context, id, 'command', 0) },
      { type: 'await', params: { step: id, role: 'command' } },
    ],
    exit: 'stopAwaiting',
    on: {
      'block.started': { guard: 'isAwaited', actions: 'noteStart' },
      'block.ended': [
        { guard: 'endedWell', target: afterCommand(step), actions: ['noteEnd', succeed] },
        { guard: 'lost', target: 'unknown', actions: ['noteEnd', lose] },
        { guard: 'isAwaited', target: 'failed', actions: ['noteEnd', fail] },
      ],
      'run.resumed': [
        command.effect === 'read'
          ? { guard: 'notStarted', target: 'running', reenter: true }
          : { guard: 'notStarted', target: 'confirming' },
        { target: 'unknown', actions: lose },
      ],
    },
  }
}

/** The step is polled until it is as it should be, or until its time is up. */
function verifyingState(step: Step, verify: Block): StateConfig {
  const { id } = step
  const timeoutMs = verify.timeoutMs ?? VERIFY_TIMEOUT_MS
  return lookingState(step, 'verifying', verify, [
    { guard: 'endedWell', target: afterVerify(step), actions: 'noteEnd' },
    {
      guard: { type: 'verifyTimeIsUp', params: { step: id, timeoutMs } },
      target: 'failed',
      actions: ['noteEnd', { type: 'fail', params: { step: id, role: 'verify' } }],
    },
    {
      guard: 'isAwaited',
      actions: [
        'noteEnd',
        {
          type: 'deed',
          params: ({ context, event }) => {
            const state = stepStateOf(context, id)
            const { tries, since } = state.status === 'verifying' ? state : { tries: 1, since: event.at }
            return startDeed(context, id, 'verify', pollDelayMs(tries, timeoutMs, since, event.at))
          },
        },
        { type: 'await', params: { step: id, role: 'verify' } },
        { type: 'pollAgain', params: { step: id } },
      ],
    },
  ])
}

/**
 * A retry after the command had already ended well looks once before it runs it again: what was merely slow is there
 * by now, and a command that can't be repeated (create a cluster) would fail for good.
 */
function recheckingState(step: Step, verify: Block): StateConfig {
  return lookingState(step, 'rechecking', verify, [
    { guard: 'endedWell', target: afterVerify(step), actions: 'noteEnd' },
    { guard: 'isAwaited', target: 'running', actions: 'noteEnd' },
  ])
}

/** The gate is open: a sample every so often until it holds or trips. A dry run doesn't wait for it. */
function watchingState(step: Step, { rule, watch }: Gate): StateConfig {
  const { id } = step
  return lookingState(step, 'watching', watch, [
    { guard: 'notRun', target: afterGate(step), actions: 'noteEnd' },
    {
      guard: { type: 'gate', params: { step: id, rule, verdict: 'trips' } },
      target: 'failed',
      actions: ['noteEnd', { type: 'fail', params: { step: id, role: 'watch' } }],
    },
    {
      guard: { type: 'gate', params: { step: id, rule, verdict: 'holds' } },
      target: afterGate(step),
      actions: 'noteEnd',
    },
    {
      guard: 'isAwaited',
      actions: [
        'noteEnd',
        { type: 'sample', params: { step: id } },
        {
          type: 'deed',
          params: ({ context, event }) => {
            const state = stepStateOf(context, id)
            const since = state.status === 'watching' ? state.since : event.at
            const startedAt = context.awaited?.startedAt ?? event.at
            return startDeed(context, id, 'watch', sampleDelayMs(rule, since, startedAt, event.at))
          },
        },
        { type: 'await', params: { step: id, role: 'watch' } },
      ],
    },
  ])
}

/**
 * What was seen is read for what it means. It decides nothing: however the look ends, the step goes on, and without a
 * finding where none was made. It only reads, so after a crash it is made again.
 */
function findingState({ id }: Step): StateConfig {
  const isOver = { guard: 'isAwaited', target: 'found', actions: ['noteEnd', 'keepFinding'] } as const
  return {
    entry: [
      { type: 'find', params: { step: id } },
      { type: 'deed', params: ({ context }) => startDeed(context, id, 'finding', 0) },
      { type: 'await', params: { step: id, role: 'finding' } },
    ],
    exit: 'stopAwaiting',
    on: {
      'block.started': { guard: 'isAwaited', actions: 'noteStart' },
      'block.ended': [{ guard: 'notRun', target: 'passed', actions: 'noteEnd' }, isOver],
      'run.resumed': { target: 'finding', reenter: true },
    },
  }
}

/** A person reads it before the run goes on, or goes where it leads. */
function foundState({ id }: Step): StateConfig {
  return {
    tags: 'confirm',
    entry: { type: 'found', params: { step: id } },
    on: {
      'step.confirmed': { guard: { type: 'isForStep', params: { step: id } }, target: 'passed' },
    },
  }
}

/**
 * What the states share in which a block looks, again and again, at what the command has done; `ends` says what its
 * end means beyond that.
 *
 * After a crash the looking begins anew, its time and its samples with it, since nobody looked meanwhile. Only a block
 * that may have changed something, and had started, is not run again unasked. A look that is `lost` tells nothing:
 * it counts as bad where the block reads, so that the next one tells.
 */
function lookingState(
  step: Step,
  self: 'verifying' | 'rechecking' | 'watching',
  block: Block,
  ends: readonly BlockEnd[],
): StateConfig {
  const { id } = step
  const role = self === 'watching' ? 'watch' : 'verify'
  const reads = block.effect === 'read'
  const lose = { type: 'loseSight', params: { step: id, role } } as const
  const fail = { type: 'fail', params: { step: id, role } } as const
  const again = { target: self, reenter: true }
  return {
    entry: [
      { type: role, params: { step: id } },
      { type: 'deed', params: ({ context }) => startDeed(context, id, role, 0) },
      { type: 'await', params: { step: id, role } },
    ],
    exit: 'stopAwaiting',
    on: {
      'block.started': { guard: 'isAwaited', actions: 'noteStart' },
      'block.ended': [
        { guard: 'cancelled', target: 'failed', actions: ['noteEnd', fail] },
        ...(reads ? [] : [{ guard: 'lost', target: 'unknown', actions: ['noteEnd', lose] } as const]),
        ...ends,
      ],
      'run.resumed': reads
        ? again
        : [
            { guard: 'notStarted', ...again },
            { target: 'unknown', actions: lose },
          ],
    },
  }
}
