/** A shell fence as a block: what it runs, what that does, and what is wrong with it. */
import { type Attributes, readAttributes } from './attributes.ts'
import { inferEffect, isShell, weaker } from './effects.ts'
import type { Fence } from './fence.ts'
import type { FrontMatter } from './front-matter.ts'
import type { Report } from './problem.ts'
import type { Block } from './runbook.ts'
import { readShell } from './shell-text.ts'
import type { SourceText } from './source-text.ts'
import { didYouMean } from './spelling.ts'
import { isSpecial, isWellKnown } from './variables.ts'

export interface ReadBlock {
  readonly block: Block
  readonly attributes: Attributes
}

/** Reads one fence; what is wrong with it is reported, and the block is made of the rest. */
export function readBlock(
  fence: Fence,
  frontMatter: FrontMatter,
  text: SourceText,
  report: Report,
): ReadBlock {
  const { ours } = frontMatter
  const attributes = readAttributes(fence, text, ours, report)
  const { role, timeoutMs } = attributes
  const cwd = attributes.cwd ?? frontMatter.cwd
  const interpreter = attributes.interpreter ?? frontMatter.shell ?? interpreterOf(fence.language)
  if (fence.open) {
    const message = 'the block is never closed, so the rest of the file is taken for shell text'
    report({
      severity: ours ? 'error' : 'warning',
      message,
      mend: 'Close it with a line of ```.',
      position: fence.position,
    })
  }
  const inferred = effectOf(fence, interpreter, ours, report)
  const stated = attributes.effect
  const effect = stated?.value ?? inferred.effect
  if (ours && stated !== undefined && weaker(stated.value, inferred.certain)) {
    const why = inferred.commands.find((command) => command.effect === inferred.certain)?.because
    const message = `the block is said to ${stated.value}, but ${why}`
    const mend = `Write effect=${inferred.certain}, or take the attribute out.`
    report({ severity: 'warning', message, mend, position: stated.position })
  }
  if (ours && (role === 'verify' || role === 'watch') && effect !== 'read') {
    const why = inferred.commands.find((command) => command.effect === effect)?.because
    const reason = stated === undefined && why !== undefined ? `: ${why}` : ''
    const message = `a ${role} block runs again and again, and this one is no read${reason}`
    const mend = 'Only look in it; if it does only look, say effect=read.'
    report({ severity: 'warning', message, mend, position: fence.position })
  }
  if (role === 'finding' && effect !== 'read') {
    const why = inferred.commands.find((command) => command.effect === effect)?.because
    const message = `a finding only reads what was seen${why === undefined ? '' : `, and here ${why}`}`
    const mend = 'Put what changes something into the command; if it does only look, say effect=read.'
    report({ severity: 'error', message, mend, position: fence.position })
  }
  if (ours && interpreterIsShell(interpreter)) reportUnknownVariables(fence, frontMatter, report)
  const block: Block = {
    role,
    language: fence.language,
    source: fence.source,
    ...(fence.written === undefined ? {} : { written: fence.written }),
    effect,
    effectStated: stated !== undefined,
    commands: inferred.commands,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(cwd === undefined ? {} : { cwd }),
    ...(interpreter === undefined ? {} : { interpreter }),
    position: fence.position,
  }
  return { block, attributes }
}

/** bash runs what says sh, bash or shell; the other shells differ too much. */
function interpreterOf(language: string): string | undefined {
  return ['zsh', 'ksh', 'dash'].includes(language) ? language : undefined
}

function interpreterIsShell(interpreter: string | undefined): boolean {
  return interpreter === undefined || isShell(interpreter.split(/\s/)[0] ?? '')
}

/** What bash can't parse is an error in ours; other shells, and other people's placeholders, get a warning. */
function effectOf(
  fence: Fence,
  interpreter: string | undefined,
  ours: boolean,
  report: Report,
): Pick<ReturnType<typeof inferEffect>, 'effect' | 'certain' | 'commands'> {
  if (!interpreterIsShell(interpreter)) return { effect: 'change', certain: 'read', commands: [] }
  const inferred = inferEffect(fence.source)
  const [fault] = inferred.faults
  if (fault !== undefined) {
    const severity = ours && interpreter !== 'zsh' && interpreter !== 'ksh' ? 'error' : 'warning'
    const message = `this is no valid shell: ${fault.message}`
    const mend = 'Mend it; bash -n checks a script without running it.'
    report({ severity, message, mend, position: fence.placeOf(fault.offset) })
  }
  return inferred
}

/** A name that nobody gives a value to is mostly a slip, and an empty word where a name was meant. */
function reportUnknownVariables(fence: Fence, { declared: names }: FrontMatter, report: Report): void {
  const { expansions, assigned, faults } = readShell(fence.source)
  // Without the list of parameters every name would look like a slip.
  if (faults.length > 0 || names === undefined) return
  const told = new Set<string>()
  for (const { name, start, guarded } of expansions) {
    if (told.has(name) || guarded || assigned.has(name) || names.includes(name)) continue
    if (isSpecial(name) || isWellKnown(name)) continue
    told.add(name)
    const message = `$${name} is not a parameter${didYouMean(name, names)}`
    const mend = `Declare ${name} under params, set it in the block, or write \${${name}:-} where it may be empty.`
    report({ severity: 'warning', message, mend, position: fence.placeOf(start) })
  }
}
