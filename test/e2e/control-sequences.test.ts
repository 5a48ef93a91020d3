/** Nothing that Handrail is told can steer the terminal it is told on: held against the very bytes that are written. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isLong } from '../long.ts'
import { openTerminal, type Terminal } from './terminal.ts'

/** Each kind of sequence, with what is between its introducer and its end; in 7-bit and in 8-bit form. */
const introducers = [
  '\u001b[',
  '\u009b',
  '\u001b]',
  '\u009d',
  '\u001bP',
  '\u0090',
  '\u001b_',
  '\u009f',
  '\u001b^',
  '\u001bX',
  '\u001bk',
]
const bodies = [
  '2J',
  '?1049l',
  '?25l',
  '31m',
  '5;5H',
  '21t',
  '6n',
  '>c',
  '0;owned',
  '52;c;cm0gLXJmIC8=',
  '8;;http://evil.example',
  '1337;File=:AAAA',
  '777;notify;a;b',
  '$qm',
  'Gf=100;AAAA',
  '1;2"q',
  '?2004l',
  '!p',
  '4;1;rgb:ff/00/00',
]
const ends = ['', '\u0007', '\u001b\\', '\u009c']
const singles = [
  '\u001bc',
  '\u001b7',
  '\u001b8',
  '\u001bM',
  '\u001b(0',
  '\u001b#8',
  '\u0007',
  '\u0008',
  '\u000e',
  '\u0085',
  '\u008d',
  '\u202e',
  '\u2066',
  '\u0000',
  '\u007f',
  '\r',
]
const payloads = [
  ...singles,
  ...introducers.flatMap((introducer, one) =>
    bodies.map((body, two) => `${introducer}${body}${ends[(one + two) % ends.length] ?? ''}`),
  ),
  ...bodies.flatMap((body) => [
    `\u001b\u001b[${body}`,
    `\u001b[${body}\u001b[${body}`,
    `\r\u001b[${body}\u0007`,
    `\u009b\u001b]${body}\u0007`,
  ]),
].slice(0, 300)
/** As many of each kind, when there is no time for all. */
const chosen = isLong ? payloads : payloads.filter((_, index) => index % 30 === 0)

/** What a program that draws has to write: moves, erasures and colors of its own, its modes, and nothing with a string in it. */
const ours =
  /\u001b\[(?:\d+(?:;\d+)*)?[A-HJKfm]|\u001b\[\?(?:25|1049|2004|2026|1)[hl]|\u001b[=>]|\u001b\[>4;[01]m/g
const steering = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/

function expectInert(terminal: Terminal): void {
  const raw = terminal.raw()
  const left = raw.replace(ours, '')
  const at = left.search(steering)
  expect(at === -1 ? '' : JSON.stringify(left.slice(Math.max(0, at - 60), at + 60))).toBe('')
  for (const payload of payloads.filter(({ length }) => length > 3)) expect(raw).not.toContain(payload)
  // The words of a payload reach the screen or not; they never do so as a title, a clipboard, a picture.
  expect(left).not.toMatch(/[\u001b\u0080-\u009f][^\u001b]{0,3}(?:owned|cm0gLXJm|evil)/)
}

let directory = ''
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'handrail-control-'))
  // Writes each payload in two parts, parted at each of its bytes.
  const lines = chosen.map((payload) => Buffer.from(`<${payload}>after\n`).toString('base64'))
  await writeFile(join(directory, 'say.json'), JSON.stringify(lines))
  await writeFile(
    join(directory, 'say.mjs'),
    `import { readFileSync, writeSync } from 'node:fs'
const lines = JSON.parse(readFileSync(new URL('say.json', import.meta.url))).map((text) => Buffer.from(text, 'base64'))
const pause = new Int32Array(new SharedArrayBuffer(4))
for (const line of lines)
  for (let at = 1; at < line.length; at += 1) {
    writeSync(1, line.subarray(0, at))
    Atomics.wait(pause, 0, 0, 2)
    writeSync(at % 2 === 0 ? 1 : 2, line.subarray(at))
  }
writeSync(1, 'said it all\\n')
`,
  )
  await writeFile(
    join(directory, 'kubeconfig'),
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'prod\u001b]0;owned\u0007',
      clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:1' } }],
      users: [{ name: 'u', user: {} }],
      contexts: [
        { name: 'prod\u001b]0;owned\u0007', context: { cluster: 'c', user: 'u', namespace: 'n\u001b[2J' } },
      ],
    }),
  )
})
afterAll(() => rm(directory, { recursive: true, force: true }))

const runbook = (title: string, prose: string, block: string) =>
  `---\ntitle: ${JSON.stringify(title)}\nkind: troubleshooting\nsummary: ${JSON.stringify(prose)}\n---\n\n# Runbook ${title}\n\n## Phase ${title}\n\n### Step ${title}\n\n${prose}\n\n- [ ] Item ${title}\n\n\`\`\`sh {name=say timeout=120s}\n${block}\n\`\`\`\n`

async function play(
  name: string,
  text: string,
  args: readonly string[],
  see: (terminal: Terminal) => Promise<void>,
) {
  const file = join(directory, `${name}.md`)
  await writeFile(file, text)
  const own = Object.entries(process.env).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, value]],
  )
  const env = {
    ...Object.fromEntries(own),
    HANDRAIL_STATE_DIR: join(directory, 'state'),
    // A cluster that can't be reached is waited for before a block runs: without any there is nothing to wait for.
    KUBECONFIG: name === 'prints' ? '/dev/null' : join(directory, 'kubeconfig'),
    SAY: join(directory, 'say.mjs'),
    NODE: process.execPath,
  }
  const terminal = openTerminal({ args: ['run', file, ...args], env })
  try {
    await see(terminal)
    expectInert(terminal)
  } finally {
    await terminal.close()
  }
}

describe.each([[[]], [['--plain']]])('with %j', (flags: readonly string[]) => {
  test('what a block prints', { timeout: 240_000 }, () =>
    play(
      'prints',
      runbook('prints', 'Says it.', '"$NODE" "$SAY"'),
      ['--yes', '--attest', ...flags],
      (terminal) => terminal.see('said it all', 200_000),
    ),
  )

  test('what a runbook says, and the name of a context', async () => {
    for (const payload of chosen) {
      const safe = payload.replace(/[\r\u0000]/g, '')
      await play(
        'says',
        runbook(`T${safe}T`, `P${safe}P`, `echo '${safe.replaceAll("'", '')}'`),
        flags,
        async (terminal) => {
          await Promise.race([
            terminal.see(/enter {2}begin|\) begin|\d+:\d+: error/, 20_000),
            terminal.exited,
          ])
        },
      )
    }
  }, 600_000)
})
