/** The built program on terminals that are not like most: without color, without a screen, read aloud. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTerminal, type Terminal } from './terminal.ts'

let state = ''
beforeAll(async () => {
  state = await mkdtemp(join(tmpdir(), 'handrail-looks-'))
})
afterAll(() => rm(state, { recursive: true, force: true }))

async function withTerminal(env: Record<string, string>, play: (terminal: Terminal) => Promise<void>) {
  // Nothing else of this environment: CI, FORCE_COLOR and NO_COLOR would each change how things look.
  const all = {
    PATH: process.env.PATH ?? '',
    HOME: process.env.HOME ?? '',
    HANDRAIL_STATE_DIR: state,
    COLORTERM: 'truecolor',
    TERM: 'xterm-256color',
    ...env,
  }
  const { TERM: term, ...more } = all
  const terminal = openTerminal({ args: [], env: more, columns: 100, rows: 30, term })
  try {
    await play(terminal)
  } finally {
    await terminal.close()
  }
}

/** Select Graphic Rendition with a color in it: 30 to 49, 90 to 107. */
const colored = /\u001b\[(?:\d+;)*(?:3\d|4\d|9\d|10[0-7])(?:;\d+)*m/

test.each([
  [{}, true],
  [{ NO_COLOR: '1' }, false],
])('with %j there are colors: %s', (env, are) =>
  withTerminal(env, async (terminal) => {
    await terminal.see('Deployments')
    expect(colored.test(terminal.raw())).toBe(are)
    terminal.press('q')
    expect(await terminal.exited).toBe(0)
  }),
)

test.each([{ TERM: 'dumb' }, { INK_SCREEN_READER: 'true' }])(
  'with %j home is a numbered list of lines',
  (env) =>
    withTerminal(env, async (terminal) => {
      await terminal.see('choice (empty leaves):')
      expect(terminal.raw()).not.toContain('\u001b[?1049h')
      const [, number = ''] = /(\d+)\) monitoring:/.exec(terminal.raw()) ?? []
      terminal.type('99')
      terminal.press('enter')
      await terminal.see(/type a number from 1 to \d+/)
      terminal.type(number)
      terminal.press('enter')
      await terminal.see(/monitoring|Monitoring|the key metrics/)
      terminal.press('ctrl-c')
      await terminal.exited
    }),
)
