/** A runbook's front matter: its shape, and what is said about what doesn't fit. */
import { z } from 'zod'
import { readParameters } from './front-matter-parameters.ts'
import type { MarkdownText } from './markdown.ts'
import type { Report } from './problem.ts'
import type { Parameter, Position, RunbookKind } from './runbook.ts'
import type { SourceText } from './source-text.ts'
import { didYouMean, nearest } from './spelling.ts'
import { readYaml, type YamlPlaces } from './yaml-places.ts'

export interface FrontMatter {
  /**
   * Whether the file is a runbook of ours, in which what can't be understood is an error: its front matter has `kind`,
   * `params` or `emergency`. `title` alone proves nothing, since every site generator has it.
   */
  readonly ours: boolean
  readonly title?: string
  readonly summary?: string
  readonly kind?: RunbookKind
  readonly emergency?: string
  /** The id of the step whose block tells, before the run begins, what it will change. */
  readonly plan?: { readonly step: string; readonly position: Position }
  readonly parameters: readonly Parameter[]
  /** The names of all parameters, those included that are not among `parameters` since something is wrong with them; undefined where they can't be read. */
  readonly declared: readonly string[] | undefined
  /** Runme's defaults for every block. */
  readonly cwd?: string
  readonly shell?: string
}

const marks = ['kind', 'params', 'emergency'] as const
const keys = ['title', 'summary', ...marks, 'plan'] as const

const line = z.string('has to be text').trim().min(1, 'is empty')

const shape = z.strictObject({
  title: line.optional(),
  summary: line.optional(),
  kind: z
    .enum(['deployment', 'emergency', 'troubleshooting'], 'is deployment, emergency or troubleshooting')
    .optional(),
  emergency: line.optional(),
  plan: line.optional(),
  params: z.unknown().optional(),
  // Runme's document settings; only the first two mean something here.
  cwd: line.optional(),
  shell: line.optional(),
  runme: z.unknown().optional(),
  skipPrompts: z.unknown().optional(),
  terminalRows: z.unknown().optional(),
  tag: z.unknown().optional(),
})

const nothingDeclared = { parameters: [], declared: [] }
const nothing: FrontMatter = { ours: false, ...nothingDeclared }

/** Reads the front matter; what is wrong with it is reported, and the rest is used as far as it can be. */
export function readFrontMatter(markdown: MarkdownText, text: SourceText, report: Report): FrontMatter {
  if (markdown.frontMatter === undefined) return nothing
  const { yaml, firstLine } = markdown.frontMatter
  const places = readYaml(yaml, firstLine, text)
  if (places.faults.length > 0) return reportFaults(places, yaml, report)
  if (places.value === null || places.value === '') return nothing
  const map = z.record(z.string(), z.unknown()).safeParse(places.value)
  if (!map.success) return nothing
  const ours = marks.some((key) => Object.hasOwn(map.data, key))
  const checked = shape.safeParse(map.data)
  const bad = new Set<string>()
  for (const issue of checked.error?.issues ?? []) {
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) reportUnknown(key, ours, places.keyAt([key]), report)
      continue
    }
    const [key = ''] = issue.path
    bad.add(String(key))
    const mend = `Give ${String(key)} a line of text.`
    const message = `${String(key)} ${issue.message}`
    const choice = key === 'kind' ? 'Write one of the three.' : mend
    report({
      severity: ours ? 'error' : 'warning',
      message,
      mend: choice,
      position: places.valueAt(issue.path),
    })
  }
  const good = Object.fromEntries(
    Object.entries(map.data).filter(([key]) => Object.hasOwn(shape.shape, key) && !bad.has(key)),
  )
  const { title, summary, kind, emergency, plan, params, cwd, shell } = shape.parse(good)
  return {
    ours,
    ...(title === undefined ? {} : { title }),
    ...(summary === undefined ? {} : { summary: summary.replace(/\s+/g, ' ') }),
    ...(kind === undefined ? {} : { kind }),
    ...(emergency === undefined ? {} : { emergency }),
    ...(plan === undefined ? {} : { plan: { step: plan, position: places.valueAt(['plan']) } }),
    ...(cwd === undefined ? {} : { cwd }),
    ...(shell === undefined ? {} : { shell }),
    ...(params === undefined || params === '' ? nothingDeclared : readParameters(params, places, report)),
  }
}

/** What is no YAML is an error where it is meant to be ours, so far as that can be seen. */
function reportFaults(places: YamlPlaces, yaml: string, report: Report): FrontMatter {
  const ours = new RegExp(`^(${marks.join('|')})\\s*:`, 'm').test(yaml)
  // What follows the first fault is mostly its echo.
  for (const { message, position } of places.faults.slice(0, 1)) {
    const mend = 'Mend the YAML between the two --- lines; a value with special characters goes in quotes.'
    report({
      severity: ours ? 'error' : 'warning',
      message: `the front matter is not YAML: ${message}`,
      mend,
      position,
    })
  }
  return { ours, parameters: [], declared: undefined }
}

/** Other Markdown has keys of its own: there only a near miss of one of ours is worth a word. */
function reportUnknown(key: string, ours: boolean, position: Position, report: Report): void {
  if (!ours && nearest(key, keys) === undefined) return
  const message = `${key} is not a key of the front matter${didYouMean(key, keys)}`
  report({ severity: ours ? 'error' : 'warning', message, mend: `Known are ${keys.join(', ')}.`, position })
}
