import { expect, test } from 'vitest'
import { dryRunSkips } from '../../src/run/dry-run.ts'
import { runbookOf } from './scene.ts'

function blockOf(source: string, info = '') {
  const runbook = runbookOf(
    `---\ntitle: T\nkind: deployment\n---\n# T\n## P\n### S\n\`\`\`sh ${info}\n${source}\n\`\`\`\n`,
  )
  const block = runbook.phases[0]?.steps[0]?.command
  if (block === undefined) throw new Error('no block')
  return block
}

test('what only reads is run', () => {
  expect(dryRunSkips(blockOf('kubectl get pods | grep api'), 'command')).toBeUndefined()
})

test('changes by kubectl and aws are run, since their stand-ins hold them back', () => {
  expect(dryRunSkips(blockOf('kubectl scale deployment a --replicas=1'), 'command')).toBeUndefined()
  expect(dryRunSkips(blockOf('for i in 1 2; do aws rds delete-db-cluster; done'), 'undo')).toBeUndefined()
})

test('a block with any other change in it is not run at all', () => {
  expect(dryRunSkips(blockOf('kubectl get pods\n./switch.sh blue green'), 'command')).toContain(
    '"./switch.sh"',
  )
  expect(dryRunSkips(blockOf('sudo kubectl scale deployment a --replicas=1'), 'command')).toContain('"sudo"')
  expect(
    dryRunSkips(blockOf('PATH=/tmp:$PATH kubectl scale deployment a --replicas=1'), 'command'),
  ).toBeDefined()
  expect(dryRunSkips(blockOf('kubectl get pods > pods.txt'), 'command')).toBeDefined()
})

test('a block whose author says that it changes something is not run unless the stand-ins see it', () => {
  expect(dryRunSkips(blockOf('curl -fsS localhost/switch', '{effect=change}'), 'command')).toBeDefined()
})

test('checks and gates are not run: nothing was changed that they could see', () => {
  expect(dryRunSkips(blockOf('kubectl get pods'), 'verify')).toBeDefined()
  expect(dryRunSkips(blockOf('kubectl get pods'), 'watch')).toBeDefined()
})
