/** What other people's Markdown leaves open: noticed, asked for, and given to the shell so that a value stays a value. */
import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fillBlock } from '../../src/runbook/fill.ts'
import { checkValue, resolve, taken } from '../../src/runbook/parameters.ts'
import type { Block, Parameter } from '../../src/runbook/runbook.ts'
import { ours, problemsOf, runbookOf, stepsOf } from './read.ts'

const sh = (text: string, info = '') => `## P\n### S\n\`\`\`sh${info}\n${text}\n\`\`\`\n`

const parametersOf = (text: string) => runbookOf(sh(text)).parameters
const namesOf = (text: string) => parametersOf(text).map(({ name }) => name)

function only(text: string): Parameter {
  const [parameter, ...more] = parametersOf(text)
  if (parameter === undefined || more.length > 0) throw new Error(`${more.length + 1} parameters`)
  return parameter
}

function blockOf(text: string): Block {
  const block = stepsOf(sh(text))[0]?.command
  if (block === undefined) throw new Error('no block')
  return block
}

const asked = (text: string) =>
  parametersOf(text).map(({ name, sources }) => [
    name,
    sources.find(({ kind }) => kind === 'default'),
    sources.find(({ kind }) => kind === 'env')?.kind,
  ])

test.each([
  ['kubectl get pod <pod-name> -n prod', ['POD_NAME']],
  ['kubectl get pod <pod name>', ['POD_NAME']],
  ['kubectl get deployment/<color>-api --namespace=<ns>', ['COLOR', 'NS']],
  ['curl "https://<host>/healthz"', ['HOST']],
  [`kubectl patch x -p '{"a":"<value-of-a>"}'`, ['VALUE_OF_A']],
  ['cat <<EOF | kubectl apply -f -\nname: <name>\nEOF', ['NAME']],
  ['echo <pod>; echo <pod>', ['POD']],
  // What would steer the shell or its tools bears another name.
  ['ls <path> <user> <database-url>', ['PATH_VALUE', 'USER_VALUE', 'DATABASE_URL_VALUE']],
  ['POD=x; echo $POD <pod>', ['POD_VALUE']],
  // No placeholders.
  ['ls # like <this>', []],
  ['sort < input > output', []],
  ['cat <<EOF>x\na\nEOF', []],
  ['diff <(ls a) <(ls b)', []],
  [`grep -oP '(?<name>x)' f; sed 's/\\<word\\>/x/' f`, []],
  [`curl -s x | grep '<title>a</title>'`, []],
  ["cat <<'EOF' > x\n<taken-as-it-is>\nEOF", []],
])('%s leaves open %j', (text, names) => {
  expect(namesOf(text)).toEqual(names)
})

test.each([
  ['kubectl set image deployment/a b=team/b:v1.2.3', 'IMAGE_TAG', 'v1.2.3'],
  ['docker pull registry.example.com:5000/team/b:1.2.3-rc.1', 'IMAGE_TAG', '1.2.3-rc.1'],
  ['helm upgrade a b --version 1.2.3', 'VERSION', '1.2.3'],
  ['TAG=v1.2.3', 'VERSION', 'v1.2.3'],
  ['curl -fsSLO "https://example.com/download/v1.2.3/x"', 'VERSION', 'v1.2.3'],
  ['aws rds x --restore-to-time "2025-10-01T10:00:00Z"', 'RESTORE_TO_TIME', '2025-10-01T10:00:00Z'],
  ['aws x --start-date=2025-10-01', 'START_DATE', '2025-10-01'],
])('%s has an example for %s', (text, name, value) => {
  expect(asked(text)).toEqual([[name, { kind: 'default', value }, undefined]])
})

test.each([
  'curl http://10.0.0.1:8080/x',
  'curl "https://x/?Version=2010-05-08"',
  `aws iam x --policy '{"Version": "2012-10-17"}'`,
  'kubectl apply -f x-2025-10-01-y.yaml',
  'kubectl scale x --replicas=3',
])('%s has no example', (text) => {
  expect(namesOf(text)).toEqual([])
})

test('the same example is one parameter, another one is another', () => {
  expect(namesOf('docker pull a:v1.2.3; docker push a:v1.2.3; docker pull b:v2.0.0')).toEqual([
    'IMAGE_TAG',
    'IMAGE_TAG_2',
  ])
})

test('a variable that nothing sets is taken from the environment or asked for', () => {
  expect(asked('pg_isready -h $DB_HOST')).toEqual([['DB_HOST', undefined, 'env']])
  expect(namesOf(`for x in a b; do echo $x; done; read y; echo "$y \${Z:-}" $HOME $1 $PGHOST`)).toEqual([])
})

test('a variable that another block sets has that value for a default, since blocks share none', () => {
  const source = `${sh('NS=prod')}### T\n\`\`\`sh\nkubectl get pods -n $NS\n\`\`\`\n`
  expect(runbookOf(source).parameters).toMatchObject([
    { name: 'NS', sources: [{ kind: 'env' }, { kind: 'ask' }, { kind: 'default', value: 'prod' }] },
  ])
})

test('the question says where the guide has it, and what it says there', () => {
  expect(only('echo <pod-name>').sources).toEqual([
    { kind: 'ask', question: 'POD_NAME: line 4 says <pod-name>. Empty if no step of yours needs it' },
  ])
})

test('in a runbook of ours nothing is guessed', () => {
  const body = '## P\n### S\n```sh\necho "<pod>" a:v1.2.3\n```\n'
  expect(runbookOf(ours(body)).parameters).toEqual([])
})

test.each([
  [`kubectl patch secret s -p '{"stringData":{"URL":"<the-url>"}}'`, true],
  ['kubectl create secret generic s --from-literal=URL=<the-url>', true],
  ['kubectl get secret <name>', false],
  ['psql --password <x-y>', true],
  ['DB_PASSWORD=<x-y> ./run', true],
  ['curl -H "Authorization: Bearer <api-token>" http://x', true],
  [`kubectl patch configmap c -p '{"data":{"URL":"<the-url>"}}'`, false],
])('%s asks for a secret: %s', (text, secret) => {
  expect(only(text).secret).toBe(secret)
})

test("a value for a Secret's data has to be base64, and may be left empty", () => {
  const parameter = only(`kubectl patch secret s -p '{"data":{"URL":"<the-url>"}}'`)
  expect(parameter.secret).toBe(true)
  expect(checkValue(parameter, 'cG9zdGdyZXM6Ly94')).toEqual({ ok: true })
  expect(checkValue(parameter, 'postgres://x')).toMatchObject({ ok: false })
  expect(checkValue(parameter, '')).toEqual({ ok: true })
})

test('an empty answer is an answer where the pattern allows it, and nobody gives it unasked', () => {
  const parameter = only('echo <pod>')
  const step = resolve(parameter, { given: {}, env: {}, known: {}, tried: [] })
  if (step.kind !== 'ask') throw new Error('not asked')
  expect(step.offered).toBeUndefined()
  expect(taken(parameter, step, '')).toMatchObject({ kind: 'value', value: '' })
  expect(taken({ ...parameter, pattern: 'a+' }, step, '')).toMatchObject({ why: 'an answer is needed' })
})

/** Runs the block with these values, one after the other, where `show` prints each of its words behind its length. */
function shown(text: string, name: string, values: readonly string[]) {
  const { source } = blockOf(text)
  const show = `show() { for w in "$@"; do printf '%s:%s\\n' "\${#w}" "$w"; done; }`
  const script = `set -euo pipefail; ${show}; for ${name} in "$@"; do ${source}\ndone`
  const env = { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' }
  return spawnSync('bash', ['-c', script, 'bash', ...values], { env, encoding: 'utf8' })
}

test.each([
  ['show -n <pod-name> end', '-n ? end'],
  ['show a/<pod-name>-b', 'a/?-b'],
  ['show "a=<pod-name>"', 'a=?'],
  [`show 'a=<pod-name>'`, 'a=?'],
  [`show $'a=<pod-name>\\x21'`, 'a=?!'],
  ['cat <<EOF | { read -r line; show "$line"; }\na=<pod-name>\nEOF', 'a=?'],
  ['show "$(printf %s <pod-name>)"', '?'],
])('%s: whatever the value holds, it stays one piece of its word', (text, expected) => {
  const { pattern, secret } = only(text)
  const allowed = (value: string) =>
    checkValue({ secret, ...(pattern === undefined ? {} : { pattern }) }, value).ok
  const nasty = fc.string({
    unit: fc.constantFrom(...'ab $`"\'\\;|&<>(){}*?~!#%=-\n'),
    minLength: 1,
    maxLength: 8,
  })
  const values = fc
    .sample(nasty, { numRuns: 400, seed: 7 })
    .filter(allowed)
    // `read` takes blanks off the ends, and there only what has none can be compared.
    .filter((value) => !text.includes('read') || value.trim() === value)
    .slice(0, 40)
  expect(values.length).toBeGreaterThan(5)
  const wanted = values.flatMap((value) => expected.split(' ').map((word) => word.replace('?', () => value)))
  const { stdout, stderr } = shown(text, 'POD_NAME', values)
  expect(stdout, stderr).toBe(wanted.map((word) => `${word.length}:${word}\n`).join(''))
})

test('a value in JSON may hold neither quote nor backslash, and outside of its texts only a number or a word of JSON', () => {
  const text = only(`kubectl patch x -p '{"a":"<the-a>"}'`)
  expect(checkValue(text, 'postgres://u:p@h/d?a=b&c').ok).toBe(true)
  expect(['"', '\\', 'a\nb'].some((value) => checkValue(text, value).ok)).toBe(false)
  const bare = only(`kubectl patch x -p '{"replicas":<count>}'`)
  expect(checkValue(bare, '3').ok).toBe(true)
  expect(checkValue(bare, '3,"x":1').ok).toBe(false)
})

test('a value in the text of another program is a plain word', () => {
  const inner = only(`sh -c 'echo <pod-name>'`)
  expect(checkValue(inner, 'api-0').ok).toBe(true)
  expect(['a b', '$(x)', 'a;b', "a'b", '-x'].some((value) => checkValue(inner, value).ok)).toBe(false)
})

test('what was left empty is refused by the block that needs it, before its command runs', () => {
  expect(shown('show started <pod-name>', 'POD_NAME', [''])).toMatchObject({
    status: 1,
    stdout: '',
    stderr: expect.stringContaining('POD_NAME: has no value'),
  })
  expect(shown('show started $DB_HOST', 'DB_HOST', ['']).stderr).toContain('DB_HOST: has no value')
})

test('the screen shows the block as its author wrote it, with the values in their places', () => {
  const block = blockOf(`kubectl patch x -p '{"a":"<the-a>"}' <pod>`)
  const shown = fillBlock(block.source, { THE_A: 'b', POD: '' }, block.written)
  expect(shown).toEqual([
    { text: `kubectl patch x -p '{"a":"` },
    { text: 'b', parameter: 'THE_A' },
    { text: `"}' <pod>` },
  ])
})

test('problems are found at their place in the file, behind a placeholder too', () => {
  expect(problemsOf(sh('kubectl exec <pod-name> -it -- ls'))[0]).toMatch(/^bad\.md:4:25: warning: -it/)
})
