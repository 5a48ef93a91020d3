import { expect, test } from 'vitest'
import { guide } from './guide.ts'
import { problemsOf, runbookOf, stepOf } from './read.ts'

test('a guide that was never written for Handrail runs as it is', () => {
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
      '1. Pre-Deployment Checks',
      ['Number 0 · read', 'Number 1 · read', 'Number 2 · change', 'Number 3 · read'],
    ],
    ['2. Deploy to Inactive Color', ['Number 4 · change', 'Number 5 · read', 'Number 6 · read']],
    ['3. Switch Traffic', ['Number 8 · change']],
    ['Complete Rollback', ['Number 16 · change', 'Number 12 · change', 'Number 17 · read']],
    ['Database Rollback', ['Number 18 · change', 'Number 19 · change']],
    ['Feature Flags', ['Number 23 · change']],
    ['Health checks failing', ['Number 24 · read', 'Number 25 · read', 'Number 26 · read']],
    ['Traffic not switching', ['Number 27 · read', 'Number 28 · read']],
    ['Performance degradation', ['Number 13 · read', 'Number 29 · read']],
    ['Deployment Checklist', ['Pre-Deployment · read', 'During Deployment · read', 'Post-Deployment · read']],
  ])
  expect(runbook.phases.at(-1)?.steps.map((step) => step.checklist.length)).toEqual([2, 2, 1])
  expect(runbook.phases[0]?.steps[0]?.prose).toBe('Before starting any deployment, verify:')
  expect(runbook.phases[2]?.steps[0]?.prose).toContain('- Switch traffic from blue to green')
  // SQL is shown, not run, and so is what belongs to no command.
  expect(runbook.phases[2]?.prose).toContain('DROP COLUMN old_field')
  expect(runbook.parameters.map(({ name, secret }) => `${name}${secret ? ' (secret)' : ''}`)).toEqual([
    'IMAGE_TAG',
    'RESTORE_TO_TIME',
    'ROLLBACK_CLUSTER_URL (secret)',
    'DB_HOST',
  ])
})

const phasesOf = (source: string) =>
  runbookOf(source).phases.map(({ title, steps }) => [title, ...steps.map((step) => step.title)])
const block = (text: string, info = '') => `\`\`\`sh${info}\n${text}\n\`\`\`\n`

test('commented commands of one block are steps of their own, each with its own effect and place', () => {
  const source = `## P\n${block('# Look\nkubectl get pods\n\n# Change:\nkubectl scale x --replicas=1\n# a remark')}`
  const steps = runbookOf(source).phases[0]?.steps ?? []
  expect(steps.map(({ title, effect, position }) => [title, effect, position.line])).toEqual([
    ['Look', 'read', 3],
    ['Change', 'change', 6],
  ])
  expect(steps.map(({ command }) => command?.source)).toEqual([
    '# Look\nkubectl get pods',
    '# Change:\nkubectl scale x --replicas=1\n# a remark',
  ])
})

test.each([
  ['a variable', '# A\nPOD=x\n# B\necho $POD'],
  ['a folder', '# A\ncd x\n# B\nls'],
  ['a function', '# A\nf() { ls; }\n# B\nf'],
  ['a job', '# A\nsleep 9 &\n# B\nls'],
  ['an option', '# A\nset +e\n# B\nls'],
  ['a loop around both', 'for x in a; do\n# A\nls\n# B\nls\ndone'],
  ['a text around both', 'cat <<EOF\na\n# A\nb\nEOF\nls'],
  ['a command that goes on', '# A\nls \\\n# B\n  x'],
])('%s keeps the commands of a block together', (_, text) => {
  expect(phasesOf(`## P\n### S\n${block(text)}`).flat()).toHaveLength(2)
})

test("an author's own attributes say what a step is", () => {
  expect(phasesOf(`## P\n### S\n${block('# A\nls\n# B\nls', ' {"name":"both"}')}`)).toEqual([['P', 'S']])
})

test('a heading with one command names its step; one of several is a phase', () => {
  const one = `### One\n${block('# A\nls')}`
  expect(phasesOf(`## P\n${one}### Two\n${block('# B\nls')}`)).toEqual([['P', 'One', 'Two']])
  expect(phasesOf(`## P\n${one}### Two\n${block('# B\nls\n# C\nls')}### List\n- [ ] x\n`)).toEqual([
    ['One', 'A'],
    ['Two', 'B', 'C'],
    ['List', 'List'],
  ])
})

test('a bold line before a block is a heading, and one in the middle of the prose is not', () => {
  const source = `## P\n### S\n**First**\n${block('ls')}Prose.\n\n**Second:**\n${block('ls')}**bold** words\n${block('ls')}`
  expect(phasesOf(source)).toEqual([
    ['First', 'First'],
    ['Second', 'Second', 'Second (2)'],
  ])
})

test("a site generator's front matter is no concern of ours, and a near miss of a key is a warning", () => {
  const source = '---\ntitle: A page\nlayout: post\nparms: x\ntags: [a, b]\n---\n## P\n```sh\nls\n```\n'
  expect(problemsOf(source)).toEqual([
    'bad.md:4:1: warning: parms is not a key of the front matter; did you mean params?\n  Known are title, summary, kind, params, emergency, plan.',
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

test('what is no valid shell, its placeholders filled, is a warning, and the block changes', () => {
  const source = '## P\n```sh\nkubectl get pod <name> | )\n```\n'
  expect(problemsOf(source)[0]).toMatch(/^bad\.md:3:\d+: warning: this is no valid shell/)
  expect(stepOf(source).effect).toBe('change')
})

test('a placeholder hides nothing of what a command does', () => {
  expect(stepOf('## P\n```sh\nkubectl get pod <name>\n```\n').effect).toBe('read')
  expect(stepOf('## P\n```sh\nkubectl delete pod <name>\n```\n').effect).toBe('destroy')
})
