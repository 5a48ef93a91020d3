import { expect, test } from 'vitest'
import { compileRun } from '../../machines/compile.ts'
import { foldRecords } from '../../src/run/fold.ts'
import { runbookOf, setScene } from './scene.ts'

const runbook = runbookOf(`---
title: Two steps
kind: deployment
---
# Two steps
## One
### Look
\`\`\`sh {name=look}
kubectl get pods
\`\`\`
### Agree
- [ ] It is agreed
### Ship
\`\`\`sh {name=ship}
kubectl set image deployment/api api=b
\`\`\`
`)

test('whoever decided last has led a step; what ran by itself nobody has; a fold gives the same', async () => {
  const { conductor, records, carryOut } = setScene(runbook)
  await conductor.decide({ kind: 'begin' }, 'key')
  await carryOut()
  const [item] = runbook.phases[0]?.steps[1]?.checklist ?? []
  await conductor.decide({ kind: 'attest', step: 'agree', item: item?.id ?? '' }, 'flag')
  await conductor.decide({ kind: 'confirm', step: 'ship' }, 'key')
  expect(conductor.view().who).toEqual({
    agree: { by: 'operator', how: 'flag' },
    ship: { by: 'operator', how: 'key' },
  })
  expect(foldRecords(compileRun(runbook), records).who).toEqual(conductor.view().who)
})
