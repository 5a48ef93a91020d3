/** Parameters are brought to their values, and may be changed until the run begins. */
import { expect, test } from 'vitest'
import { type Discovery, prepare } from '../../src/run/preparing.ts'
import { runbookOf, setScene } from './scene.ts'

const runbook = runbookOf(`---
title: Ship
kind: deployment
params:
  NAMESPACE: { default: loanserve }
  IMAGE: { ask: Image to ship, pattern: '^[a-z/]+:v[0-9.]+$' }
  LIVE: { from: 'kubectl get service api -n "$NAMESPACE"', oneOf: [blue, green] }
  IDLE: { computed: { LIVE: { blue: green, green: blue } } }
---
# Ship
## One
### Ship
\`\`\`sh {name=ship}
kubectl set image deployment/api-$IDLE api=$IMAGE -n "$NAMESPACE"
\`\`\`
`)

/** Preparing that a test leads: its discoveries are answered by what it says of a namespace. */
function preparing(
  given: Readonly<Record<string, string>> = {},
  answer: (namespace: string) => Discovery | Promise<Discovery> = () => ({ stdout: 'blue' }),
) {
  const scene = setScene(runbook)
  const { conductor } = scene
  const values = new Map<string, string>()
  const discovered: string[] = []
  let changes = 0
  const prepared = prepare(conductor, {
    ...{ runbook, given, environment: {}, values },
    discover: async () => {
      const namespace = values.get('NAMESPACE') ?? ''
      discovered.push(namespace)
      return await answer(namespace)
    },
    learned: () => undefined,
    mask: (_, value) => value,
    changed: () => {
      changes += 1
    },
  })
  prepared.catch(() => undefined)
  return {
    ...scene,
    prepared,
    discovered,
    changes: () => changes,
    values: () => conductor.state().parameters,
    answer: (parameter: string, value: string) => conductor.act({ kind: 'answer', parameter, value }),
    question: () => conductor.view().question?.name,
    canBegin: () => conductor.state().choices.includes('begin'),
  }
}

const kinds = ({ records }: ReturnType<typeof preparing>) =>
  records.map(({ type, data }) => `${type} ${String(data.name)}${'value' in data ? `=${data.value}` : ''}`)

test('an answer to a parameter that has its value changes it, and what is made from it is found anew', async () => {
  const run = preparing({ IMAGE: 'a/api:v1' }, (namespace) => ({
    stdout: namespace === 'other' ? 'green' : 'blue',
  }))
  await run.prepared
  expect(run.values()).toEqual({ NAMESPACE: 'loanserve', IMAGE: 'a/api:v1', LIVE: 'blue', IDLE: 'green' })
  run.records.length = 0

  run.answer('NAMESPACE', 'other')
  await expect.poll(run.changes).toBe(1)
  expect(run.values()).toEqual({ NAMESPACE: 'other', IMAGE: 'a/api:v1', LIVE: 'green', IDLE: 'blue' })
  expect(kinds(run)).toEqual([
    'parameter.withdrawn LIVE',
    'parameter.withdrawn IDLE',
    'parameter.set NAMESPACE=other',
    'parameter.set LIVE=green',
    'parameter.set IDLE=blue',
  ])
  expect(run.conductor.view().parameters).toContainEqual({
    name: 'NAMESPACE',
    value: 'other',
    source: 'answered',
  })
  expect(run.canBegin()).toBe(true)
})

test('while values are found anew the run can not begin', async () => {
  const held = Promise.withResolvers<Discovery>()
  const run = preparing({ IMAGE: 'a/api:v1' }, (namespace) =>
    namespace === 'other' ? held.promise : { stdout: 'blue' },
  )
  await run.prepared
  run.answer('NAMESPACE', 'other')
  await expect.poll(() => run.discovered).toEqual(['loanserve', 'other'])
  await run.conductor.decide({ kind: 'begin' }, 'key')
  expect(run.records.map(({ type }) => type)).not.toContain('run.begun')
  held.resolve({ stdout: 'green' })
  await expect.poll(run.canBegin).toBe(true)
  expect(run.values().IDLE).toBe('blue')
})

test('while a question is open another value can be changed, and the question stays', async () => {
  const run = preparing()
  await expect.poll(run.question).toBe('IMAGE')
  run.answer('NAMESPACE', 'other')
  await expect.poll(() => run.values().NAMESPACE).toBe('other')
  await expect.poll(run.question).toBe('IMAGE')
  run.answer('IMAGE', 'a/api:v1')
  await run.prepared
  expect(run.discovered).toEqual(['other'])
  expect(run.changes()).toBe(0)
})

test('what the operator has set is kept when what it was made from changes', async () => {
  const run = preparing({ IMAGE: 'a/api:v1' })
  await run.prepared
  run.answer('LIVE', 'green')
  await expect.poll(run.changes).toBe(1)
  expect(run.values()).toMatchObject({ LIVE: 'green', IDLE: 'blue' })
  run.answer('NAMESPACE', 'other')
  await expect.poll(run.changes).toBe(2)
  expect(run.values()).toMatchObject({ NAMESPACE: 'other', LIVE: 'green', IDLE: 'blue' })
  expect(run.discovered).toEqual(['loanserve'])
})

test('a value that may not be changes nothing, and after the beginning none does', async () => {
  const run = preparing({ IMAGE: 'a/api:v1' })
  await run.prepared
  run.answer('IMAGE', 'not an image')
  run.answer('LIVE', 'red')
  run.answer('NONE', 'such')
  await run.conductor.decide({ kind: 'begin' }, 'key')
  run.answer('IMAGE', 'a/api:v2')
  await run.conductor.decide({ kind: 'note', text: 'a mark' }, 'key')
  expect(run.values()).toMatchObject({ IMAGE: 'a/api:v1', LIVE: 'blue' })
  expect(kinds(run).slice(4)).toEqual(['run.begun undefined', 'note.added undefined'])
})

test('a change after which a value can’t be had is told, holds the beginning up, and can be mended', async () => {
  const run = preparing({ IMAGE: 'a/api:v1' }, (namespace) =>
    namespace === 'nowhere' ? { stdout: '', failure: 'ended with exit code 1' } : { stdout: 'blue' },
  )
  await run.prepared
  run.answer('NAMESPACE', 'nowhere')
  await expect.poll(() => run.conductor.view().notices.join()).toContain('LIVE has no value')
  expect(run.canBegin()).toBe(false)
  run.answer('NAMESPACE', 'loanserve')
  await expect.poll(run.canBegin).toBe(true)
  expect(run.values()).toMatchObject({ NAMESPACE: 'loanserve', LIVE: 'blue', IDLE: 'green' })
})

test('two changes right after each other both count', async () => {
  const run = preparing()
  await expect.poll(run.question).toBe('IMAGE')
  run.answer('NAMESPACE', 'one')
  run.answer('NAMESPACE', 'two')
  await expect.poll(() => run.values().NAMESPACE).toBe('two')
  await expect.poll(run.question).toBe('IMAGE')
  run.answer('IMAGE', 'a/api:v1')
  await run.prepared
  expect(run.discovered.at(-1)).toBe('two')
  expect(run.canBegin()).toBe(true)
})
