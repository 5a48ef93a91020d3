/** The course that a step takes, told from its runbook alone: what it starts with, what follows, what it waits for. */
import type { Block, GateRule, Step } from '../src/runbook/runbook.ts'

/** The states that a step can come to when nothing is in its way. */
type Onward = 'running' | 'verifying' | 'watching' | 'finding' | 'passed'

/** A rule, and the block whose samples it judges. */
export interface Gate {
  readonly rule: GateRule
  readonly watch: Block
}

/** A step's gate; there is none without something to sample and a rule to judge it by. */
export function gateOf({ gate, watch }: Step): Gate | undefined {
  return gate === undefined || watch === undefined ? undefined : { rule: gate, watch }
}

/** What a step starts with, once the operator has said what has to be said. */
export function openingOf(step: Step): Onward {
  return step.command === undefined ? afterCommand(step) : 'running'
}

/** Where a step goes when its command has ended well. */
export function afterCommand(step: Step): Onward {
  return step.verify === undefined ? afterVerify(step) : 'verifying'
}

/** Where a step goes once it is verified. */
export function afterVerify(step: Step): Onward {
  return gateOf(step) === undefined ? afterGate(step) : 'watching'
}

/** Where a step goes once its gate holds: to what it means, or on. */
export function afterGate(step: Step): Onward {
  return step.finding === undefined ? 'passed' : 'finding'
}

/** Whether anything runs in a step, so that it can fail. */
export function hasWork(step: Step): boolean {
  return openingOf(step) !== 'passed'
}

/**
 * Whether the operator has to confirm the step: before anything runs that may change something, and where only a
 * person can tell that it is done (prose without a checklist). What only reads, and what a checklist has attested,
 * goes on by itself.
 */
export function wantsConfirmation(step: Step): boolean {
  const { command, verify, finding, checklist } = step
  const gate = gateOf(step)
  const mayChange = [command, verify, gate?.watch].some(
    (block) => block !== undefined && block.effect !== 'read',
  )
  const byHand =
    command === undefined && gate === undefined && finding === undefined && checklist.length === 0
  return mayChange || byHand
}
