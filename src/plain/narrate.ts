/** A run told in labelled lines, one change after the other: for pipes, CI and screen readers. */
import type { Finding } from '../../machines/events.ts'
import type { RunState, StepState } from '../../machines/state.ts'
import type { RunView } from '../run/session.ts'
import { durationWords, effectWords, endingWords, failureAdvice, failureWords } from '../run/words.ts'
import type { Step } from '../runbook/runbook.ts'

/** The lines that say what changed between two views; `before` is undefined at the start. */
export function narrate(before: RunView | undefined, now: RunView): readonly string[] {
  return [
    ...(before === undefined ? heading(now) : []),
    ...parameterLines(before, now),
    ...planLines(before, now),
    ...newOnes(before?.notices, now.notices).map((notice) => `notice: ${notice}`),
    ...(before === undefined ? [] : attestLines(before, now)),
    ...outputLines(before, now),
    ...stepLines(before, now),
    ...stageLines(before, now),
  ]
}

const modeWords = { live: 'LIVE', practice: 'PRACTICE', 'dry-run': 'DRY RUN: nothing is changed' } as const

function heading(view: RunView): string[] {
  return [
    `runbook: ${view.runbook.title}`,
    `mode: ${modeWords[view.mode]}`,
    `cluster: ${view.context === '' ? 'none' : `${view.context}, namespace ${view.namespace}`}`,
    `run: ${view.run}`,
  ]
}

function parameterLines(before: RunView | undefined, now: RunView): string[] {
  return newOnes(before?.parameters, now.parameters).map(
    ({ name, value, source }) => `parameter: ${name} = ${value} (${source})`,
  )
}

/** Once it is told; that it is being asked for is no news. */
function planLines(before: RunView | undefined, { plan }: RunView): readonly string[] {
  if (plan === undefined || plan === before?.plan) return []
  if (plan.kind === 'unknown') return [`what will change: not known: ${plan.why}`]
  return plan.kind === 'told' ? ['what will change:', ...plan.lines.map((line) => `  ${line}`)] : []
}

function newOnes<T>(before: readonly T[] | undefined, now: readonly T[]): readonly T[] {
  return now.slice(before?.length ?? 0)
}

function attestLines(before: RunView, now: RunView): string[] {
  return allSteps(now).flatMap((step) => {
    const old = new Set(before.state.attested[step.id])
    const fresh = now.state.attested[step.id]?.filter((item) => !old.has(item)) ?? []
    return fresh.map((id) => `attested: ${step.checklist.find((item) => item.id === id)?.text ?? id}`)
  })
}

function outputLines(before: RunView | undefined, now: RunView): string[] {
  const { output } = now
  if (output === undefined) return []
  const old = before?.output
  // An unfinished line is told when it is finished, or when its block has ended.
  const printed = (of: typeof output) =>
    of.dropped + of.lines.filter((line) => line.unfinished !== true).length
  const same = old !== undefined && old.step === output.step
  const seen = same && printed(old) <= printed(output) ? printed(old) : 0
  const missed = Math.max(0, output.dropped - seen)
  return [
    ...(missed > 0 ? [`| … ${missed} lines are in the record alone`] : []),
    ...output.lines
      .slice(Math.max(0, seen - output.dropped))
      .filter((line) => line.unfinished !== true)
      .map((line) => `| ${line.text}`),
  ]
}

function stepLines(before: RunView | undefined, now: RunView): string[] {
  const steps = allSteps(now)
  return steps.flatMap((step, index) => {
    const state = now.state.steps[step.id]
    const old = before?.state.steps[step.id]
    if (state === undefined || state.status === old?.status) return []
    // A run that was resumed is told from where it stands now.
    if (before === undefined && !isCurrent(now.state, step.id)) return []
    const entered = isCurrent(now.state, step.id) && !isCurrent(before?.state, step.id)
    return [
      ...(entered && now.state.stage.stage === 'walking' ? stepHeading(now, step, index, steps.length) : []),
      ...stateLines(step, state, now),
    ]
  })
}

function isCurrent(state: RunState | undefined, step: string): boolean {
  return (
    (state?.stage.stage === 'walking' || state?.stage.stage === 'rolling-back') && state.stage.step === step
  )
}

function stepHeading(view: RunView, step: Step, index: number, count: number): string[] {
  const phase = view.runbook.phases.find((candidate) => candidate.steps[0] === step)
  return [
    ...(phase === undefined ? [] : ['', `phase: ${phase.title}`]),
    '',
    `step ${index + 1} of ${count}: ${step.title}`,
    ...(step.command === undefined ? [] : [`effect: ${effectWords[step.effect]}`]),
  ]
}

function stateLines(step: Step, state: StepState, view: RunView): string[] {
  switch (state.status) {
    case 'running':
      return blockLines(step.command?.source)
    case 'verifying':
      return ['checking:', ...blockLines(step.verify?.source)]
    case 'watching':
      return [`watching for ${durationWords(step.gate?.windowMs ?? 0)}:`, ...blockLines(step.watch?.source)]
    case 'finding':
      return ['what it means:']
    case 'found':
      return findingLines(view.state.findings[step.id])
    case 'passed': {
      const took = view.durations[step.id]
      return [took === undefined ? 'passed' : `passed in ${durationWords(took)}`]
    }
    case 'failed':
      return [
        `FAILED: ${step.title}: ${failureWords(state.failure)}`,
        ...failureAdvice(step, state.failure, view.report),
        ...(view.report === undefined ? [] : [`at ${view.report.where}`]),
      ]
    case 'unknown':
      return [
        `UNKNOWN: ${step.title} was running when Handrail was interrupted. ` +
          'It may or may not have taken effect; look before you run it again.',
      ]
    case 'blocked':
      return [
        `BLOCKED: ${step.title} needs ${state.missing.join(', ')}, which no passed step has brought about`,
      ]
    case 'skipped':
      return [`skipped: ${step.title} (${state.reason})`]
    case 'undoing':
      return ['', `undoing: ${step.title}`, ...blockLines(step.undo?.source)]
    case 'undone':
      return [`undone: ${step.title}`]
    case 'left':
      return [`left as it is: ${step.title}`]
    case 'undo-failed':
      return [`UNDO FAILED: ${step.title}: ${failureWords(state.failure)}`]
    case 'undo-unknown':
      return [`UNDO UNKNOWN: ${step.title} was being undone when Handrail was interrupted`]
    case 'waiting':
    case 'ready':
    case 'confirming':
      return []
  }
}

function findingLines(finding: Finding | undefined): string[] {
  if (finding === undefined) return []
  const { text, leadsTo } = finding
  const lead = leadsTo === undefined ? [] : [`this leads to: handrail run ${leadsTo}`]
  return [...text.split('\n').map((line) => `> ${line}`), ...lead]
}

function blockLines(source: string | undefined): string[] {
  return source === undefined
    ? []
    : source
        .trimEnd()
        .split('\n')
        .map((line) => `$ ${line}`)
}

function stageLines(before: RunView | undefined, now: RunView): string[] {
  const { stage } = now.state
  const old = before?.state.stage
  if (stage.stage === 'ended' && old?.stage !== 'ended') return ['', `ended: ${endingWords[stage.ending]}`]
  return []
}

function allSteps(view: RunView): readonly Step[] {
  return view.runbook.phases.flatMap((phase) => phase.steps)
}
