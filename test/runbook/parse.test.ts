import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseRunbook } from '../../src/runbook/parse.ts'
import { ours, problemsOf, runbookOf, stepOf, stepsOf } from './read.ts'

const titles = (source: string) =>
  runbookOf(source).phases.map((phase) => [phase.title, ...phase.steps.map((step) => step.title)])

const sh = (text: string, info = '') => `\`\`\`sh${info}\n${text}\n\`\`\`\n`

test('every runbook in the repository parses without a problem', () => {
  const files = readdirSync('runbooks').filter((file) => file.endsWith('.md'))
  expect(files.length).toBeGreaterThan(0)
  for (const file of files) expect(problemsOf(readFileSync(`runbooks/${file}`, 'utf8'), file)).toEqual([])
})

test('the example of the page on the format parses without a problem, and is what the page says it is', () => {
  const page = readFileSync('docs/runbook-format.md', 'utf8')
  const example = /````markdown\n([\s\S]*?)\n````/.exec(page)?.[1] ?? ''
  expect(problemsOf(example)).toEqual([])
  const runbook = runbookOf(example)
  expect(runbook.phases.map((phase) => phase.steps.map((step) => step.id))).toEqual([['restart', 'gate']])
  expect(runbook.parameters.map((parameter) => parameter.name)).toEqual([
    'NAMESPACE',
    'API_URL',
    'LIVE',
    'IDLE',
    'DEPLOYMENT',
    'TICKET',
  ])
  const [restart, gate] = runbook.phases[0]?.steps ?? []
  expect(restart).toMatchObject({
    effect: 'change',
    provides: ['restarted'],
    verify: { timeoutMs: 300_000, effect: 'read' },
  })
  expect(restart?.checklist.map((item) => item.text)).toEqual(['The on-call channel knows'])
  expect(gate).toMatchObject({
    effect: 'read',
    requires: ['restarted'],
    gate: { windowMs: 30_000, everyMs: 5_000, allow: 1 },
  })
})

test('the page on the format, being Markdown, parses itself', () => {
  const parsed = parseRunbook(
    `${readFileSync('docs/runbook-format.md', 'utf8')}\n${sh('true')}`,
    'docs/runbook-format.md',
  )
  expect(parsed.ok).toBe(true)
})

test('one # titles the runbook, ## are phases, ### are steps', () => {
  expect(
    titles(`# Title\n## A\n### One\n${sh('true')}### Two\n${sh('true')}## B\n### Three\n${sh('true')}`),
  ).toEqual([
    ['A', 'One', 'Two'],
    ['B', 'Three'],
  ])
})

test('the front matter has the last word on title and summary', () => {
  const source = `---\ntitle: Mine\nsummary: In short\nkind: emergency\nemergency: rollback\n---\n# Other\n\nText\n## P\n${sh('true')}`
  expect(runbookOf(source)).toMatchObject({
    title: 'Mine',
    summary: 'In short',
    kind: 'emergency',
    emergency: 'rollback',
  })
})

test('without front matter the title is the first heading and the summary the first paragraph', () => {
  const runbook = runbookOf(
    `# The *title*\n\nWhat it is\nfor, with \`code\`.\n\nMore.\n## P\n${sh('true')}`,
    'a/b/fix-it.md',
  )
  expect(runbook).toMatchObject({
    name: 'fix-it',
    file: 'a/b/fix-it.md',
    title: 'The title',
    summary: 'What it is for, with code.',
  })
  expect(runbook.prose).toBe('What it is\nfor, with `code`.\n\nMore.')
})

test('a file with neither heading nor front matter is titled by its name', () => {
  const runbook = runbookOf(sh('true'), 'fix-it.md')
  expect(runbook.title).toBe('fix-it')
  expect(runbook.phases.map((phase) => phase.title)).toEqual(['fix-it'])
})

test('the runbook knows the SHA-256 of its source', () => {
  const source = `# T\n${sh('true')}`
  expect(runbookOf(source).sha256).toBe(createHash('sha256').update(source).digest('hex'))
})

test('blocks directly under a phase are steps of their own, one for each without a role', () => {
  expect(titles(`## P\n${sh('# First\ntrue')}${sh('true', ' verify')}${sh('false')}`)).toEqual([
    ['P', 'P: First', 'P (2)'],
  ])
})

test('a checklist directly under a phase is a step', () => {
  expect(titles('## P\n- [ ] a\n- [x] b\n')).toEqual([['P', 'P']])
})

test('ticked and open task items are attested alike, and plain items stay prose', () => {
  const step = stepOf('## P\n### S\n- [x] *Tests* pass\n- [ ] Plan `ready`\n- not a task\n')
  expect(step.checklist.map(({ id, text }) => [id, text])).toEqual([
    ['tests-pass', 'Tests pass'],
    ['plan-ready', 'Plan ready'],
  ])
  expect(step.prose).toBe('- not a task')
  expect(step.effect).toBe('read')
})

test('task items with the same words have different ids', () => {
  expect(stepOf('## P\n### S\n- [ ] Sure?\n- [ ] sure\n').checklist.map((item) => item.id)).toEqual([
    'sure',
    'sure-2',
  ])
})

test('several blocks under one heading are one step each, titled by their first comment or a number', () => {
  expect(titles(ours(`## P\n### S\n${sh('# Look\nls')}${sh('ls')}${sh('ls\n# not first')}`))).toEqual([
    ['P', 'S: Look', 'S (2)', 'S (3)'],
  ])
})

test('prose and task items go to the block that follows them, and what follows the last block is its own', () => {
  const steps = stepsOf(
    `## P\n### S\nbefore a\n${sh('a')}\nbefore b\n- [ ] b is ready\n\n${sh('b')}\nafter b\n`,
  )
  expect(steps.map((step) => [step.prose, step.checklist.length])).toEqual([
    ['before a', 0],
    ['before b\n\nafter b', 1],
  ])
})

test('prose between a command and its verify block belongs to the command', () => {
  const steps = stepsOf(`## P\n### S\n${sh('a')}\nThen look:\n${sh('true', ' verify')}${sh('b')}`)
  expect(steps.map((step) => [step.prose, step.verify?.source])).toEqual([
    ['Then look:', 'true'],
    ['', undefined],
  ])
})

test('verify, undo and watch belong to the command before them', () => {
  const [first, second] = stepsOf(
    `## P\n### S\n${sh('a')}${sh('b', ' verify')}${sh('c', ' undo')}${sh('d', ' watch')}${sh('e')}${sh('f', ' verify')}`,
  )
  expect([first?.command?.source, first?.verify?.source, first?.undo?.source, first?.watch?.source]).toEqual([
    'a',
    'b',
    'c',
    'd',
  ])
  expect([second?.command?.source, second?.verify?.source, second?.undo]).toEqual(['e', 'f', undefined])
})

test('a watch block makes a gate: a minute, every five seconds, none bad, unless it says otherwise', () => {
  expect(stepOf(`## P\n### S\n${sh('true', ' watch')}`).gate).toEqual({
    windowMs: 60_000,
    everyMs: 5_000,
    allow: 0,
  })
  expect(stepOf(`## P\n### S\n${sh('true', ' watch {window=2m every=500ms allow=3}')}`).gate).toEqual({
    windowMs: 120_000,
    everyMs: 500,
    allow: 3,
  })
})

test('a heading without a block or a checklist is prose of its phase, heading and all', () => {
  const [phase] = runbookOf(`## P\nintro\n### Why\nbecause\n### S\n${sh('true')}`).phases
  expect(phase?.prose).toBe('intro\n\n### Why\n\nbecause')
  expect(phase?.steps.map((step) => step.title)).toEqual(['S'])
})

test('a phase without a step is prose of the one before it, or of the runbook', () => {
  const runbook = runbookOf(`# T\n## Overview\nwhat\n## P\n${sh('true')}## Notes\nlate\n`)
  expect(runbook.prose).toBe('## Overview\n\nwhat')
  expect(runbook.phases.map((phase) => phase.prose)).toEqual(['## Notes\n\nlate'])
})

test('deeper headings inside a step are prose of it', () => {
  const step = stepOf(`## P\n### S\n#### Note\ntext\n${sh('true')}`)
  expect(step.prose).toBe('#### Note\ntext')
})

test('a second # opens a phase', () => {
  expect(titles(`# T\n${sh('a')}# More\n${sh('b')}`)).toEqual([
    ['T', 'T'],
    ['More', 'More'],
  ])
})

test('fences of other languages, of none, indented code and quotations are prose', () => {
  const step = stepOf(
    `## P\n### S\n\`\`\`sql\nDROP TABLE x\n\`\`\`\n\`\`\`\nplain\n\`\`\`\n\n    ls\n\n> \`\`\`sh\n> rm x\n> \`\`\`\n\n${sh('true')}`,
  )
  expect(step.command?.source).toBe('true')
  expect(step.prose).toContain('DROP TABLE x')
  expect(step.prose).toContain('> rm x')
})

test('blocks inside numbered lists run, without their indentation', () => {
  const steps = stepsOf(
    '## P\n1. First\n\n   ```sh\n   if true; then\n     ls\n   fi\n   ```\n2. Second\n\n   ```bash\n   ls\n   ```\n',
  )
  expect(steps.map((step) => step.command?.source)).toEqual(['if true; then\n  ls\nfi', 'ls'])
  expect(steps.map((step) => step.prose)).toEqual(['1. First', '2. Second'])
})

test('of a recorded session only what was typed runs', () => {
  const step = stepOf('## P\n```console\n$ kubectl get pods \\\n>   -n x\nNAME  READY\n$ ls\na b\n```\n')
  expect(step.command?.source).toBe('kubectl get pods \\\n  -n x\nls')
  expect(stepOf('## P\n```sh\n$ kubectl get pods\nNAME\n```\n').command?.source).toBe('kubectl get pods')
  expect(parseRunbook('## P\n```console\nNAME READY\n```\n', 'x.md').ok).toBe(false)
})

test('comments are no prose', () => {
  expect(stepOf(`## P\n### S\n<!-- hidden -->\ntext\n\n${sh('true')}`).prose).toBe('text')
})

test('CRLF line endings and a byte order mark leave no trace in a block', () => {
  const step = stepOf('\uFEFF# T\r\n## P\r\n### S\r\n```sh {name=x}\r\nls\r\npwd\r\n```\r\n')
  expect(step).toMatchObject({ id: 'x', command: { source: 'ls\npwd' } })
})

test('a step is named by its command, else by its heading, and never twice the same', () => {
  const source = `## P\n### Ship it!\n${sh('a')}### Ship it\n${sh('b', ' {name=ship-it}')}### Ship it?\n${sh('c')}`
  expect(stepsOf(source).map((step) => step.id)).toEqual(['ship-it-2', 'ship-it', 'ship-it-3'])
})

test('no id is a name that every object has', () => {
  expect(
    stepsOf(`## constructor\n### __proto__\n${sh('a')}### toString\n${sh('a')}`).map((step) => step.id),
  ).toEqual(['proto', 'tostring'])
  expect(stepOf(`## P\n### constructor\n${sh('a')}`).id).toBe('step')
})

test('attributes reach the block and the step', () => {
  const info = ` {name=ship timeout=1m30s effect=destroy provides="a, b" cwd=ops interpreter=dash}`
  expect(stepOf(ours(`## P\n### S\n${sh('ls', info)}`))).toMatchObject({
    id: 'ship',
    effect: 'destroy',
    provides: ['a', 'b'],
    command: {
      timeoutMs: 90_000,
      effect: 'destroy',
      effectStated: true,
      cwd: 'ops',
      interpreter: 'dash',
      language: 'sh',
    },
  })
})

test("JSON attributes as Runme writes them mean the same, and Runme's own keys are accepted", () => {
  const info =
    ' {"name":"ship","timeout":"5s","provides":["a","b"],"interactive":"false","background":true,"excludeFromRunAll":"true","terminalRows":20}'
  const source = ours(`## P\n### S\n${sh('ls', info)}`)
  expect(problemsOf(source)).toEqual([])
  expect(stepOf(source)).toMatchObject({ id: 'ship', provides: ['a', 'b'], command: { timeoutMs: 5_000 } })
})

test("Runme's document settings give blocks their folder and shell", () => {
  const source = `---\ncwd: ../ops\nshell: zsh\nrunme:\n  id: 01\n  version: v3\n---\n## P\n${sh('ls')}${sh('ls', ' {cwd=/tmp interpreter=bash}')}`
  expect(problemsOf(source)).toEqual([])
  expect(stepsOf(source).map((step) => [step.command?.cwd, step.command?.interpreter])).toEqual([
    ['../ops', 'zsh'],
    ['/tmp', 'bash'],
  ])
})

test('the effect is inferred where it is not stated, and a step is as strong as its command', () => {
  expect(stepOf(`## P\n${sh('kubectl delete pod x')}`)).toMatchObject({
    effect: 'destroy',
    command: { effectStated: false },
  })
})

test('a block for another interpreter than a shell is not looked into: it changes', () => {
  const source = ours(`## P\n### S\n${sh('print("$x"', ' {interpreter=python3}')}`)
  expect(problemsOf(source)).toEqual([])
  expect(stepOf(source)).toMatchObject({ effect: 'change', command: { commands: [] } })
})

test('positions are those of the heading, the fence and the task item', () => {
  const step = stepOf(`# T\n## P\n### S\n- [ ] a\n\n${sh('ls')}`)
  expect(step.position).toEqual({ file: 'runbooks/test.md', line: 3, column: 1 })
  expect(step.command?.position).toMatchObject({ line: 6, column: 1 })
  expect(step.checklist[0]?.position).toMatchObject({ line: 4, column: 1 })
})
