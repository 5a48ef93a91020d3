/** The plain front end on a run in memory: what a pipe, a CI log or a screen reader gets. */
import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { runPlain } from '../../src/plain/run-plain.ts'
import type { Flags } from '../../src/run/policy.ts'
import { runbookOf, setScene } from '../run/scene.ts'

const byHand: Flags = { yes: false, attest: false, confirm: [], onFailure: 'ask' }

const runbook = runbookOf(`---
title: Small
kind: deployment
---
# Small
## Prepare
### Agree
- [ ] Everybody knows
## Ship
### Look
\`\`\`sh {name=look}
kubectl get pods
\`\`\`
### Ship it
\`\`\`sh {name=ship}
kubectl set image deployment/api api=b
\`\`\`
\`\`\`sh undo
kubectl set image deployment/api api=a
\`\`\`
`)

/** A terminal of streams: `answer` waits until the text has been printed since the last answer, then types. */
function terminal(interactive: boolean) {
  const input = new PassThrough()
  const output = new PassThrough()
  let printed = ''
  let read = 0
  const waiting = new Set<() => void>()
  output.on('data', (chunk) => {
    printed += String(chunk)
    for (const look of waiting) look()
  })
  return {
    terminal: { input, output, interactive, tell: true },
    printed: () => printed,
    answer: async (after: string, text: string) => {
      await new Promise<void>((resolve) => {
        const look = () => {
          const at = printed.indexOf(after, read)
          if (at === -1) return
          read = at + after.length
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      })
      input.write(`${text}\n`)
    },
  }
}

test('a person leads a run with numbered choices, and every change is told in a line', async () => {
  const scene = setScene(runbook)
  const { terminal: tty, printed, answer } = terminal(true)
  const end = runPlain(scene.conductor, byHand, tty)
  await answer('choice: ', '1')
  await answer('attest: Everybody knows', '')
  await answer('choice: ', '1')
  await expect.poll(() => scene.handedOut.length).toBe(1)
  await scene.carryOut()
  await answer('run it\n', '7')
  await answer('type a number', '1')
  await expect.poll(() => scene.handedOut.length).toBe(1)
  await scene.carryOut({ kind: 'exited', code: 1 })
  await answer('run it again', '')
  const options = printed().slice(printed().lastIndexOf('1) run it again')).split('\n')
  const rollback = options.findIndex((line) => line.includes('roll back 1 step')) + 1
  await answer('choice: ', String(rollback))
  await answer('why: ', 'it broke')
  await expect.poll(() => scene.handedOut.length).toBe(1)
  await scene.carryOut()
  expect(await end).toEqual({ kind: 'ended' })
  expect(printed()).toContain('step 3 of 3: Ship it')
  expect(printed()).toContain('effect: changes something, can be taken back')
  expect(printed()).toContain('FAILED: Ship it: its command ended with exit code 1')
  expect(printed()).toContain('undone: Ship it')
  expect(printed()).toContain('ended: rolled back')
  expect(scene.records.find(({ type }) => type === 'rollback.chosen')?.data.reason).toBe('it broke')
})

test('nobody there and no flag: the front end leaves, and says what is needed', async () => {
  const scene = setScene(runbook)
  const { terminal: pipe } = terminal(false)
  expect(await runPlain(scene.conductor, byHand, pipe)).toEqual({
    kind: 'left',
    needs: 'somebody to begin the run: give --yes',
  })
})

test('an input that ends leaves the run as it stands', async () => {
  const scene = setScene(runbook)
  const { terminal: tty, answer } = terminal(true)
  const end = runPlain(scene.conductor, byHand, tty)
  await answer('choice: ', '')
  tty.input.end()
  expect(await end).toEqual({ kind: 'left' })
})
