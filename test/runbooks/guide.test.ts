/** Everything in the guide is something that an operator can carry out: the table in docs/guide.md, held against both. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { parseRunbook } from '../../src/runbook/parse.ts'
import type { CommandUse, Runbook } from '../../src/runbook/runbook.ts'

const file = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))
const text = (path: string) => readFileSync(file(path), 'utf8')
const guideFile = '../shared/guide.md'

function runbook(path: string): Runbook {
  const parsed = parseRunbook(text(path), path)
  if (!parsed.ok) throw new Error(`${path}: ${parsed.problems.map(({ message }) => message).join('; ')}`)
  return parsed.runbook
}

function commandsOf({ phases }: Runbook): readonly CommandUse[] {
  return phases
    .flatMap(({ steps }) => steps)
    .flatMap(({ command, verify, undo, watch, finding }) => [command, verify, undo, watch, finding])
    .flatMap((block) => block?.commands ?? [])
}

/** What a command is about, without its names and values: `kubectl get deployment`, `curl /healthz`. */
function gist({ words: [program = '', ...args] }: CommandUse): string {
  const plain = args.filter((word) => !word.startsWith('-'))
  switch (program) {
    case 'kubectl': {
      const [verb = '', object = ''] = plain
      if (verb === 'exec') return `kubectl exec ${args[args.indexOf('--') + 1] ?? ''}`
      if (verb === 'logs' || verb === 'apply') return `kubectl ${verb}`
      const [kind = ''] = (
        verb === 'set' || verb === 'rollout' || verb === 'top' ? (plain[1] ?? '') : object
      ).split('/')
      return `kubectl ${verb} ${kind.replace(/s$/, '')}`
    }
    case 'aws':
      return `aws ${plain.slice(0, 2).join(' ')}`
    case 'curl':
      return `curl ${/\/(?:healthz|api)[\w/]*/.exec(plain.join(' ').replace(/https?:\/\/[^/\s]+/, ''))?.[0] ?? ''}`
    case 'npm':
      return `npm run ${plain.at(-1) ?? ''}`
    case 'handrail':
      return `handrail ${plain[0] ?? ''}`
    default:
      return program
  }
}

/** The rows of the n-th table of a page, cell by cell, without its head. */
function table(page: string, index: number): readonly (readonly string[])[] {
  const tables = page.split(/\n\n+/).filter((part) => part.startsWith('|'))
  return (tables[index] ?? '')
    .trim()
    .split('\n')
    .slice(2)
    .map((row) =>
      row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
}

const bare = (cell: string) => cell.replaceAll('`', '')
const page = text('docs/guide.md')
const sections = new Map(
  table(page, 0).map(([section = '', where = '']) => [
    section,
    [...where.matchAll(/\]\(([^)]+)\)/g)].map(([, path = '']) => path),
  ]),
)
const instead = new Map(table(page, 1).map(([theirs = '', ours = '']) => [bare(theirs), bare(ours)]))
const ours = new Set(
  readdirSync(file('runbooks')).flatMap((name) => commandsOf(runbook(`runbooks/${name}`)).map(gist)),
)

test('every page that the table leads to is there', () => {
  const missing = [...sections.values()].flat().filter((path) => !existsSync(file(`docs/${path}`)))
  expect(missing).toEqual([])
})

test.runIf(existsSync(file(guideFile)))('every section of the guide stands in the table', () => {
  const headings = [...text(guideFile).matchAll(/^#{2,3} (?:\d+\. )?(.+)$/gm)].map(
    ([, heading = '']) => heading,
  )
  // The ones that only hold others.
  const holders = ['Overview', 'Deployment Process', 'Migration Patterns', 'Monitoring During Deployment']
  const outer = [...holders, 'Emergency Procedures', 'Troubleshooting', 'Deployment Checklist']
  expect(headings.filter((heading) => !outer.includes(heading))).toEqual([...sections.keys()])
})

test.runIf(existsSync(file(guideFile)))(
  'every command of the guide has a counterpart in a runbook of ours',
  () => {
    const theirs = commandsOf(runbook(guideFile)).map(gist)
    expect(theirs.length).toBeGreaterThan(30)
    const without = theirs.filter((command) => !ours.has(command) && !ours.has(instead.get(command) ?? ''))
    expect([...new Set(without)]).toEqual([])
  },
)

test.runIf(existsSync(file(guideFile)))(
  'every item of the checklists is a step or an item of the deployment',
  () => {
    const items = [...text(guideFile).matchAll(/^- \[ \] (.+)$/gm)].map(([, item = '']) => item)
    expect(items).toHaveLength(18)
    const deploy = runbook('runbooks/deploy.md').phases.flatMap(({ steps }) => steps)
    const known = [
      ...deploy.map(({ title }) => title),
      ...deploy.flatMap(({ checklist }) => checklist.map((each) => each.text)),
    ]
    expect(items.filter((item) => !known.includes(item))).toEqual([])
  },
)
