import { expect, test } from 'vitest'
import { parseRunbook } from '../../src/runbook/parse.ts'
import { ours, problemsOf } from './read.ts'

const sh = (text: string, info = '') => `\`\`\`sh${info}\n${text}\n\`\`\`\n`

/** The problems of a step's block with this info; the fence is on line 6. */
const ofBlock = (info: string, text = 'ls') => problemsOf(ours(`## P\n### S\n${sh(text, info)}`))

/** The problems of a parameter; it is on line 4, its name in column 3. */
const ofParameter = (spec: string) =>
  problemsOf(`---\nkind: deployment\nparams:\n  ${spec}\n---\n## P\n${sh('ls')}`)

test('all problems are told at once, in the order of the file, each with its place and a way to mend it', () => {
  const source = `---
title: Bad
kind: deploymnt
sumary: x
params:
  IDLE: { computed: "\${LIV}" }
  LIVE: { oneOf: [blue, green], default: red }
---
# Bad
## P
### One
${sh('kubectl get pod "$IDEL"', ' {name=one timeout=300 efect=change}')}
${sh('if true; then', ' {name=one requires=nothing}')}`
  expect(
    problemsOf(source, 'runbooks/bad.md').join('\n'),
  ).toBe(`runbooks/bad.md:3:7: error: kind is deployment, emergency or troubleshooting
  Write one of the three.
runbooks/bad.md:4:1: error: sumary is not a key of the front matter; did you mean summary?
  Known are title, summary, kind, params, emergency, plan.
runbooks/bad.md:6:21: error: IDLE: LIV is not a parameter; did you mean LIVE?
  Declare it under params, or name another.
runbooks/bad.md:7:42: error: LIVE: default "red" is not one of blue, green
  Mend the default or what the parameter may be.
runbooks/bad.md:12:25: error: timeout: 300 has no unit
  Write 300s for seconds, or give it in ms, m or h.
runbooks/bad.md:12:29: error: efect is not an attribute of a block; did you mean effect?
  Known are name, timeout, effect, requires, provides, revokes, window, every, allow, leads, cwd, interpreter, and Runme's own.
runbooks/bad.md:13:18: warning: $IDEL is not a parameter; did you mean IDLE?
  Declare IDEL under params, set it in the block, or write \${IDEL:-} where it may be empty.
runbooks/bad.md:16:13: error: one is the name of another block
  Choose another name; the first is on line 12.
runbooks/bad.md:16:26: error: no step before this one provides nothing
  Add provides=nothing to the step that makes it true.
runbooks/bad.md:17:14: error: this is no valid shell: expected command after 'then'
  Mend it; bash -n checks a script without running it.`)
})

test('a runbook without a block or a checklist has nothing to run', () => {
  expect(problemsOf('# T\n\ntext\n')).toEqual([
    'bad.md:1:1: error: there is nothing to run: no shell block and no checklist\n' +
      '  Add a block that opens with ```sh under a heading, or a task list.',
  ])
})

test('front matter that is no YAML is named with its place', () => {
  expect(problemsOf(`---\nkind: deployment\nparams: {A: [1\n---\n## P\n${sh('ls')}`)[0]).toMatch(
    /^bad\.md:\d:\d+: error: the front matter is not YAML: .*\n {2}Mend the YAML/,
  )
})

test('a key given twice in the front matter is an error', () => {
  expect(problemsOf(`---\nkind: deployment\nkind: emergency\n---\n## P\n${sh('ls')}`)).toEqual([
    'bad.md:3:1: error: the front matter is not YAML: Map keys must be unique\n' +
      '  Mend the YAML between the two --- lines; a value with special characters goes in quotes.',
  ])
})

test.each([
  ['{timeout=soon}', 'bad.md:6:16: error: timeout: "soon" is not a length of time'],
  ['{timeout=0s}', 'bad.md:6:16: error: timeout: 0s is no time at all'],
  ['{timeout=25h}', 'bad.md:6:16: error: timeout: 25h is more than a day'],
  ['{effect=chang}', 'bad.md:6:15: error: chang is not an effect; did you mean change?'],
  ['{window=5s}', 'bad.md:6:8: error: window means nothing on a command block'],
  ['{name="a b"}', `bad.md:6:14: error: "a b" can't name a step`],
  ['{name=a.b}', `bad.md:6:13: error: "a.b" can't name a step`],
  ['{name=a name=b}', 'bad.md:6:15: error: name is given twice'],
  ['{provides="a,,b c"}', `bad.md:6:21: error: provides: "b c" can't name a fact`],
  ['{provides=}', 'bad.md:6:17: error: provides names no fact'],
  ['{revokes=x}', 'bad.md:6:16: error: no step provides x'],
  ['{name}', 'bad.md:6:8: error: name is not an attribute'],
  ['{name=a', 'bad.md:6:14: error: the attributes have no closing brace'],
  ['{name=a} b', 'bad.md:6:16: error: b stands behind the closing brace'],
  ['name=a', 'bad.md:6:7: error: name=a stands outside braces'],
  ['verfy', 'bad.md:6:7: error: verfy is not a role; did you mean verify?'],
  ['{"name":{}}', 'bad.md:6:8: error: name is neither a word nor a list of words'],
  ['{"timeout":"300"}', 'bad.md:6:19: error: timeout: 300 has no unit'],
])('a fence with %s is an error at the very word', (info, problem) => {
  expect(ofBlock(` ${info}`).map((text) => text.split('\n')[0])).toContain(problem)
})

test.each([
  [
    'watch {every=2m}',
    'bad.md:6:20: error: every: 2m is longer than the window, so there would be one sample',
  ],
  ['watch {allow=-1}', 'bad.md:6:20: error: allow: "-1" is not a number of samples'],
  ['watch {allow=some}', 'bad.md:6:20: error: allow: "some" is not a number of samples'],
])('a gate with %s is an error', (info, problem) => {
  expect(ofBlock(` ${info}`).map((text) => text.split('\n')[0])).toEqual([problem])
})

test('facts belong to the command, not to what checks it or takes it back', () => {
  expect(problemsOf(ours(`## P\n### S\n${sh('ls')}${sh('ls', ' undo {provides=a}')}`))).toEqual([
    "bad.md:9:13: error: provides means nothing on an undo block\n  Move it to the step's command block.",
  ])
})

test('verify and undo without a command are errors, a gate may be verified', () => {
  expect(ofBlock(' verify')).toEqual([
    'bad.md:6:1: error: there is no command or gate that this would verify\n' +
      '  Put the command block before it, under the same heading.',
  ])
  expect(ofBlock(' undo')).toEqual([
    'bad.md:6:1: error: there is no command that this would undo\n  Put the command block before it, under the same heading.',
  ])
  expect(problemsOf(ours(`## P\n### S\n${sh('ls', ' watch')}${sh('ls', ' verify')}`))).toEqual([])
})

test('a verify block before its command, and a second one, are errors', () => {
  expect(
    problemsOf(ours(`## P\n### S\n${sh('ls', ' verify')}${sh('ls')}${sh('a', ' undo')}${sh('b', ' undo')}`)),
  ).toEqual([
    'bad.md:6:1: error: the verify block stands before the command that it belongs to\n' +
      '  Move it behind the command, or give it a heading of its own if it is a gate.',
    'bad.md:15:1: error: the step has a second undo block\n  Put both in one; the first is on line 12.',
  ])
})

test('a fact must be provided by an earlier step: a later one, or the step itself, is too late', () => {
  const source = ours(
    `## P\n### A\n${sh('a', ' {name=a requires="b,own" provides=own}')}### B\n${sh('b', ' {name=b provides=b}')}### C\n${sh('c', ' {requires=b}')}`,
  )
  expect(problemsOf(source)).toEqual([
    'bad.md:6:25: error: no step before this one provides b\n  Put this step behind b, which provides it.',
    'bad.md:6:27: error: no step before this one provides own\n' +
      '  It is this very step that provides it: take the requires out.',
  ])
})

test('a block that is never closed is an error: it would swallow the rest', () => {
  expect(problemsOf(ours('## P\n### S\n```sh\nls\n### T\n'))[0]).toMatch(
    /^bad\.md:6:1: error: the block is never closed/,
  )
})

test('a fault in a block inside a list is placed where it stands', () => {
  expect(problemsOf(ours('## P\n1. Do\n\n   ```sh\n   echo "a\n   ```\n'))[0]).toMatch(
    /^bad\.md:8:9: error: this is no valid shell/,
  )
})

test('a variable is known when it is a parameter, assigned, the shell’s own, well known, or has a default', () => {
  const text = `x=1; for i in a; do read -r y z; echo "$x $i $y $z $HOME $1 $? $RANDOM $AWS_REGION \${FOO:-1} \${#x}"; done; printf -v p %s a; ((n++)); echo $p $n`
  expect(ofBlock('', text)).toEqual([])
  expect(ofBlock('', `echo '$NOPE' \\$NOPE`)).toEqual([])
  expect(ofBlock('', `echo "$(echo \${NOPE%x})"`)).toEqual([
    'bad.md:7:14: warning: $NOPE is not a parameter\n' +
      `  Declare NOPE under params, set it in the block, or write \${NOPE:-} where it may be empty.`,
  ])
})

test('an effect that is stated weaker than a known command is a warning, one that is only guessed is believed', () => {
  expect(ofBlock(' {effect=read}', 'kubectl delete pod x')).toEqual([
    'bad.md:6:15: warning: the block is said to read, but kubectl delete removes objects\n' +
      '  Write effect=destroy, or take the attribute out.',
  ])
  expect(ofBlock(' {effect=read}', './look.sh')).toEqual([])
})

test('a verify block that changes something is a warning, unless its author says that it reads', () => {
  const source = (info: string) => ours(`## P\n### S\n${sh('ls')}${sh('./check.sh', ` verify${info}`)}`)
  expect(problemsOf(source(''))).toEqual([
    'bad.md:9:1: warning: a verify block runs again and again, and this one is no read: what ./check.sh does is not known\n' +
      '  Only look in it; if it does only look, say effect=read.',
  ])
  expect(problemsOf(source(' {effect=read}'))).toEqual([])
})

test.each([
  ['A: [1]', 'bad.md:4:6: error: A is neither a value nor a map'],
  ['A: { defalt: 1 }', 'bad.md:4:8: error: defalt is not a key of a parameter; did you mean default?'],
  ['A: { default: [1] }', 'bad.md:4:17: error: A: default has to be text'],
  ['A: { env: "a b" }', 'bad.md:4:13: error: A: env is not the name of an environment variable'],
  ["A: { pattern: '(' }", 'bad.md:4:17: error: A: pattern is not a regular expression: Unterminated group'],
  ["A: { pattern: '\\d', example: 12 }", 'bad.md:4:32: error: A: example "12" does not match \\d'],
  ['A: { oneOf: [] }', 'bad.md:4:15: error: A: oneOf is empty'],
  ['A: { secret: maybe }', 'bad.md:4:16: error: A: secret is true or false'],
  [
    'A: --all',
    'bad.md:4:6: error: A: default "--all" begins with "-" and would be read as an option; a pattern can allow it',
  ],
  ['A-B: 1', "bad.md:4:3: error: A-B can't name a parameter"],
  ['PATH: 1', "bad.md:4:3: error: PATH can't be a parameter: it would change how every command runs"],
  [
    'LD_PRELOAD: 1',
    "bad.md:4:3: error: LD_PRELOAD can't be a parameter: it would change how every command runs",
  ],
  [
    'constructor: 1',
    "bad.md:4:3: error: constructor can't be a parameter: it would change how every command runs",
  ],
  [`A: { computed: "\${A}" }`, 'bad.md:4:3: error: A is made from itself: A ← A'],
  ['A: { from: "echo $A" }', 'bad.md:4:3: error: A is made from itself: A ← A'],
  ['A: { from: "echo $NOPE" }', 'bad.md:4:14: warning: A: NOPE is not a parameter'],
  ['A: { computed: { B: { x: y } } }', 'bad.md:4:18: error: A: B is not a parameter'],
  [
    'A: { computed: { B: { x: y }, C: { x: y } } }',
    'bad.md:4:18: error: A: computed maps exactly one parameter',
  ],
  [
    'A: { secret: true, default: hush }',
    'bad.md:4:31: warning: A is secret, and its default stands in the file',
  ],
])('a parameter %s is a problem with its place', (spec, problem) => {
  expect(ofParameter(spec).map((text) => text.split('\n')[0])).toContain(problem)
})

test('each circle of parameters is told once', () => {
  expect(
    ofParameter(`A: { computed: "\${B}" }\n  B: { from: "echo $C" }\n  C: { computed: "\${A}" }`),
  ).toEqual(['bad.md:4:3: error: A is made from itself: A ← B ← C ← A\n  Give one of them another source.'])
})

test('a map must have something for every value that can come, unless there is a default', () => {
  const spec = (more: string) =>
    `L: { oneOf: [blue, green] }\n  I: { computed: { L: { blue: green } }${more} }`
  expect(ofParameter(spec(''))).toEqual([
    'bad.md:5:20: error: I: computed has nothing for L=green\n  Add green to the map, or give I a default.',
  ])
  expect(ofParameter(spec(', default: blue'))).toEqual([])
})

test('a script that is nested beyond all reason is a problem, not a crash', () => {
  const nested = (open: string, close: string) => `${open.repeat(5_000)}${close.repeat(5_000)}`
  for (const text of [
    nested('$(', ''),
    nested('echo $(', ')'),
    `echo $((${'1+'.repeat(20_000)}1))`,
    nested('(', ')'),
  ]) {
    expect(
      problemsOf(ours(`## P\n### S\n${sh(text)}`)).every((problem) => problem.startsWith('bad.md:')),
    ).toBe(true)
  }
  expect(
    problemsOf(`---\nkind: deployment\nparams: ${nested('[', ']')}\n---\n## P\n${sh('ls')}`).length,
  ).toBeGreaterThan(0)
})

test('front matter that is no YAML is one problem, and no parameter is called unknown for it', () => {
  const source =
    '---\ntitle: T\nkind: deployment\nparams:\nA: { default: 1 }\nB:\nask: x\n  C: 1\n---\n# T\n## P\n```sh\necho "$A $B"\n```\n'
  const parsed = parseRunbook(source, 'broken.md')
  expect(parsed.ok ? [] : parsed.problems.map(({ message }) => message)).toEqual([
    expect.stringContaining('the front matter is not YAML'),
  ])
})

test('the plan of a runbook is a step of its own that only reads', () => {
  const planned = (step: string) =>
    problemsOf(
      `---\nkind: deployment\nplan: ${step}\n---\n## P\n### S\n${sh('kubectl delete pod x', ' {name=kill}')}`,
    )
  expect(planned('nobody').join()).toMatch(
    /^bad\.md:3:7: error: plan names nobody, which is no step with a command/,
  )
  expect(planned('kill').join()).toMatch(/^bad\.md:3:7: error: plan names kill, which changes something/)
})
