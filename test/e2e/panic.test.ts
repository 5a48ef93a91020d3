/** Three keys from anywhere to traffic on the color that served before. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isLong } from '../long.ts'
import { type Scene, setScene } from './program.ts'
import { openTerminal, type Terminal } from './terminal.ts'

let scene: Scene
let terminal: Terminal
beforeEach(async () => {
  scene = await setScene({ speed: 20 })
})
afterEach(async () => {
  await terminal.close()
  await scene.close()
})

const live = () => scene.kubectl('get', 'service', 'api-main', '-o', 'jsonpath={.spec.selector.color}')
const image = ['-p', 'IMAGE=loanserve/api:v1.2.3', '-p', 'DRAIN_SECONDS=0']

/** Presses it once the screen stands still: a key that comes at once was meant for what was there before. */
async function press(key: string) {
  await new Promise((resolve) => setTimeout(resolve, 400))
  terminal.press(key)
}

/** The third key, and what comes of it. */
async function confirmAndSeeBlue() {
  await terminal.see('Everybody back to the color that served before')
  await terminal.see('Press Enter to run it.')
  await press('enter')
  await expect.poll(live, { timeout: 30_000 }).toBe('blue')
  await terminal.see('See who gets the traffic')
}

const isGateOpen = () => terminal.screen().join('\n').includes('gate open for')

test.runIf(isLong)(
  'while the gate is open, after the traffic was moved: e, y, Enter',
  async () => {
    terminal = openTerminal({ args: ['run', 'deploy', '--attest', ...image], env: scene.env })
    const asks = () => /enter {2}(?:begin|run it)/.test(terminal.screen().join('\n'))
    while (!isGateOpen()) {
      await expect.poll(() => asks() || isGateOpen(), { timeout: 90_000 }).toBe(true)
      if (!isGateOpen()) await press('enter')
    }
    expect(await live()).toBe('green')
    await press('e')
    await terminal.see('What runs now is cancelled.')
    await press('y')
    await confirmAndSeeBlue()
    await expect
      .poll(() => scene.kubectl('get', 'deployment', 'api-blue', '-o', 'jsonpath={.status.readyReplicas}'), {
        timeout: 20_000,
      })
      .toBe('3')
  },
  150_000,
)

test('from the home screen, long after the deployment: e, Enter, Enter', async () => {
  await scene.handrail('switch', 'blue', 'green', '--drain', '0', '-n', 'loanserve')
  expect(await live()).toBe('green')
  terminal = openTerminal({ args: [], env: scene.env, columns: 80, rows: 24 })
  await terminal.see('e  rollback')
  await press('e')
  await terminal.see('enter  begin')
  await press('enter')
  await confirmAndSeeBlue()
})

test.runIf(isLong)(
  'before the traffic was moved it stays where it is: the half-shipped color gets nothing',
  async () => {
    terminal = openTerminal({ args: ['run', 'deploy', '--attest', ...image], env: scene.env })
    await terminal.see('enter  begin')
    await press('enter')
    await terminal.see('Add what the new version needs', 60_000)
    await terminal.see('Press Enter to run it.')
    await press('e')
    await press('y')
    await terminal.see('Everybody back to the color that served before')
    await terminal.see('Press Enter to run it.')
    await press('enter')
    await terminal.see('The traffic is on blue already.')
    expect(await live()).toBe('blue')
  },
)
