/** Markdown → Runbook. All problems are found in one go, each with its place and the way to mend it. */
import { createHash } from 'node:crypto'
import type { Attributes, Placed } from './attributes.ts'
import { reportFacts } from './facts.ts'
import { readForeign } from './foreign.ts'
import { type FrontMatter, readFrontMatter } from './front-matter.ts'
import { readMarkdown } from './markdown.ts'
import { claim, slug } from './names.ts'
import { outline, type PhaseOutline, type StepOutline } from './outline.ts'
import { byPlace, formatProblem, type Problem, type Report } from './problem.ts'
import type { ChecklistItem, GateRule, Phase, Runbook, Step } from './runbook.ts'
import { sourceText } from './source-text.ts'

export { formatProblem, type Problem }

export type Parsed =
  | { readonly ok: true; readonly runbook: Runbook; readonly warnings: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/**
 * Reads a runbook, one of ours or any other Markdown with shell blocks. `file` is the path as it stands in the places
 * of problems and, without its folder and ending, the runbook's name. Never throws. The problems of a file that is not
 * ok hold its warnings as well; all are in the order of the file.
 */
export function parseRunbook(source: string, file: string): Parsed {
  const problems: Problem[] = []
  const report: Report = (problem) => problems.push(problem)
  const name = nameOf(file)
  const text = sourceText(source, file)
  const markdown = readMarkdown(text)
  const frontMatter = readFrontMatter(markdown, text, report)
  const { sections, parameters } = frontMatter.ours
    ? { sections: markdown.sections, parameters: frontMatter.parameters }
    : readForeign(markdown.sections, report)
  const { title, prose, phases } = outline(sections, frontMatter, text, name, report)
  if (phases.length === 0) {
    const message = 'there is nothing to run: no shell block and no checklist'
    const mend = 'Add a block that opens with ```sh under a heading, or a task list.'
    report({ severity: 'error', message, mend, position: text.at(1, 1) })
  }
  const named = namePhases(phases, report)
  reportFacts(
    named.flatMap(({ steps }) => steps.map(({ step, facts }) => ({ id: step.id, ...facts }))),
    report,
  )
  reportPlan(
    frontMatter,
    named.flatMap(({ steps }) => steps.map(({ step }) => step)),
    report,
  )
  const sorted = problems.sort(byPlace)
  if (sorted.some((problem) => problem.severity === 'error')) return { ok: false, problems: sorted }
  const { kind = 'troubleshooting', emergency, plan } = frontMatter
  const runbook: Runbook = {
    name,
    file,
    sha256: createHash('sha256').update(source).digest('hex'),
    title: frontMatter.title ?? (title === '' ? name : title),
    summary: frontMatter.summary ?? markdown.firstParagraph,
    kind,
    parameters,
    ...(emergency === undefined ? {} : { emergency }),
    ...(plan === undefined || !frontMatter.ours ? {} : { plan: plan.step }),
    ...(prose === '' ? {} : { prose }),
    phases: named.map(({ phase, steps }) => ({ ...phase, steps: steps.map(({ step }) => step) })),
  }
  return { ok: true, runbook, warnings: sorted }
}

/** All that is wrong with a runbook, for `handrail check`. */
export function checkRunbook(source: string, file: string): readonly Problem[] {
  const parsed = parseRunbook(source, file)
  return parsed.ok ? parsed.warnings : parsed.problems
}

/** The plan is run before anybody has confirmed anything: it has to be a step that reads. */
function reportPlan({ ours, plan }: FrontMatter, steps: readonly Step[], report: Report): void {
  if (plan === undefined || !ours) return
  const step = steps.find(({ id }) => id === plan.step)
  const { position } = plan
  if (step?.command === undefined) {
    const message = `plan names ${plan.step}, which is no step with a command`
    report({
      severity: 'error',
      message,
      mend: 'Name a step of this file that prints what will change.',
      position,
    })
  } else if (step.effect !== 'read') {
    const message = `plan names ${plan.step}, which changes something`
    report({ severity: 'error', message, mend: 'Name a step that only reads.', position })
  }
}

type Facts = Pick<Attributes, 'requires' | 'provides' | 'revokes'>

interface NamedStep {
  readonly step: Step
  readonly facts: Facts
}

interface NamedPhase {
  readonly phase: Omit<Phase, 'steps'>
  readonly steps: readonly NamedStep[]
}

/** Gives ids: the names that authors gave come first, headings take what is left. */
function namePhases(phases: readonly PhaseOutline[], report: Report): readonly NamedPhase[] {
  const phaseIds = new Set<string>()
  const stepIds = claimNames(phases, report)
  return phases.map((phase) => ({
    phase: { id: claim(phaseIds, slug(phase.title, 'phase')), title: phase.title, prose: phase.prose },
    steps: phase.steps.map((step) => nameStep(step, stepIds)),
  }))
}

/** Every name in the file, whichever block bears it; a second use is an error. */
function claimNames(phases: readonly PhaseOutline[], report: Report): Set<string> {
  const taken = new Map<string, Placed<string>>()
  for (const { blocks } of phases.flatMap((phase) => phase.steps)) {
    for (const { attributes } of [
      blocks.command,
      blocks.verify,
      blocks.undo,
      blocks.watch,
      blocks.finding,
    ].filter((read) => read !== undefined)) {
      const { name } = attributes
      if (name === undefined) continue
      const first = taken.get(name.value)
      if (first === undefined) {
        taken.set(name.value, name)
        continue
      }
      const message = `${name.value} is the name of another block`
      const mend = `Choose another name; the first is on line ${first.position.line}.`
      report({ severity: 'error', message, mend, position: name.position })
    }
  }
  return new Set(taken.keys())
}

function nameStep(outlined: StepOutline, taken: Set<string>): NamedStep {
  const { title, prose, tasks, blocks, position } = outlined
  const { command, verify, undo, watch, finding } = blocks
  const leading = (command ?? watch ?? finding)?.attributes
  const facts: Facts = {
    requires: leading?.requires ?? [],
    provides: leading?.provides ?? [],
    revokes: leading?.revokes ?? [],
  }
  const step: Step = {
    id: leading?.name?.value ?? claim(taken, slug(title, 'step')),
    title,
    prose,
    checklist: nameTasks(tasks),
    ...(command === undefined ? {} : { command: command.block }),
    ...(verify === undefined ? {} : { verify: verify.block }),
    ...(undo === undefined ? {} : { undo: undo.block }),
    ...(watch === undefined ? {} : { watch: watch.block, gate: gateOf(watch.attributes) }),
    ...(finding === undefined ? {} : { finding: finding.block }),
    leads: valuesOf(finding?.attributes.leads ?? []),
    effect: command?.block.effect ?? 'read',
    requires: valuesOf(facts.requires),
    provides: valuesOf(facts.provides),
    revokes: valuesOf(facts.revokes),
    position,
  }
  return { step, facts }
}

function nameTasks(tasks: StepOutline['tasks']): readonly ChecklistItem[] {
  const taken = new Set<string>()
  return tasks.map(({ text, position }) => ({ id: claim(taken, slug(text, 'item')), text, position }))
}

/** A minute of samples, one every five seconds, none of them bad, unless the watch block says otherwise. */
function gateOf({ windowMs = 60_000, everyMs = Math.min(5_000, windowMs), allow = 0 }: Attributes): GateRule {
  return { windowMs, everyMs, allow }
}

function valuesOf(placed: readonly Placed<string>[]): readonly string[] {
  return placed.map(({ value }) => value)
}

function nameOf(file: string): string {
  const base = file.split(/[\\/]/).at(-1) ?? ''
  const name = base.replace(/\.(md|markdown|mdx)$/i, '')
  return name === '' ? 'runbook' : name
}
