/** Every screen of the built program, in a real pseudo-terminal at three sizes, reached by keys. */
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type PracticeWorld, startPracticeWorld } from '../../../src/commands/practice-world.ts'
import { withoutOutput } from '../steady.ts'
import { openTerminal, type Stage, type Terminal } from '../terminal.ts'
import { expectScreens } from './screens.ts'

let world: PracticeWorld
let folder = ''
let terminal: Terminal

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'handrail-tour-'))
  await mkdir(join(folder, 'runbooks'))
  await cp(fileURLToPath(new URL('tour.md', import.meta.url)), join(folder, 'runbooks', 'tour.md'))
  world = await startPracticeWorld({ speed: 20, seed: 7 })
})
afterEach(async () => {
  await terminal.close()
})
afterAll(async () => {
  await world.close()
  await rm(folder, { recursive: true, force: true })
})

/** A folder of signs for the runbook: what it waits for, and what it finds bad. */
async function signs(name: string) {
  const place = join(folder, name)
  await mkdir(place)
  return {
    place,
    give: (sign: string) => writeFile(join(place, sign), ''),
    take: (sign: string) => rm(join(place, sign)),
  }
}

function open(
  args: readonly string[],
  more: Record<string, string> = {},
  stage: Partial<Stage> = {},
): Terminal {
  // Nothing of the environment that this test runs in: CI, NO_COLOR and the like would change what is seen.
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: folder,
    ...world.env,
    HANDRAIL_STATE_DIR: join(folder, 'state'),
    HANDRAIL_OPERATOR: 'tess',
    ...more,
  }
  return openTerminal({ args, env, cwd: folder, ...stage })
}

/** A key for what has just come to the screen, out of the reach of the guard against keys meant for what was there before. */
async function press(...keys: readonly string[]): Promise<void> {
  for (const key of keys) {
    await new Promise((resolve) => setTimeout(resolve, 300))
    terminal.press(key)
  }
}

const answers = ['-p', 'LABEL=needless', '-p', 'COLOR=blue']

/** To the step that changes something, with everything before it done. */
async function toTheFirstChange(
  args: readonly string[] = [],
  more: Record<string, string> = {},
): Promise<void> {
  terminal = open(['run', 'tour', ...answers, '--attest', ...args], more)
  await terminal.see('enter  begin')
  await press('enter')
  await terminal.see('Press Enter to run it.')
}

test('home: what can be opened and how the cluster stands, its filter and its help', {
  timeout: 120_000,
}, async () => {
  terminal = open([])
  await terminal.see('tour')
  await terminal.see('usage green', 60_000)
  await expectScreens(terminal, 'home')
  await press('?')
  await terminal.see('The keys that work now')
  await expectScreens(terminal, 'home-help')
  await press('escape', '/')
  terminal.type('tou')
  await terminal.see('filter › tou')
  await expectScreens(terminal, 'home-filter')
  await press('enter')
  await terminal.see('Word to write on the Service')
})

test('the form: asked, judged while typed, chosen, changed; and the plan', { timeout: 120_000 }, async () => {
  terminal = open(['run', 'tour'])
  await terminal.see('Word to write on the Service')
  await expectScreens(terminal, 'form-asked')
  terminal.type('Needless')
  await terminal.see('does not match')
  await expectScreens(terminal, 'form-judged')
  terminal.press('ctrl-u')
  terminal.type('needless')
  await terminal.see('✓ ok')
  await press('enter')
  await terminal.see('Which color to look at')
  await press('down')
  await terminal.see('› blue')
  await expectScreens(terminal, 'form-choice')
  await press('enter')
  await terminal.see('What will change')
  await terminal.see('api-main labeled (server dry run)')
  await expectScreens(terminal, 'plan')
  await press('p', 'down')
  await terminal.see('set it')
  await press('right')
  await terminal.see('› green')
  await expectScreens(terminal, 'form-changing')
  await press('enter')
  await terminal.see('enter  begin')
  await terminal.see(/COLOR +green/)
})

test('a run: the checklist, a step, its output, all steps, the pods, and what lies over them', {
  timeout: 180_000,
}, async () => {
  const { place, give } = await signs('run')
  terminal = open(['run', 'tour', ...answers], { SIGNS: place })
  await terminal.see('enter  begin')
  await press('enter')
  await terminal.see('› [ ] Somebody knows of it')
  await press('space')
  await terminal.see('› [ ] Nobody minds')
  await expectScreens(terminal, 'checklist')
  await press('space')
  await terminal.see('Press Enter to run it.')
  await expectScreens(terminal, 'confirming')
  await press('n')
  terminal.type('the pager rang at three')
  await terminal.see('three')
  await expectScreens(terminal, 'note')
  await press('enter')
  for (const [key, name, words] of [
    ['s', 'skip', 'Why is this step skipped?'],
    ['S', 'stop', 'Stop here for good?'],
    ['e', 'emergency', 'Open the emergency runbook "rollback"?'],
    ['q', 'leave', 'Leave this run?'],
    ['?', 'help', 'The keys that work now'],
  ] as const) {
    await press(key)
    await terminal.see(words)
    await expectScreens(terminal, name)
    await press('escape')
    await terminal.seeNot(words)
  }
  await press('enter')
  await terminal.see('line four of four')
  await terminal.see('running for')
  await expectScreens(terminal, 'running')
  await press('o')
  await terminal.see('Output of "Write the word"')
  await press('/')
  terminal.type('line')
  await terminal.see('4 lines')
  await expectScreens(terminal, 'output-search')
  await press('escape', 'c')
  await terminal.see('copy to')
  await expectScreens(terminal, 'output-copy')
  await press('escape', 'escape', 'tab')
  await terminal.see('Service api-main')
  await expectScreens(terminal, 'pods')
  await press('tab')
  await terminal.see('way back')
  await expectScreens(terminal, 'steps')
  await press('tab')
  await give('written')
  await terminal.see('FOUND')
  await expectScreens(terminal, 'found')
  await press('l')
  await terminal.see('Open "monitoring"')
  await expectScreens(terminal, 'lead')
  await press('escape', 'enter')

  await terminal.see('FAILED')
  await expectScreens(terminal, 'failed')
  await press('b')
  await terminal.see('These are taken back, in this order:')
  await expectScreens(terminal, 'rollback-asked')
  await press('escape')
  await give('works')
  await press('r')
  await terminal.see('gate open for')
  await terminal.see('all is well')
  await expectScreens(terminal, 'gate', withoutOutput)
  await give('bad')
  await terminal.see('ROLLING BACK IN')
  await press('h')
  await terminal.seeNot('ROLLING BACK IN')
  await terminal.see('FAILED')
  await expectScreens(terminal, 'gate-held', withoutOutput)
  await press('s')
  terminal.type('it was me')
  await press('enter')
  await terminal.see("This can't be taken back.")
  await expectScreens(terminal, 'destroying', withoutOutput)
  await press('enter')
  await terminal.see('Type forget to run it:')
  terminal.type('forgot')
  await terminal.see('› forgot')
  await press('enter')
  await terminal.see('That is not forget.')
  await expectScreens(terminal, 'destroying-typed', withoutOutput)
  terminal.press('ctrl-u')
  terminal.type('forget')
  await terminal.see('› forget')
  await press('enter')
  await terminal.see('done: every step passed or was skipped')
  await expectScreens(terminal, 'done')
  await press('q')
  expect(await terminal.exited).toBe(0)
  await terminal.see('The tour: done')
})

test('a rollback, on its way and at its end', { timeout: 90_000 }, async () => {
  const { place, give } = await signs('back')
  await give('written')
  await toTheFirstChange([], { SIGNS: place })
  await press('enter')
  await terminal.see('FOUND')
  await press('enter')
  await terminal.see('FAILED')
  await press('b')
  terminal.type('it does not work')
  await press('enter')
  await terminal.see('taking it back for')
  await expectScreens(terminal, 'rolling-back')
  await give('undo')
  await terminal.see('rolled back: what had been done was taken back')
  await expectScreens(terminal, 'rolled-back')
  await press('q')
  expect(await terminal.exited).toBe(3)
})

test('killed in the middle, the next screen says that nobody knows; a stopped run says what is left', {
  timeout: 90_000,
}, async () => {
  const { place } = await signs('killed')
  await toTheFirstChange([], { SIGNS: place })
  await press('enter')
  await terminal.see('line four of four')
  terminal.kill('SIGKILL')
  await terminal.exited
  await terminal.close()

  terminal = open(['resume'], { SIGNS: place })
  await terminal.see('UNKNOWN')
  await expectScreens(terminal, 'unknown')
  await press('S')
  terminal.type('for tonight')
  await press('enter')
  await terminal.see('stopped: the rest was not carried out')
  await expectScreens(terminal, 'stopped')
})

test('the frame differs by mode: a dry run, and a live run on production that wants its name typed', {
  timeout: 90_000,
}, async () => {
  terminal = open(['run', 'tour', ...answers, '--attest', '--dry-run'])
  await terminal.see('enter  begin')
  await press('enter')
  await terminal.see('Press Enter to run it.')
  await expectScreens(terminal, 'dry-run')
  await terminal.close()

  // The same cluster, which nothing marks as a practice one any more.
  terminal = open(['run', 'tour', ...answers], { HANDRAIL_WORLD: '', HANDRAIL_PRODUCTION: 'practice' })
  await terminal.see('then type practice to begin')
  await press('enter')
  await terminal.see('This works on production.')
  terminal.type('prod')
  await terminal.see('› prod')
  await expectScreens(terminal, 'production')
})

test('a terminal without UTF-8 is drawn with letters, and resizing down to 40×10 and up to 300×100 fills it', {
  timeout: 90_000,
}, async () => {
  const { place } = await signs('plain')
  await toTheFirstChange([], { SIGNS: place, LC_ALL: 'C' })
  await terminal.see('^ CHANGES')
  await terminal.see('# BLUE live')
  expect(terminal.screen().join('')).toMatch(/^[\x20-\x7e]*$/)
  for (const [columns, rows] of [
    [40, 10],
    [300, 100],
    [80, 24],
  ] as const) {
    terminal.resize(columns, rows)
    const isFilled = () => {
      const shown = terminal.screen()
      return shown.length === rows && shown[1]?.trim() === '-'.repeat(columns) && shown[rows - 1] !== ''
    }
    await expect.poll(isFilled, { message: `${columns}×${rows}` }).toBe(true)
  }
})
