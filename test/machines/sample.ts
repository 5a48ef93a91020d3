/** Small runbooks for tests of the machines, said in few words. */
import type { Block, BlockRole, Effect, Phase, Runbook, Step } from '../../src/runbook/runbook.ts'

const position = { file: 'sample.md', line: 1, column: 1 }

export function block(role: BlockRole, effect: Effect, timeoutMs?: number): Block {
  return {
    role,
    language: 'sh',
    source: 'true',
    effect,
    effectStated: true,
    commands: [],
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    position,
  }
}

/** A command and, where named, its verify (10 s) and its undo. */
export function commands(effect: Effect, ...more: readonly ('verify' | 'undo')[]): Partial<Step> {
  return {
    command: block('command', effect),
    ...(more.includes('verify') ? { verify: block('verify', 'read', 10_000) } : {}),
    ...(more.includes('undo') ? { undo: block('undo', 'change') } : {}),
  }
}

/** A gate of 30 s with a sample every 5 s. */
export function gate(allow: number, effect: Effect = 'read'): Partial<Step> {
  return { watch: block('watch', effect), gate: { windowMs: 30_000, everyMs: 5000, allow } }
}

/** A finding that may lead to the runbooks named. */
export function finding(...leads: readonly string[]): Partial<Step> {
  return { finding: block('finding', 'read'), leads }
}

export function checklist(...ids: readonly string[]): Partial<Step> {
  return { checklist: ids.map((id) => ({ id, text: `${id} is done`, position })) }
}

/** A step of the given parts; without any it is prose alone. */
export function step(id: string, ...parts: readonly Partial<Step>[]): Step {
  const empty = { prose: '', checklist: [], requires: [], provides: [], revokes: [], leads: [] }
  const made = Object.assign({ id, title: `Step ${id}`, position, ...empty }, ...parts)
  return { ...made, effect: made.command?.effect ?? 'read' }
}

export function phase(id: string, ...steps: readonly Step[]): Phase {
  return { id, title: `Phase ${id}`, prose: '', steps }
}

/** A runbook of one phase, with the emergency runbook `rollback`. */
export function runbook(...steps: readonly Step[]): Runbook {
  return runbookOf([phase('only', ...steps)])
}

export function runbookOf(phases: readonly Phase[], more: Partial<Runbook> = {}): Runbook {
  return {
    name: 'sample',
    file: 'sample.md',
    sha256: '0'.repeat(64),
    title: 'Sample',
    summary: '',
    kind: 'deployment',
    parameters: [],
    emergency: 'rollback',
    phases,
    ...more,
  }
}
