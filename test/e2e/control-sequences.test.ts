/** Nothing that Handrail is told can steer the terminal it is told on: held against the very bytes that are written. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isLong } from '../long.ts'
import { type HostileCluster, kubeconfigText, startHostileCluster } from './hostile-cluster.ts'
import { chosen, eitherSide, expectInert, grouped, marked, opening, seeAll } from './payloads.ts'
import { openTerminal, type Terminal } from './terminal.ts'

/** How many payloads one runbook bears. */
const TOGETHER = 30
/** How many terminals are open at the same time, where each is short. */
const AT_ONCE = 3

/** No argument and no line of Markdown can hold what is left out here. */
const numbered = chosen.map((payload, number) => ({ payload: payload.replace(/[\r\u0000]/g, ''), number }))

type Numbered = (typeof numbered)[number]

let directory = ''
let cluster: HostileCluster
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'handrail-control-'))
  // A cluster that can't be reached would be waited for.
  cluster = await startHostileCluster()
  cluster.refuse({ status: 403, body: ['{}'] })
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
})
afterAll(async () => {
  await cluster.close()
  await rm(directory, { recursive: true, force: true })
})

interface Play {
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  readonly rows?: number
  readonly see: (terminal: Terminal) => Promise<unknown>
}

/** Plays the program, and holds all that it wrote by then against the payloads. */
async function play({ args, env, cwd, rows = 60, see }: Play): Promise<void> {
  const terminal = openTerminal({
    ...{ args, rows, columns: 200 },
    ...(cwd === undefined ? {} : { cwd }),
    env: {
      PATH: process.env.PATH ?? '',
      HOME: directory,
      HANDRAIL_STATE_DIR: join(directory, 'state'),
      KUBECONFIG: '/dev/null',
      ...env,
    },
  })
  try {
    await see(terminal)
    expectInert(terminal)
  } finally {
    await terminal.close()
  }
}

async function playAll(plays: readonly Play[]): Promise<void> {
  const left = [...plays]
  const next = async (): Promise<void> => {
    for (let one = left.shift(); one !== undefined; one = left.shift())
      await play(one).catch((error) => {
        // The others would go on beside the tests that follow.
        left.length = 0
        throw error
      })
  }
  await Promise.all(Array.from({ length: AT_ONCE }, next))
}

/** Leaves a run by keys, so that what stays in the scrollback is written too. */
async function leave(terminal: Terminal): Promise<void> {
  terminal.press('q')
  await terminal.see('Leave this run?')
  terminal.press('y')
  await terminal.exited
}

/** Payloads in all that a runbook says: each in a title of its own, and all of them in the first step's words. */
function runbookOf(payloads: readonly Numbered[]): string {
  const all = payloads.map(({ payload }) => `<${payload}>`).join('')
  const [first, ...others] = payloads.map(
    (each) => `## Phase ${marked('f', each)}\n\n### Step ${marked('t', each)}\n\n`,
  )
  const said = payloads.map((each) => `${marked('p', each)}\n\n`).join('')
  const items = payloads.map((each) => `- [ ] ${marked('i', each)}\n`).join('')
  const echoes = payloads.map((each) => `echo '${marked('e', each)}'\n`).join('')
  return [
    `---\ntitle: ${JSON.stringify(`T${all}T`)}\nkind: troubleshooting\nsummary: ${JSON.stringify(`S${all}S`)}\n---\n\n`,
    `# Runbook ${all}\n\n${first}${said}\n${items}\n\`\`\`sh {name=say effect=read}\n${echoes}\`\`\`\n\n`,
    ...others.map((head) => `${head}- [ ] Done\n\n`),
  ].join('')
}

describe.each([[[]], [['--plain']]])('with %j', (flags: readonly string[]) => {
  test('what a block prints', { timeout: 240_000 }, async () => {
    const file = join(directory, 'prints.md')
    await writeFile(
      file,
      '# Prints\n\n## Print\n\n### Says it\n\n```sh {name=say timeout=200s}\n"$NODE" "$SAY"\n```\n',
    )
    await play({
      args: ['run', file, '--yes', '--attest', ...flags],
      env: { SAY: join(directory, 'say.mjs'), NODE: process.execPath },
      see: async (terminal) => {
        // The screen of a run that has ended may come before what was printed last.
        await terminal.see(/said it all|every step passed/, 200_000)
        expect(terminal.raw()).toContain('>after')
      },
    })
  })

  test('what a runbook says', { timeout: 240_000 }, async () => {
    for (const group of grouped(numbered, TOGETHER)) {
      const file = join(directory, 'says.md')
      await writeFile(file, runbookOf(group))
      const marks = (...fields: readonly string[]) =>
        group.flatMap((each) => fields.map((field) => eitherSide(field, each)))
      await play({
        args: ['run', file, ...(flags.length === 0 ? [] : ['--yes', '--attest', ...flags])],
        rows: 300,
        see: async (terminal) => {
          if (flags.length > 0) {
            await terminal.exited
            await seeAll(terminal, marks('t', 'e'))
            return
          }
          await terminal.see('Press Enter to begin')
          await seeAll(terminal, marks('f', 't'))
          // Out of the reach of the guard against keys meant for what was there before.
          await new Promise((resolve) => setTimeout(resolve, 300))
          terminal.press('enter')
          await seeAll(terminal, marks('p', 'i', 'e'))
          await leave(terminal)
        },
      })
    }
  })
})

test('what a runbook says, in the records that a run prints as JSON', { timeout: 240_000 }, async () => {
  for (const group of grouped(numbered, TOGETHER)) {
    const file = join(directory, 'records.md')
    await writeFile(file, runbookOf(group))
    await play({
      args: ['run', file, '--yes', '--attest', '-o', 'json'],
      rows: 600,
      see: async (terminal) => {
        await terminal.exited
        await seeAll(
          terminal,
          group.map((each) => opening('p', each)),
        )
      },
    })
  }
})

/** A kubeconfig whose context and namespace are a payload's, on a cluster that allows nothing. */
async function kubeconfigOf(number: number): Promise<string> {
  const payload = chosen[number] ?? ''
  const file = join(directory, `kubeconfig-${number}`)
  await writeFile(file, kubeconfigText(cluster.url, `c${number}<${payload}>`, `n${number}<${payload}>`))
  return file
}

test('the name of a context and its namespace', { timeout: 900_000 }, async () => {
  const file = join(directory, 'looks.md')
  await writeFile(file, '# Looks\n\n## Look\n\n### Somebody looks\n\n- [ ] It is looked at\n')
  // Each place costs a process for each payload: each payload is met in one or two of them.
  const some = numbered.filter((_, index) => isLong || index % 3 === 0)
  const plays = await Promise.all(
    some.map(async (each, index): Promise<readonly Play[]> => {
      const env = { KUBECONFIG: await kubeconfigOf(each.number) }
      const shows = (terminal: Terminal) => seeAll(terminal, [opening('c', each), opening('n', each)])
      const status: Play = { args: ['status'], env, see: shows }
      const json: Play = { args: ['status', '-o', 'json'], env, see: shows }
      const refused: Play = {
        args: ['status', '--context', marked('x', each)],
        see: (terminal) => seeAll(terminal, [eitherSide('x', each)]),
      }
      const run: Play = {
        ...{ args: ['run', file], env },
        see: async (terminal) => {
          await terminal.see('Press Enter to begin')
          await shows(terminal)
          await leave(terminal)
        },
      }
      const home: Play = { args: [], env, see: (terminal) => seeAll(terminal, [opening('c', each)]) }
      const places = [json, refused, run, home]
      const place = places.slice(index % places.length).slice(0, 1)
      return isLong ? [status, ...place] : place
    }),
  )
  await playAll(plays.flat())
})

test('the names of runbooks, at home and in lists', { timeout: 120_000 }, async () => {
  const cwd = join(directory, 'project')
  await mkdir(join(cwd, 'runbooks'), { recursive: true })
  for (const { payload, number } of numbered)
    await writeFile(
      join(cwd, 'runbooks', `${marked('r', { number, payload: payload.replaceAll('/', '') })}md`),
      '# Empty\n',
    )
  const named = numbered.map((each) => eitherSide('r', each))
  await playAll([
    { args: [], cwd, rows: 700, see: (terminal) => seeAll(terminal, named) },
    { args: ['check'], cwd, rows: 2000, see: (terminal) => seeAll(terminal, named) },
    { args: ['run', 'nowhere'], cwd, rows: 700, see: (terminal) => seeAll(terminal, named) },
    { args: ['runs'], cwd, see: (terminal) => terminal.exited },
    { args: ['runs', '-o', 'json'], cwd, see: (terminal) => terminal.exited },
  ])
})
