/** The runs that the pictures show: each played by keys, with the built program, in a practice world of its own. */
import { mkdtemp, rm } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPracticeWorld } from '../../src/commands/practice-world.ts'
import { openTerminal, type Terminal } from '../../test/e2e/terminal.ts'

export interface Shot {
  /** docs/pictures/NAME.svg */
  readonly name: string
  readonly title: string
  readonly description: string
  readonly ground?: 'light'
  /** What a block prints here falls differently into rows in each run. */
  readonly outputVaries?: true
}

/** Takes the picture while the screen shows what it should. */
export type Shoot = (shot: Shot, terminal: Terminal) => Promise<void>

export interface Play {
  readonly title: string
  /** The names of its pictures. */
  readonly shows: readonly string[]
  readonly act: (shoot: Shoot) => Promise<void>
}

/** The same names, pods and loans in every world. */
const SEED = 1
/** Pods that come and go 20 times faster than in a real cluster; what Handrail itself waits for takes its time. */
const SPEED = 20

const wide = { columns: 120, rows: 40 } as const
const medium = { columns: 120, rows: 34 } as const
const small = { columns: 80, rows: 24 } as const

/** The pane beside has heard of everything that is measured. */
const measured = /usage blue \d+m CPU/

/** What is seen before anything is changed: home on both grounds, and the plan. */
export const beforeTheRun: Play = {
  title: 'before the run',
  shows: ['home', 'light', 'plan'],
  act: (shoot) =>
    withWorld(async (open) => {
      for (const light of [false, true]) {
        await open([], medium, light ? { HANDRAIL_THEME: 'light' } : {}, async (terminal) => {
          await terminal.see('Deployments')
          await terminal.see('BLUE live')
          await terminal.see(measured)
          await terminal.see('q  quit')
          await shoot(
            {
              name: light ? 'light' : 'home',
              title: light ? 'handrail, on a light ground' : 'handrail',
              description:
                "The home screen: emergencies, deployments, troubleshooting and practice to choose from; beside them blue and green with their pods, the application's health, errors and usage.",
              ...(light ? { ground: 'light' } : {}),
            },
            terminal,
          )
        })
      }
      const args = ['run', 'deploy', '-p', 'IMAGE=loanserve/api:v1.2.3']
      await open(args, wide, {}, async (terminal) => {
        await terminal.see('server dry run')
        await terminal.see(measured)
        await terminal.see('enter  begin')
        await shoot(
          {
            name: 'plan',
            title: 'handrail run deploy -p IMAGE=loanserve/api:v1.2.3',
            description:
              "Before the run begins: what will change, as the server's dry run tells it, with the old image struck and the new one added; each parameter and where its value comes from; the steps.",
          },
          terminal,
        )
      })
    }),
}

/** A deployment that goes well, as far as its gate. */
export const deployment: Play = {
  title: 'a deployment',
  shows: ['run', 'gate'],
  act: (shoot) =>
    withWorld(async (open) => {
      const args = ['run', 'deploy', '-p', 'IMAGE=loanserve/api:v1.2.3', '--attest']
      await open(args, wide, { DRAIN_SECONDS: '1' }, async (terminal) => {
        await begin(terminal)
        for (const step of [
          'Add what the new version needs',
          'Ship the image',
          "Give it the live color's capacity",
        ]) {
          await pass(terminal, step)
        }
        await reach(terminal, 'Move everybody to the new color')
        await terminal.see(/3\/3 ready[\s\S]*3\/3 ready/)
        await terminal.see(measured)
        await shoot(
          {
            name: 'run',
            title: 'handrail run deploy -p IMAGE=loanserve/api:v1.2.3',
            description:
              'In the middle of a deployment: the steps that are done and how long they took; the next one with its real command, which waits for Enter, and the way back; blue and green with their pods, the health of the application, errors and usage.',
          },
          terminal,
        )
        terminal.press('enter')

        await terminal.see(/│ Watch the new color under traffic/, SLOW_MS)
        await terminal.see('GREEN live')
        await terminal.see('1/1 ready')
        // Two samples are in, so that there is something to see.
        await terminal.see(/response-time +\d+ ms[\s\S]*response-time +\d+ ms/)
        await shoot(
          {
            name: 'gate',
            title: 'handrail run deploy -p IMAGE=loanserve/api:v1.2.3',
            description:
              'The gate after the switch: green is live, and users are watched for a while, and what was measured stands there. One bad sample trips the gate; the way back is named.',
            outputVaries: true,
          },
          terminal,
        )
      })
    }),
}

/** A deployment that fails, and is asked back. */
export const crash: Play = {
  title: 'an image that crashes',
  shows: ['failed', 'rollback'],
  act: (shoot) =>
    withWorld(async (open) => {
      const args = ['run', 'deploy', '-p', 'IMAGE=loanserve/api:v1.2.3-crash', '--attest']
      await open(args, small, {}, async (terminal) => {
        await begin(terminal)
        for (const step of ['Add what the new version needs', 'Ship the image']) await pass(terminal, step)
        await terminal.see('FAILED', SLOW_MS)
        await terminal.see("These pods can't start:")
        await terminal.see('b  roll back')
        const title = 'handrail run deploy -p IMAGE=loanserve/api:v1.2.3-crash'
        await shoot(
          {
            name: 'failed',
            title,
            description:
              'A step has failed: why, what it has changed, the last of its output, the way back, and the keys that work now: retry, roll back, emergency, skip.',
          },
          terminal,
        )
        terminal.press('b')
        await terminal.see('Roll back?')
        terminal.type('the new pods crash')
        await terminal.see('› the new pods crash')
        await terminal.see('enter  roll back')
        await shoot(
          {
            name: 'rollback',
            title,
            description:
              'The rollback asks before it begins: it lists the steps that are taken back, in their order, and there is room for a reason.',
          },
          terminal,
        )
      })
    }),
}

export const plays: readonly Play[] = [beforeTheRun, deployment, crash]

const SLOW_MS = 90_000

type Open = (
  args: readonly string[],
  size: { readonly columns: number; readonly rows: number },
  env: Readonly<Record<string, string>>,
  use: (terminal: Terminal) => Promise<void>,
) => Promise<void>

/** A world, and a terminal in it for whoever opens one; nothing of this environment that could be seen in a picture. */
async function withWorld(use: (open: Open) => Promise<void>): Promise<void> {
  const { PATH = '', HOME = homedir(), XDG_CACHE_HOME } = process.env
  const outside = { PATH, HOME, ...(XDG_CACHE_HOME === undefined ? {} : { XDG_CACHE_HOME }) }
  const world = await startPracticeWorld({ speed: SPEED, seed: SEED, parentEnv: outside })
  const state = await mkdtemp(join(tmpdir(), 'handrail-pictures-'))
  try {
    await use(async (args, size, more, act) => {
      const own = { HANDRAIL_STATE_DIR: state, HANDRAIL_OPERATOR: 'tess', COLORTERM: 'truecolor' }
      const terminal = openTerminal({ args, env: { ...outside, ...world.env, ...own, ...more }, ...size })
      try {
        await act(terminal)
      } finally {
        await terminal.close()
      }
    })
  } finally {
    await world.close()
    await rm(state, { recursive: true, force: true })
  }
}

async function begin(terminal: Terminal): Promise<void> {
  await terminal.see('enter  begin')
  await pastTheGuard()
  terminal.press('enter')
}

async function pass(terminal: Terminal, step: string): Promise<void> {
  await reach(terminal, step)
  terminal.press('enter')
}

/** Waits until the step is the current one and its key works. */
async function reach(terminal: Terminal, step: string): Promise<void> {
  // A title that is too long for it has its place in a row of its own.
  await terminal.see(new RegExp(`│ ${step}\\s+(?:│[^\\n]*\\n[^\\n]*│ )?step \\d+ of \\d+`))
  await terminal.see('enter  run it')
  await pastTheGuard()
}

/** A key that comes within 250 ms of a new screen was meant for the one before, and is not taken. */
function pastTheGuard(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 300))
}
