import { expect, test } from 'vitest'
import { decide, type Flags } from '../../src/run/policy.ts'
import { runbookOf, setScene } from './scene.ts'

const flags: Flags = { yes: true, attest: true, confirm: [], onFailure: 'ask' }

const runbook = runbookOf(`---
title: Dangerous
kind: emergency
---
# Dangerous
## One
### Agree
- [ ] Everybody knows
### Ship
\`\`\`sh {name=ship}
kubectl set image deployment/api api=b
\`\`\`
\`\`\`sh undo
kubectl set image deployment/api api=a
\`\`\`
### Drop
\`\`\`sh {name=drop}
kubectl delete namespace old
\`\`\`
`)

test('--yes begins and confirms, --attest attests, and neither does the work of the other', async () => {
  const { conductor, carryOut } = setScene(runbook)
  expect(decide(conductor.view(), { ...flags, yes: false })).toMatchObject({
    needs: expect.stringContaining('--yes'),
  })
  await conductor.decide({ kind: 'begin' }, 'flag')
  expect(decide(conductor.view(), { ...flags, attest: false })).toEqual({
    needs: 'somebody to attest "Everybody knows": give --attest',
  })
  const attest = decide(conductor.view(), { ...flags, yes: false })
  expect(attest).toMatchObject({ action: { kind: 'attest', step: 'agree' } })
  if (typeof attest === 'object' && 'action' in attest) await conductor.decide(attest.action, 'flag')
  expect(decide(conductor.view(), flags)).toEqual({ action: { kind: 'confirm', step: 'ship' } })
  await conductor.decide({ kind: 'confirm', step: 'ship' }, 'flag')
  expect(decide(conductor.view(), flags)).toBe('wait')
  await carryOut()
  expect(conductor.state().stage).toEqual({ stage: 'walking', step: 'drop' })
})

test('--yes never confirms what destroys; --confirm with its name does', async () => {
  const { conductor, carryOut } = setScene(runbook)
  await conductor.decide({ kind: 'begin' }, 'flag')
  await conductor.decide({ kind: 'attest', step: 'agree', item: itemId() }, 'flag')
  await conductor.decide({ kind: 'confirm', step: 'ship' }, 'flag')
  await carryOut()
  expect(decide(conductor.view(), flags)).toMatchObject({ needs: expect.stringContaining('--confirm=drop') })
  expect(decide(conductor.view(), { ...flags, confirm: ['ship'] })).toHaveProperty('needs')
  await conductor.decide({ kind: 'confirm', step: 'drop' }, 'flag')
  expect(conductor.state().steps.drop?.status).toBe('confirming')
  const confirmed = decide(conductor.view(), { ...flags, confirm: ['drop'] })
  expect(confirmed).toEqual({ action: { kind: 'confirm', step: 'drop', typed: 'drop' } })
})

test('after a failure the flags ask, stop or roll back, as far as that is offered', async () => {
  const { conductor, carryOut } = setScene(runbook)
  await conductor.decide({ kind: 'begin' }, 'flag')
  await conductor.decide({ kind: 'attest', step: 'agree', item: itemId() }, 'flag')
  await conductor.decide({ kind: 'confirm', step: 'ship' }, 'flag')
  await carryOut({ kind: 'exited', code: 1 })
  expect(decide(conductor.view(), flags)).toBe('leave')
  expect(decide(conductor.view(), { ...flags, onFailure: 'stop' })).toMatchObject({
    action: { kind: 'stop' },
  })
  const rollback = decide(conductor.view(), { ...flags, onFailure: 'rollback' })
  expect(rollback).toMatchObject({ action: { kind: 'rollback' } })
  await conductor.decide({ kind: 'rollback', reason: 'test' }, 'flag')
  await carryOut({ kind: 'exited', code: 1 })
  expect(decide(conductor.view(), { ...flags, onFailure: 'rollback' })).toBe('leave')
})

function itemId(): string {
  return runbook.phases[0]?.steps[0]?.checklist[0]?.id ?? ''
}
