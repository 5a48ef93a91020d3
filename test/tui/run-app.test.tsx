/** The run screen as Ink draws it: keys become actions, and what isn't offered becomes nothing. */
import { afterEach, expect, test } from 'vitest'
import type { ClusterStatus } from '../../src/cluster/status.ts'
import type { OutputLine } from '../../src/run/session.ts'
import { fillBlock } from '../../src/runbook/fill.ts'
import { RunApp } from '../../src/tui/run-app.tsx'
import { checkFor, frameOf, record, same, settled, sizes, text, utf8 } from './frames.ts'
import { openScreen, type TestScreen } from './screen.tsx'
import { attested, carryOut, read, type StagedRun, stageRun } from './staged-run.ts'

let screen: TestScreen | undefined
afterEach(() => screen?.close())

let left = 0
let copies: { readonly path: string; readonly lines: readonly string[] }[] = []

async function open(run: StagedRun, columns = 80, rows = 24, status: ClusterStatus = settled) {
  left = 0
  copies = []
  const vitals = { get: () => undefined, subscribe: () => () => undefined }
  const store = { get: () => status, subscribe: () => () => undefined }
  const { session, now } = run
  screen = await openScreen(
    <RunApp
      session={session}
      status={store}
      vitals={vitals}
      mask={same}
      now={now}
      record={record}
      fill={fillBlock}
      check={checkFor(run)}
      theme={utf8}
      copyOutput={async (path, { lines }) => {
        copies.push({ path, lines: lines.map((line) => line.text) })
        return `${lines.length} line is in ${path}`
      }}
      onLeave={() => {
        left += 1
      }}
    />,
    columns,
    rows,
  )
  // Whoever presses a key has looked at the screen first.
  run.pass(1000)
  return screen
}

const atShip = () => carryOut(attested(stageRun()))

function failedAtShip(): StagedRun {
  const run = atShip()
  run.happen({ type: 'step.confirmed', step: 'ship', how: 'key' })
  run.start()
  run.end({ kind: 'exited', code: 1 })
  return run
}

function scaled(): StagedRun {
  return carryOut(atShip(), 2)
}

/** The gate has closed, and the last step would destroy something. */
function atForget(): StagedRun {
  const run = carryOut(scaled())
  run.happen({ type: 'step.confirmed', step: 'gate', how: 'key' })
  while (run.view().state.steps.forget?.status === 'waiting') {
    run.start()
    run.pass(5000)
    run.end()
  }
  return run
}

test.each(sizes)('Ink draws the frame row for row at %i×%i', async (columns, rows) => {
  const run = atShip()
  const drawn = (await open(run, columns, rows)).text()
  const shown = drawn.split('\n').map((line) => line.trimEnd())
  const expected = text(frameOf(run, columns, rows, { status: settled }).lines)
    .trimEnd()
    .split('\n')
  // The first row has the time in it.
  expect(shown.slice(1)).toEqual(expected.slice(1))
})

test('Enter begins the run, and confirms a step by its id', async () => {
  const fresh = stageRun()
  await (await open(fresh)).press('enter')
  expect(fresh.actions).toEqual([{ kind: 'begin' }])
  screen?.close()
  const run = atShip()
  await (await open(run)).press('enter')
  expect(run.actions).toEqual([{ kind: 'confirm', step: 'ship' }])
})

test('an Enter within 250 ms of another question is ignored, one after it is not', async () => {
  const run = stageRun()
  const { press, see } = await open(run)
  await press('enter')
  carryOut(attested(run))
  await see('Press Enter to run it.')
  await press('enter')
  expect(run.actions).toEqual([{ kind: 'begin' }])
  run.pass(249)
  await press('enter')
  expect(run.actions).toEqual([{ kind: 'begin' }])
  run.pass(1)
  await press('enter')
  expect(run.actions).toEqual([{ kind: 'begin' }, { kind: 'confirm', step: 'ship' }])
})

test('space attests the item under the cursor and goes to the next open one; again takes it back', async () => {
  const run = stageRun()
  run.happen({ type: 'run.begun', how: 'key' })
  const { press, see } = await open(run)
  await see('› [ ] Rollback plan documented')
  await press('down', 'space')
  const step = 'what-has-to-be-true-first'
  const [plan, flags] = run.view().runbook.phases[0]?.steps[0]?.checklist ?? []
  expect(run.actions).toEqual([{ kind: 'attest', step, item: flags?.id }])
  run.happen({ type: 'item.attested', step, item: flags?.id ?? '', how: 'key' })
  await see('› [ ] Rollback plan documented')
  await see('[x] Feature flags configured')
  await press('down', 'space')
  expect(run.actions.at(-1)).toEqual({ kind: 'withdraw', step, item: flags?.id })
  await press('up', 'space')
  expect(run.actions.at(-1)).toEqual({ kind: 'attest', step, item: plan?.id })
})

test('a paste confirms nothing, and goes into what is being typed', async () => {
  const run = atShip()
  const { press, paste, see } = await open(run)
  await paste('\r')
  await paste('y\n')
  expect(run.actions).toEqual([])
  await press('n')
  await see('What should the record say?')
  await paste('errors rise\nsince 03:12')
  await see('errors rise since 03:12')
  expect(run.actions).toEqual([])
  await press('enter')
  expect(run.actions).toEqual([{ kind: 'note', text: 'errors rise since 03:12' }])
})

test('a failed step can be retried, skipped with a reason, rolled back and stopped', async () => {
  const run = failedAtShip()
  const { press, type, see, seeNot } = await open(run)
  await press('r')
  await press('s')
  await see('Why is this step skipped?')
  run.pass(1000)
  await press('enter')
  await see('Nothing was done.')
  await type('known')
  await press('enter')
  await seeNot('Why is this step skipped?')
  await press('b')
  await see('These are taken back, in this order:')
  run.pass(1000)
  await press('enter')
  await press('S')
  await see('Stop here for good?')
  await type('tea')
  await press('enter')
  expect(run.actions).toEqual([
    { kind: 'retry', step: 'ship' },
    { kind: 'skip', step: 'ship', reason: 'known' },
    { kind: 'rollback', reason: '' },
    { kind: 'stop', reason: 'tea' },
  ])
})

test('a second Enter right after the rollback was asked for does not confirm it', async () => {
  const run = scaled()
  run.happen({ type: 'step.confirmed', step: 'scale', how: 'key' })
  const { press, see } = await open(failedAtShip())
  await press('b')
  await see('These are taken back')
  await press('enter')
  await see('These are taken back')
})

test('the emergency runbook wants a yes, since it ends this run', async () => {
  const run = failedAtShip()
  const { press, see, seeNot } = await open(run)
  await press('e')
  await see('Open the emergency runbook "rollback"?')
  await press('enter', 'escape')
  await seeNot('Open the emergency runbook')
  expect(run.actions).toEqual([])
  await press('e', 'y')
  expect(run.actions).toEqual([{ kind: 'emergency' }])
})

test('ctrl with a letter is not the letter', async () => {
  const run = failedAtShip()
  const { press, text: shown } = await open(run)
  await press('ctrl-b')
  expect(run.actions).toEqual([])
  expect(shown()).not.toContain('taken back, in this order')
})

test('alt with a letter reads as esc and the letter: it goes back first, so it answers nothing', async () => {
  const run = failedAtShip()
  const { press, see, seeNot } = await open(run)
  await press('alt-e')
  await see('Open the emergency')
  await press('alt-y')
  await seeNot('Open the emergency')
  expect(run.actions).toEqual([])
})

test('keys that came in one read open a question but never answer it', async () => {
  const run = failedAtShip()
  const { press, see } = await open(run)
  await press('ey')
  await see('Open the emergency runbook')
  await press('escape', 'by\r')
  await see('› y')
  expect(run.actions).toEqual([])
})

test('a reason may come in one read with its Enter, the name of what is destroyed may not', async () => {
  const run = failedAtShip()
  const { press, see } = await open(run)
  await press('b')
  await see('Roll back?')
  await press('it crashes\r')
  expect(run.actions).toEqual([{ kind: 'rollback', reason: 'it crashes' }])
  screen?.close()
  const last = atForget()
  const destroying = await open(last)
  await destroying.press('enter')
  await destroying.see('Type forget to run it:')
  await destroying.press('forget\r')
  await destroying.see('› forget')
  expect(last.actions).toEqual([])
})

test('a step that destroys runs only when its id has been typed', async () => {
  const run = atForget()
  const { press, type, see } = await open(run)
  await see('■ DESTROYS')
  await press('enter')
  await see('Type forget to run it:')
  await type('forgot')
  await press('enter')
  await see('That is not forget. Nothing was run.')
  expect(run.actions).toEqual([])
  await press('ctrl-u')
  await type('forget')
  await press('enter')
  expect(run.actions).toEqual([{ kind: 'confirm', step: 'forget', typed: 'forget' }])
})

test('while a block runs only its cancelling is offered, and the emergency runbook, which cancels it', async () => {
  const run = atShip()
  run.happen({ type: 'step.confirmed', step: 'ship', how: 'key' })
  run.start()
  const { press, see } = await open(run)
  await see('x  cancel')
  await press('enter', 'r', 'b', 's', 'S')
  expect(run.actions).toEqual([])
  await press('x')
  expect(run.actions).toEqual([{ kind: 'cancel' }])
  await press('e')
  await see('What runs now is cancelled.')
  await press('y')
  expect(run.actions.at(-1)).toEqual({ kind: 'emergency' })
})

test('q asks before it leaves, esc stays, y leaves; an ended run is left at once', async () => {
  const run = atShip()
  const { press, see, seeNot } = await open(run)
  await press('q')
  await see('Leave this run?')
  await press('escape')
  await seeNot('Leave this run?')
  expect(left).toBe(0)
  await press('q', 'y')
  expect(left).toBe(1)
  run.happen({ type: 'run.stopped', how: 'key', reason: '' })
  await see('stopped: the rest was not carried out')
  await press('q')
  expect(left).toBe(2)
})

test('an answer is typed, sent and, when refused, asked for again', async () => {
  const run = stageRun()
  run.show({ question: { name: 'IMAGE', question: 'Image to ship', secret: false } })
  const { press, type, see } = await open(run)
  await type('api:1q')
  await press('backspace', 'enter')
  expect(run.actions).toEqual([{ kind: 'answer', parameter: 'IMAGE', value: 'api:1' }])
  run.show({ question: { name: 'IMAGE', question: 'Image to ship', secret: false, refused: 'too short' } })
  await see('too short')
})

/** A runbook that asks for one secret. */
const secretive = read(`---
title: Secretive
kind: troubleshooting
params:
  IDLE: { ask: Which is idle?, oneOf: [blue, green] }
  TOKEN: { ask: The token, secret: true }
---
# Secretive
## One
### Look
\`\`\`sh {name=look}
kubectl get pods
\`\`\`
`)

test('a choice is made with the arrows, and a secret is not shown', async () => {
  const run = stageRun('live', secretive)
  run.show({
    question: { name: 'IDLE', question: 'Which is idle?', oneOf: ['blue', 'green'], secret: false },
  })
  const { press, type, see, text: shown } = await open(run)
  await press('down', 'down')
  await see('› green')
  await press('enter')
  expect(run.actions).toEqual([{ kind: 'answer', parameter: 'IDLE', value: 'green' }])
  run.show({ question: { name: 'TOKEN', question: 'The token', secret: true } })
  await see('The token')
  await type('hunter2')
  await see('*******')
  expect(shown()).not.toContain('hunter2')
})

test('what is typed is judged with each key, before it is sent', async () => {
  const run = stageRun('live', secretive)
  run.show({
    parameters: [],
    question: { name: 'IDLE', question: 'Which is idle?', oneOf: ['blue', 'green'], secret: false },
  })
  const { press, type, see, seeNot } = await open(run)
  await seeNot('✓ ok')
  await type('bl')
  await see('✗ "bl" is not one of blue, green')
  await type('ue')
  await see('✓ ok')
  expect(run.actions).toEqual([])
  await press('enter')
  expect(run.actions).toEqual([{ kind: 'answer', parameter: 'IDLE', value: 'blue' }])
})

test('before the run begins p opens the form: a value is changed, one that may not be stays in its field', async () => {
  const run = stageRun()
  const { press, type, see, seeNot } = await open(run, 120, 40)
  await see('p  parameters')
  await press('p')
  await see('› loanserve/api:v1.2.3')
  await see('esc  leave it as it was')
  await press('down', 'down')
  await see('one of')
  await type('ish')
  await see('✗ "greenish" is not one of blue, green')
  await press('enter')
  expect(run.actions).toEqual([])
  await press('left')
  await see('✓ ok')
  await press('left', 'enter')
  expect(run.actions).toEqual([{ kind: 'answer', parameter: 'IDLE', value: 'blue' }])
  await see('Press Enter to begin.')
  await press('p', 'ctrl-u')
  await see('✗ an answer is needed')
  await press('enter')
  expect(run.actions).toHaveLength(1)
  await press('escape')
  await press('p', 'escape')
  await seeNot('leave it as it was')
  expect(run.actions).toHaveLength(1)
})

test('a run that begins by itself closes the form: its keys are the step’s again', async () => {
  const run = stageRun()
  const { press, see } = await open(run)
  await press('p')
  await see('leave it as it was')
  run.happen({ type: 'run.begun', how: 'flag' })
  await see('› [ ] Rollback plan documented')
  await press('tab')
  await see('3 endpoints get traffic')
})

test('while a question is open tab goes to the values that are known, and back to what was typed', async () => {
  const run = stageRun()
  const question = { name: 'IMAGE', question: 'Image to ship', secret: false }
  run.show({ question, parameters: run.view().parameters.slice(0, 1) })
  const { press, type, see } = await open(run)
  await see('not known yet')
  await type('loan')
  await press('tab')
  await see('› loanserve')
  await press('enter')
  expect(run.actions).toEqual([])
  await type('server/api:v9')
  await see('› loanserver/api:v9')
  await press('up')
  await type('-two')
  await press('enter')
  await press('enter')
  expect(run.actions).toEqual([
    { kind: 'answer', parameter: 'NAMESPACE', value: 'loanserve-two' },
    { kind: 'answer', parameter: 'IMAGE', value: 'loanserver/api:v9' },
  ])
})

test('a note can be written while something is asked and while output is read, and the answer is kept meanwhile', async () => {
  const run = stageRun()
  run.show({ question: { name: 'IMAGE', question: 'Image to ship', secret: false }, parameters: [] })
  const { press, type, see } = await open(run)
  await type('loan')
  await press('ctrl-n')
  await see('What should the record say?')
  await type('the pager rang')
  await press('enter')
  expect(run.actions).toEqual([{ kind: 'note', text: 'the pager rang' }])
  await see('› loan')
})

const counted = (from: number, count: number): readonly OutputLine[] =>
  Array.from({ length: count }, (_, index) => ({ stream: 'stdout', text: `line ${from + index}` }))

function printing(): StagedRun {
  const run = atShip()
  run.happen({ type: 'step.confirmed', step: 'ship', how: 'key' })
  run.start()
  run.show({ output: { step: 'ship', role: 'command', lines: counted(0, 200), dropped: 0 } })
  return run
}

test('output is followed until it is scrolled, then stays where it is held while more is printed', async () => {
  const run = printing()
  const { press, see, seeNot } = await open(run)
  await see('line 199')
  await press('pageUp')
  await seeNot('line 199')
  await press('up')
  const output = { step: 'ship', role: 'command', dropped: 100 } as const
  await see('newer below')
  const held = /line (\d+)/.exec(screen?.text() ?? '')?.[0] ?? 'no line'
  run.show({ output: { ...output, lines: counted(100, 200) } })
  await see('106 newer below')
  await see(held)
  await press('f')
  await see('line 299')
})

test('scrolling stops at the first line, and one key down from there moves at once', async () => {
  const run = printing()
  const { press, see, seeNot } = await open(run)
  for (let page = 0; page < 60; page += 1) await press('pageUp')
  await see('line 0\n')
  await press('down')
  await seeNot('line 0\n')
})

test('the output fills the body: it is searched, wrapped or not, and copied to a file that is named', async () => {
  const run = printing()
  const { press, type, see, seeNot, paste: pasteInto } = await open(run)
  await press('o')
  await see('Output of "Ship the image"')
  await see('line 200 of 200')
  await press('/')
  await type('LINE 12')
  await see('11 of 11 lines')
  await press('enter', 'N')
  await see('"LINE 12": 10 of 11 lines; line 1')
  await press('n', 'n')
  await see('"LINE 12": 1 of 11 lines')
  await press('w')
  await see('sideways')
  await press('c')
  await see(`copy to › ${run.view().run}-ship.txt`)
  await press('ctrl-u')
  await pasteInto('out.txt')
  await press('enter')
  await see('200 line is in out.txt')
  expect(copies.map(({ path, lines }) => [path, lines.length, lines[0]])).toEqual([
    ['out.txt', 200, 'line 0'],
  ])
  await press('escape')
  await seeNot('"LINE 12"')
  await press('f')
  await see('line 200 of 200')
  await press('escape')
  await seeNot('Output of')
  expect(run.actions).toEqual([])
})

test('a run goes on behind its output: how the step stands is told there, and the panic key works', async () => {
  const run = printing()
  const { press, see } = await open(run)
  await press('o')
  await see('● running')
  run.end({ kind: 'exited', code: 1 })
  await see('✗ failed')
  await press('ctrl-e')
  await see('Open the emergency runbook')
})

test('a long plan can be scrolled to its end before it is begun', async () => {
  const run = stageRun()
  const { press, see, text: shown } = await open(run)
  expect(shown()).not.toContain('■ DESTROYS')
  await press('pageDown')
  await see('■ DESTROYS')
  expect(run.actions).toEqual([])
})

test('tab goes from the step to every pod, to all steps and back; esc goes back at once', async () => {
  const { press, see, seeNot } = await open(atShip())
  await see('tab  pods')
  await press('tab')
  await see('3 endpoints get traffic')
  await see('tab  all steps')
  await press('tab')
  await see('way back')
  await see('for good')
  await see('tess')
  await press('tab')
  await see('Press Enter to run it.')
  await press('tab', 'tab', 'escape')
  await see('Press Enter to run it.')
  await seeNot('way back  ')
})

test('what runs by one key is looked at first: from all steps and from the pods Enter leads to the step', async () => {
  const run = atShip()
  const { press, see } = await open(run)
  await press('tab')
  await see('enter  the step')
  run.pass(300)
  await press('enter')
  await see('Press Enter to run it.')
  expect(run.actions).toEqual([])
  run.pass(300)
  await press('enter')
  expect(run.actions).toEqual([{ kind: 'confirm', step: 'ship' }])
})

test('a terminal that becomes wide gets three columns, and a small one still says what matters', async () => {
  const { resize, see } = await open(atShip())
  await resize(120, 40)
  await see('3 endpoints get traffic')
  await resize(60, 15)
  await see('◆ LIVE')
  await see('Press Enter to run it.')
})

test('nothing is drawn again while nothing changes', async () => {
  const run = atShip()
  const { drawn, press } = await open(run)
  const before = drawn()
  await press('z')
  await press('up')
  expect(drawn()).toBe(before)
})
