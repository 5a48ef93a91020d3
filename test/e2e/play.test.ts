/** The built program in a real pseudo-terminal, led by keys alone. */
import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isLong } from '../long.ts'
import { type Scene, setScene } from './program.ts'
import { openTerminal, type Terminal } from './terminal.ts'

let scene: Scene
let terminal: Terminal
beforeEach(async () => {
  scene = await setScene()
})
afterEach(async () => {
  await terminal.close()
  await scene.close()
})

async function attestAll(items: readonly string[]) {
  for (const item of items) {
    await terminal.see(`› [ ] ${item}`)
    terminal.press('space')
    await terminal.seeNot(`› [ ] ${item}`)
  }
}

/** Waits until the step is the current one, and out of the reach of a key meant for the screen before it. */
async function reach(step: string, asks: string) {
  // A title that is too long for it has its place in a row of its own.
  await terminal.see(new RegExp(`│ ${step}\\s+(?:│[^\\n]*\\n[^\\n]*│ )?step \\d+ of 28`))
  await terminal.see(asks)
  await new Promise((resolve) => setTimeout(resolve, 300))
}

const before = [
  'Code review completed',
  'Tests passing (unit, integration, e2e)',
  'Security scan completed',
  'The flags are what the release needs',
]
const afterwards = ['User acceptance confirmed', 'Documentation updated']

test.runIf(isLong)(
  'from the home screen to the end of the deployment by keys',
  { timeout: 150_000 },
  async () => {
    terminal = openTerminal({ args: [], env: { ...scene.env, DRAIN_SECONDS: '1' }, columns: 120, rows: 40 })
    await terminal.see('What has to be done?')
    await terminal.see('Ship an image to the idle color')
    terminal.press('/')
    terminal.type('deploy')
    terminal.press('enter')

    await terminal.see('Image to ship')
    terminal.type('not an image')
    terminal.press('enter')
    await terminal.see('does not match')
    terminal.type('loanserve/api:v1.2.3')
    await terminal.see('› loanserve/api:v1.2.3')
    terminal.press('enter')
    await terminal.see('Press Enter to begin.')
    await terminal.see('▲ CHANGES')
    await new Promise((resolve) => setTimeout(resolve, 300))
    terminal.press('enter')

    await attestAll(before)
    await reach('Add what the new version needs', 'Press Enter to run it.')
    terminal.press('enter')
    await reach('Ship the image', 'Press Enter to run it.')
    await terminal.see('api=loanserve/api:v1.2.3')
    await terminal.see('■ BLUE live')
    await terminal.see('◆ GREEN idle')
    terminal.press('enter')
    await reach("Give it the live color's capacity", 'Press Enter to run it.')
    terminal.press('enter')
    await reach('Move everybody to the new color', 'Press Enter to run it.')
    terminal.press('enter')
    await terminal.see('gate open for', 60_000)
    await terminal.see('◆ GREEN live')
    await terminal.seeNot('gate open for', 60_000)
    await attestAll(afterwards)
    await terminal.see('done: every step passed or was skipped')
    await terminal.see('28 steps passed')
    terminal.press('q')
    expect(await terminal.exited).toBe(0)
    await terminal.see('Blue/green deployment: done')

    expect(await scene.kubectl('get', 'service', 'api-main', '-o', 'jsonpath={.spec.selector.color}')).toBe(
      'green',
    )
    const verified = await scene.handrail('audit', 'verify')
    expect(verified.stdout).toContain('complete')
  },
)

test('at 80×24 a crashing image is rolled back by keys, and the way there is on the screen', async () => {
  const args = ['run', 'deploy', '-p', 'IMAGE=loanserve/api:v1.2.3-crash', '--attest']
  terminal = openTerminal({ args, env: scene.env, columns: 80, rows: 24 })
  await terminal.see('enter  begin')
  await new Promise((resolve) => setTimeout(resolve, 300))
  terminal.press('enter')
  await reach('Add what the new version needs', 'Press Enter to run it.')
  terminal.press('enter')
  await reach('Ship the image', 'Press Enter to run it.')
  terminal.press('enter')
  await terminal.see('FAILED', 60_000)
  await terminal.see("These pods can't start:")
  terminal.press('tab')
  await terminal.see('CrashLoopBackOff')
  terminal.press('escape')
  await terminal.see("These pods can't start:")
  terminal.press('b')
  await terminal.see('These are taken back, in this order:')
  terminal.type('it crashes')
  terminal.press('enter')
  await terminal.see('rolled back: what had been done was taken back')
  terminal.press('q')
  expect(await terminal.exited).toBe(3)
})

/** Short, for what is the same in every runbook: leaving it, and losing the program in the middle. */
const scratchRunbook = `---
title: A label that nobody needs
kind: troubleshooting
params:
  NAMESPACE: { default: loanserve }
---
# A label that nobody needs

## Before

### Agree on it

- [ ] Somebody knows of it
- [ ] Nobody minds

## The label

### Write it and wait

\`\`\`sh {name=label timeout=15m}
kubectl label service api-main needless=label -n "$NAMESPACE"
echo "written by $$, waiting"
sleep 600
kubectl label service api-main needless=twice --overwrite -n "$NAMESPACE"
\`\`\`

\`\`\`sh undo
kubectl label service api-main needless- -n "$NAMESPACE"
\`\`\`
`

async function writeRunbook(): Promise<string> {
  const file = join(scene.env.HANDRAIL_STATE_DIR ?? '', 'label.md')
  await writeFile(file, scratchRunbook)
  return file
}

test('leaving asks first, the terminal is as it was, and the run can be resumed at the same place', async () => {
  terminal = openTerminal({ args: ['run', await writeRunbook()], env: scene.env })
  await terminal.see('Press Enter to begin.')
  await new Promise((resolve) => setTimeout(resolve, 300))
  terminal.press('enter')
  await terminal.see('› [ ] Somebody knows of it')
  terminal.press('space')
  await terminal.see('[x] Somebody knows of it')
  terminal.press('q')
  await terminal.see('Leave this run?')
  terminal.press('escape')
  await terminal.seeNot('Leave this run?')
  terminal.press('q', 'y')
  expect(await terminal.exited).toBe(1)
  await terminal.see('handrail resume')
  await terminal.close()

  terminal = openTerminal({ args: ['resume'], env: scene.env })
  await terminal.see('[x] Somebody knows of it')
  await terminal.see('[ ] Nobody minds')
})

test('killed while a block runs, the next screen says that the step is unknown', async () => {
  const args = ['run', await writeRunbook(), '--yes', '--attest']
  terminal = openTerminal({ args, env: scene.env })
  await terminal.see(/written by \d+, waiting/)
  terminal.kill('SIGKILL')
  await terminal.exited
  await terminal.close()

  terminal = openTerminal({ args: ['resume'], env: scene.env })
  await terminal.see('UNKNOWN')
  await terminal.see('may or may not have taken effect')
  await terminal.see('retry')
  // Nothing of the block's own process group is left to go on by itself once it asks for kubectl again.
  const announced = execFileSync('sh', [
    '-c',
    'cat "$1"/runs/*/journal.jsonl',
    'sh',
    scene.env.HANDRAIL_STATE_DIR ?? '',
  ])
  const labels = announced
    .toString()
    .split('\n')
    .filter((line) => line.includes('"command.announced"') && line.includes('needless='))
  expect(labels).toHaveLength(1)
})
