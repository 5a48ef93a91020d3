import { expect, test } from 'vitest'
import { runbookOf, setScene } from './scene.ts'

const runbook = runbookOf(`---
title: Small
kind: deployment
---
# Small
## One
### Look
\`\`\`sh {name=look}
kubectl get pods
\`\`\`
### Ship
\`\`\`sh {name=ship}
kubectl set image deployment/api api=b
\`\`\`
\`\`\`sh undo
kubectl set image deployment/api api=a
\`\`\`
`)

test('a run proceeds only by what is on record: begin, read, confirm, done, sealed', async () => {
  const { conductor, records, handedOut, carryOut } = setScene(runbook)
  await conductor.decide({ kind: 'begin' }, 'key')
  expect(handedOut).toMatchObject([{ step: 'look', role: 'command' }])
  await carryOut()
  expect(conductor.view().state.stage).toEqual({ stage: 'walking', step: 'ship' })
  expect(handedOut).toEqual([])
  await conductor.decide({ kind: 'confirm', step: 'ship' }, 'key')
  await carryOut()
  expect(await conductor.ended).toBe('done')
  expect(records.at(-1)).toMatchObject({ type: 'run.ended', data: { ending: 'done' }, by: 'handrail' })
})

test('an action that the state does not offer leaves no record', async () => {
  const { conductor, records } = setScene(runbook)
  await conductor.decide({ kind: 'confirm', step: 'ship' }, 'key')
  await conductor.decide({ kind: 'retry', step: 'look' }, 'key')
  await conductor.decide({ kind: 'rollback', reason: 'no' }, 'key')
  await conductor.decide({ kind: 'skip', step: 'look', reason: ' ' }, 'key')
  await conductor.decide({ kind: 'attest', step: 'look', item: 'nothing' }, 'key')
  expect(records).toEqual([])
})

test('Enter pressed twice confirms once', async () => {
  const { conductor, records, carryOut } = setScene(runbook)
  await conductor.decide({ kind: 'begin' }, 'key')
  await carryOut()
  conductor.act({ kind: 'confirm', step: 'ship' })
  await conductor.decide({ kind: 'confirm', step: 'ship' }, 'key')
  expect(records.filter(({ type }) => type === 'step.confirmed')).toHaveLength(1)
})

test('folding the records gives the state that the live run has', async () => {
  const { conductor, records, carryOut } = setScene(runbook)
  await conductor.decide({ kind: 'begin' }, 'key')
  await carryOut()
  await conductor.decide({ kind: 'confirm', step: 'ship' }, 'key')
  await carryOut({ kind: 'exited', code: 1 })
  const live = conductor.view()
  const again = setScene(runbook, [...records]).conductor.view()
  expect(again.state).toEqual(live.state)
  expect(again.durations).toEqual(live.durations)
})

test('what was running when the process died is unknown after the resume, and nothing is handed out again', async () => {
  const { conductor, records, handedOut, carryOut } = setScene(runbook)
  await conductor.decide({ kind: 'begin' }, 'key')
  await carryOut()
  await conductor.decide({ kind: 'confirm', step: 'ship' }, 'key')
  const [deed] = handedOut
  await conductor.record({
    type: 'block.started',
    data: { step: 'ship', role: 'command', attempt: deed?.attempt ?? 0 },
  })

  const resumed = setScene(runbook, [...records])
  await resumed.conductor.record({ type: 'run.resumed', data: {} }, 'operator')
  expect(resumed.conductor.view().state.steps.ship?.status).toBe('unknown')
  expect(resumed.handedOut).toEqual([])
})

test('when the record can not be written, the running block is cancelled and nothing goes on', async () => {
  let broken = false
  const { conductor, cancels, handedOut } = setScene(runbook, [], async () => {
    if (broken) throw new Error('disk full')
  })
  await conductor.decide({ kind: 'begin' }, 'key')
  broken = true
  conductor.act({ kind: 'note', text: 'it looks slow' })
  expect((await conductor.broken).message).toBe('disk full')
  expect(cancels()).toBe(1)
  expect(handedOut).toHaveLength(1)
})

test('going over to the emergency runbook ends this run and names the other', async () => {
  const emergency = { ...runbook, emergency: 'rollback' }
  const { conductor, carryOut } = setScene(emergency)
  await conductor.decide({ kind: 'begin' }, 'key')
  await carryOut()
  await conductor.decide({ kind: 'emergency' }, 'key')
  expect(await conductor.ended).toBe('stopped')
  expect(conductor.opens()).toBe('rollback')
})

test('a key begins a run on production only with the name of its context; a flag has said so beforehand', async () => {
  const typed = setScene(runbook, [], undefined, { typedToBegin: 'prod-1' })
  await typed.conductor.decide({ kind: 'begin' }, 'key')
  await typed.conductor.decide({ kind: 'begin', typed: 'prod-2' }, 'key')
  expect(typed.records).toEqual([])
  await typed.conductor.decide({ kind: 'begin', typed: 'prod-1' }, 'key')
  expect(typed.records).toMatchObject([{ type: 'run.begun', data: { how: 'key' } }])
  const flagged = setScene(runbook, [], undefined, { typedToBegin: 'prod-1' })
  await flagged.conductor.decide({ kind: 'begin' }, 'flag')
  expect(flagged.records).toMatchObject([{ type: 'run.begun', data: { how: 'flag' } }])
})
