import { expect, test } from 'vitest'
import {
  checkValue,
  type Known,
  orderParameters,
  resolve,
  type Tried,
  taken,
} from '../../src/runbook/parameters.ts'
import type { Parameter } from '../../src/runbook/runbook.ts'
import { runbookOf } from './read.ts'

function parametersOf(yaml: string): readonly Parameter[] {
  return runbookOf(
    `---\nkind: deployment\nparams:\n${yaml.replace(/^/gm, '  ')}\n---\n## P\n\`\`\`sh\nls\n\`\`\`\n`,
  ).parameters
}

function parameterOf(spec: string, others = ''): Parameter {
  const [parameter] = parametersOf(`X: ${spec}\n${others}`)
  if (parameter === undefined) throw new Error('no parameter')
  return parameter
}

const next = (parameter: Parameter, known: Partial<Known> = {}) =>
  resolve(parameter, { given: {}, env: {}, known: {}, tried: [], ...known })

/** Runs the command or asks the question that comes next, and gives what is made of the text. */
function take(parameter: Parameter, text: string, tried: readonly Tried[] = []) {
  const step = next(parameter, { tried })
  if (step.kind !== 'run' && step.kind !== 'ask') throw new Error(step.kind)
  return taken(parameter, step, text)
}

test('a bare scalar is a default, exactly as it is written', () => {
  expect(
    parametersOf('A: 1.10\nB: 007\nC: "x y"\nD: yes\nE: { default: "" }').map(
      (parameter) => parameter.sources,
    ),
  ).toEqual([
    [{ kind: 'default', value: '1.10' }],
    [{ kind: 'default', value: '007' }],
    [{ kind: 'default', value: 'x y' }],
    [{ kind: 'default', value: 'yes' }],
    [{ kind: 'default', value: '' }],
  ])
})

test('sources stand in the order in which they are tried, whatever the order in the file', () => {
  const { sources } = parameterOf('{ default: d, ask: Q, computed: "$Y", from: cmd, env: E }', 'Y: 1')
  expect(sources.map((source) => source.kind)).toEqual(['env', 'command', 'template', 'ask', 'default'])
})

test('a parameter without a source, and one with ask: true, are asked for by their name', () => {
  expect(parameterOf('').sources).toEqual([{ kind: 'ask', question: 'X' }])
  expect(parameterOf('{ ask: true }').sources).toEqual([{ kind: 'ask', question: 'X' }])
})

test('a parameter knows its place and what it is made from', () => {
  const x = parameterOf(`{ from: "echo '$N' $Y", computed: "a-\${Z}" }`, 'Y: 1\nZ: 2\nN: 3')
  expect(x).toMatchObject({ uses: ['Y', 'Z'], position: { line: 4, column: 3 }, secret: false })
})

test('parameters are put after those they are made from, and otherwise stay as declared', () => {
  const parameters = parametersOf(`C: { computed: "\${B}" }\nD: 1\nB: { from: "echo $A" }\nA: 1`)
  expect(orderParameters({ parameters }).map((parameter) => parameter.name)).toEqual(['A', 'B', 'C', 'D'])
})

test('what is given wins over everything', () => {
  expect(next(parameterOf('{ env: E, default: d }'), { given: { X: 'g' }, env: { E: 'e' } })).toEqual({
    kind: 'value',
    value: 'g',
    source: 'given',
  })
})

test('what is given and may not be is refused, and nothing else is tried', () => {
  expect(next(parameterOf('{ oneOf: [a, b], default: a, ask: Q }'), { given: { X: 'c' } })).toEqual({
    kind: 'missing',
    why: 'X as given: "c" is not one of a, b',
  })
})

test('an environment variable that is unset or empty makes way for the default', () => {
  const x = parameterOf('{ env: E, default: d }')
  expect(next(x, { env: { E: 'e' } })).toEqual({
    kind: 'value',
    value: 'e',
    source: 'from the environment variable E',
  })
  expect(next(x, { env: { E: '' } })).toEqual({ kind: 'value', value: 'd', source: 'default' })
  expect(next(x)).toEqual({ kind: 'value', value: 'd', source: 'default' })
})

test('a command is to be run, and its trimmed output is the value', () => {
  const x = parameterOf('{ from: "kubectl get\\n  service x" }')
  expect(next(x)).toEqual({
    kind: 'run',
    command: 'kubectl get\n  service x',
    source: 'from kubectl get service x',
  })
  expect(take(x, '  blue\n')).toEqual({ kind: 'value', value: 'blue', source: 'from kubectl get service x' })
})

test('a command that failed or printed nothing makes way for the default', () => {
  const x = parameterOf('{ from: cmd, default: d }')
  expect(
    next(x, { tried: [{ kind: 'command', why: 'ended with exit code 1', refused: false }] }),
  ).toMatchObject({ value: 'd' })
  const nothing = take(x, '\n')
  expect(nothing).toEqual({ kind: 'command', why: 'printed nothing', refused: false })
})

test('a command that printed what may not be does not fall back on the default', () => {
  const x = parameterOf('{ from: cmd, oneOf: [blue, green], default: blue }')
  const purple = take(x, 'purple')
  expect(purple).toEqual({ kind: 'command', why: '"purple" is not one of blue, green', refused: true })
  if (purple.kind === 'value') throw new Error('taken')
  expect(next(x, { tried: [purple] })).toEqual({
    kind: 'missing',
    why: 'X has no value: from cmd "purple" is not one of blue, green',
  })
})

test('where there is a question the operator mends what a command got wrong', () => {
  const x = parameterOf('{ from: cmd, oneOf: [blue, green], ask: Which one }')
  expect(
    next(x, { tried: [{ kind: 'command', why: '"purple" is not one of blue, green', refused: true }] }),
  ).toEqual({
    kind: 'ask',
    question: 'Which one',
    oneOf: ['blue', 'green'],
    secret: false,
    refused: 'from cmd: "purple" is not one of blue, green',
    source: 'answered',
  })
})

test('a template and a map are computed from known values', () => {
  const template = parameterOf(`{ computed: "api-\${Y}$Y-$$5" }`, 'Y: 1')
  expect(next(template, { known: { Y: 'b' } })).toEqual({
    kind: 'value',
    value: 'api-bb-$5',
    source: `computed from "api-\${Y}$Y-$$5"`,
  })
  const map = parameterOf('{ computed: { Y: { blue: green } } }', 'Y: 1')
  expect(next(map, { known: { Y: 'blue' } })).toEqual({
    kind: 'value',
    value: 'green',
    source: 'computed from Y',
  })
  expect(next(map, { known: { Y: 'red' } })).toEqual({
    kind: 'missing',
    why: 'X has no value: computed from Y has nothing for Y=red',
  })
  expect(next(map, { known: { Y: 'constructor' } }).kind).toBe('missing')
  expect(next(template)).toEqual({
    kind: 'missing',
    why: `X has no value: computed from "api-\${Y}$Y-$$5" needs Y, which has no value`,
  })
})

test('a question offers the default, and an empty answer takes it', () => {
  const x = parameterOf('{ ask: How many, default: 3, example: 5 }')
  expect(next(x)).toEqual({
    kind: 'ask',
    question: 'How many',
    example: '5',
    offered: '3',
    secret: false,
    source: 'answered',
  })
  expect(take(x, ' ')).toEqual({ kind: 'value', value: '3', source: 'default' })
  expect(take(x, ' 4 ')).toEqual({ kind: 'value', value: '4', source: 'answered' })
})

test('an answer that may not be, or none, is asked for again with the reason', () => {
  const x = parameterOf("{ ask: Q, pattern: '\\d+' }")
  const refused = take(x, 'many')
  if (refused.kind === 'value') throw new Error('taken')
  expect(next(x, { tried: [refused] })).toMatchObject({ kind: 'ask', refused: '"many" does not match \\d+' })
  expect(take(x, '')).toMatchObject({ kind: 'ask', refused: true })
})

test('where nobody can answer, the default is next, and without one the value is missing', () => {
  const nobody: Tried = { kind: 'ask', why: 'nobody can answer', refused: false }
  expect(next(parameterOf('{ ask: Q, default: d }'), { tried: [nobody] })).toMatchObject({
    kind: 'value',
    value: 'd',
  })
  expect(next(parameterOf('{ ask: Q }'), { tried: [nobody] })).toEqual({
    kind: 'missing',
    why: 'X has no value: nobody can answer',
  })
})

test('a pattern must match the whole value', () => {
  const check = (value: string) => checkValue({ pattern: 'a|b', secret: false }, value).ok
  expect(['a', 'b', 'ab', 'a\n', 'xa', ''].map(check)).toEqual([true, true, false, false, false, false])
})

test('line breaks, control characters and a leading - are refused unless a pattern or oneOf allows them', () => {
  const plain = (value: string) => checkValue({ secret: false }, value).ok
  expect(['a\nb', '\u001b[2J', '--all', 'a-b', 'a b', ''].map(plain)).toEqual([
    false,
    false,
    false,
    true,
    true,
    true,
  ])
  expect(checkValue({ pattern: '[\\s\\S]*', secret: false }, '-a\nb').ok).toBe(true)
  expect(checkValue({ oneOf: ['-1', '1'], secret: false }, '-1').ok).toBe(true)
})

test('a NUL and what is too long for an environment are never allowed', () => {
  expect(checkValue({ pattern: '[\\s\\S]*', secret: false }, 'a\0').ok).toBe(false)
  expect(checkValue({ pattern: '[\\s\\S]*', secret: false }, 'a'.repeat(100_001)).ok).toBe(false)
})

test('a refusal never tells a secret', () => {
  expect(checkValue({ pattern: '\\d+', secret: true }, 'hush')).toEqual({
    ok: false,
    why: 'the value does not match \\d+',
  })
})
