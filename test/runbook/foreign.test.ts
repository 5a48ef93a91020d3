import { expect, test } from 'vitest'
import { guide } from './guide.ts'
import { problemsOf, runbookOf, stepOf } from './read.ts'

test('a guide that was never written for Handrail runs as it is', () => {
  expect(problemsOf(guide)).toEqual([])
  const runbook = runbookOf(guide, 'docs/guide.md')
  expect(runbook).toMatchObject({
    name: 'guide',
    title: 'Blue/Green Deployment Guide',
    summary: 'How the deployment goes.',
  })
  expect(
    runbook.phases.map((phase) => [phase.title, phase.steps.map((step) => `${step.title} · ${step.effect}`)]),
  ).toEqual([
    [
      'Deployment Process',
      [
        '1. Pre-Deployment Checks · change',
        '2. Deploy to Inactive Color · change',
        '3. Switch Traffic · change',
      ],
    ],
    ['Emergency Procedures', ['Complete Rollback · change', 'Database Rollback · change']],
    ['Feature Flags', ['Feature Flags · change']],
    [
      'Troubleshooting',
      [
        'Common Issues: Number 24 · read',
        'Common Issues: Number 27 · read',
        'Common Issues: Number 13 · read',
      ],
    ],
    ['Deployment Checklist', ['Pre-Deployment · read', 'During Deployment · read', 'Post-Deployment · read']],
  ])
  expect(runbook.phases.at(-1)?.steps.map((step) => step.checklist.length)).toEqual([2, 2, 1])
  expect(runbook.phases[3]?.steps.map((step) => step.prose)).toEqual([
    '**Health checks failing**',
    '**Traffic not switching**',
    '**Performance degradation**',
  ])
})

test("a site generator's front matter is no concern of ours, and a near miss of a key is a warning", () => {
  const source = '---\ntitle: A page\nlayout: post\nparms: x\ntags: [a, b]\n---\n## P\n```sh\nls\n```\n'
  expect(problemsOf(source)).toEqual([
    'bad.md:4:1: warning: parms is not a key of the front matter; did you mean params?\n  Known are title, summary, kind, params, emergency.',
  ])
  expect(runbookOf(source).title).toBe('A page')
})

test('TOML front matter is read past', () => {
  expect(runbookOf('+++\ntitle = "x"\n+++\n# T\n```sh\nls\n```\n').title).toBe('T')
})

test("other tools' attributes are warnings", () => {
  expect(problemsOf('## P\n```bash title="a b" {1,3-5}\nls\n```\n')).toEqual([
    'bad.md:2:9: warning: title="a b" stands outside braces\n  Write {title="a b"}.',
    'bad.md:2:9: warning: title is not an attribute of a block\n' +
      "  Known are name, timeout, effect, requires, provides, revokes, window, every, allow, leads, cwd, interpreter, and Runme's own.",
    'bad.md:2:22: warning: 1,3-5 is not an attribute\n  Attributes are written key=value, a value with blanks in quotes.',
  ])
})

test('a name that can be no id is left to the heading', () => {
  expect(stepOf('## P\n### Do it\n```sh {"name":"do it now"}\nls\n```\n').id).toBe('do-it')
})

test('variables that nobody declared are the environment’s own affair', () => {
  expect(problemsOf('## P\n```sh\necho $DB_HOST\n```\n')).toEqual([])
})

test('a placeholder that is no valid shell is a warning, and the block changes', () => {
  const source = '## P\n```sh\nkubectl get pod <name>\n```\n'
  expect(problemsOf(source)[0]).toMatch(/^bad\.md:3:\d+: warning: this is no valid shell/)
  expect(stepOf(source).effect).toBe('change')
})
