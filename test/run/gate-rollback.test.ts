import { beforeEach, describe, expect, test } from 'vitest'
import { followGates, HOLD_WITHIN_MS } from '../../src/run/gate-rollback.ts'
import { runbookOf, type Scene, setScene } from './scene.ts'

const gate = `### Watch
\`\`\`sh watch {name=gate window=30s every=5s allow=0 timeout=5s}
curl -fsS http://api/healthz
\`\`\`
`
const runbook = runbookOf(`---
title: Small
kind: deployment
---
# Small
## One
### Ship
\`\`\`sh {name=ship}
kubectl set image deployment/api api=b
\`\`\`
\`\`\`sh undo
kubectl set image deployment/api api=a
\`\`\`
${gate}`)
const bad = { kind: 'exited', code: 22 } as const

let scene: Scene
let due: { readonly ms: number; readonly work: () => void } | undefined
const clock = {
  now: () => 1_700_000_000_000,
  after: (ms: number, work: () => void) => {
    due = { ms, work }
    return () => {
      due = undefined
    }
  },
}

/** Ships, and opens the gate. */
async function openGate() {
  const { conductor, carryOut } = scene
  await conductor.decide({ kind: 'begin' }, 'key')
  await conductor.decide({ kind: 'confirm', step: 'ship' }, 'key')
  await carryOut()
  await conductor.decide({ kind: 'confirm', step: 'gate' }, 'key')
}

const types = () => scene.records.map(({ type }) => type)

beforeEach(() => {
  due = undefined
  scene = setScene(runbook)
})

describe('when a gate trips', () => {
  test('the rollback is counted down, and chosen by Handrail when nobody holds it', async () => {
    const leave = followGates(scene.conductor, clock)
    await openGate()
    expect(scene.conductor.view().countdown).toBeUndefined()
    await scene.carryOut(bad)
    expect(scene.conductor.view().countdown).toEqual({ step: 'gate', until: clock.now() + HOLD_WITHIN_MS })
    expect(due?.ms).toBe(HOLD_WITHIN_MS)
    due?.work()
    await expect.poll(() => scene.conductor.state().stage.stage).toBe('rolling-back')
    expect(scene.records.at(-1)).toMatchObject({
      type: 'rollback.chosen',
      by: 'handrail',
      data: { how: 'countdown', reason: 'the gate tripped, and nobody held the rollback for 20 s' },
    })
    expect(scene.conductor.view().countdown).toBeUndefined()
    leave()
  })

  test('one key holds it for good, by name and on the record', async () => {
    followGates(scene.conductor, clock)
    await openGate()
    await scene.carryOut(bad)
    await scene.conductor.decide({ kind: 'hold', step: 'gate' }, 'key')
    expect(due).toBeUndefined()
    expect(scene.conductor.view().countdown).toBeUndefined()
    expect(scene.records.at(-1)).toMatchObject({ type: 'rollback.held', by: 'operator' })
    await scene.conductor.decide({ kind: 'note', text: 'the alarm is a false one' }, 'key')
    expect(due).toBeUndefined()
    expect(scene.conductor.state().choices).toContain('rollback')
  })

  test('a retry ends it, and the gate that trips again is counted anew', async () => {
    followGates(scene.conductor, clock)
    await openGate()
    await scene.carryOut(bad)
    await scene.conductor.decide({ kind: 'retry', step: 'gate' }, 'key')
    expect(due).toBeUndefined()
    expect(scene.conductor.view().countdown).toBeUndefined()
    await scene.carryOut(bad)
    expect(due?.ms).toBe(HOLD_WITHIN_MS)
  })
})

test('a gate that the operator has cancelled counts nothing down', async () => {
  followGates(scene.conductor, clock)
  await openGate()
  await scene.carryOut({ kind: 'cancelled' })
  expect(scene.conductor.state().choices).toContain('rollback')
  expect(due).toBeUndefined()
})

test('a gate with nothing before it to take back counts nothing down', async () => {
  scene = setScene(runbookOf(`---\ntitle: Look\nkind: troubleshooting\n---\n# Look\n## One\n${gate}`))
  followGates(scene.conductor, clock)
  await scene.conductor.decide({ kind: 'begin' }, 'key')
  await scene.conductor.decide({ kind: 'confirm', step: 'gate' }, 'key')
  await scene.carryOut(bad)
  expect(types()).toContain('block.ended')
  expect(due).toBeUndefined()
})

test('a run taken up with a gate that tripped earlier waits for its operator', async () => {
  await openGate()
  await scene.carryOut(bad)
  const again = setScene(runbook, [...scene.records])
  followGates(again.conductor, clock)
  await again.conductor.record({ type: 'run.resumed', data: {} }, 'operator')
  expect(again.conductor.state().choices).toContain('rollback')
  expect(due).toBeUndefined()
})
