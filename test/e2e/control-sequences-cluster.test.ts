/** What a cluster and the application behind it say steers no terminal, wherever Handrail shows it. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isLong } from '../long.ts'
import { type HostileCluster, startHostileCluster } from './hostile-cluster.ts'
import {
  chosen,
  expectInert,
  grouped,
  mark,
  marked,
  opening,
  type Parted,
  packed,
  parted,
  pieces,
  seeAll,
} from './payloads.ts'
import { openTerminal, type Terminal } from './terminal.ts'

/** How many payloads are on the screen at one time, of each kind of thing. */
const COLORS = 40
const CHECKS = 180
/** Handrail reads 20 warnings a second, and shows the newest four. */
const WARNINGS = 4
const WARNINGS_MS = 250
/** Of an error's words in a log 120 characters are shown, and before them stands a number. */
const LOGGED = 105
/** The least of what a probe shows of anything else, in characters. */
const PROBED = 85

const namespace = 'loanserve'
const minutes = (count: number) => ({ timeout: count * 60_000 })

let cluster: HostileCluster
let runbook = ''
let reading = ''
beforeAll(async () => {
  cluster = await startHostileCluster()
  runbook = join(cluster.directory, 'looks.md')
  const head = `---\ntitle: Looks\nkind: troubleshooting\nparams:\n  API_URL: { env: API_URL, default: none }\n---\n\n# Looks\n\n## Look\n\n`
  await writeFile(runbook, `${head}### Somebody looks\n\n- [ ] It is looked at\n`)
  reading = join(cluster.directory, 'reads.md')
  await writeFile(
    reading,
    `${head}### It is asked\n\n\`\`\`sh {name=ask effect=read}\nkubectl get pods || true\necho asked it 'all'\n\`\`\`\n`,
  )
})
afterAll(() => cluster.close())

/** Plays the program on the hostile cluster, and holds what it wrote to its very end against the payloads. */
async function play(
  args: readonly string[],
  see: (terminal: Terminal) => Promise<unknown>,
  size: { readonly columns: number; readonly rows: number } = { columns: 109, rows: 60 },
): Promise<void> {
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: cluster.directory,
    HANDRAIL_STATE_DIR: join(cluster.directory, 'state'),
    KUBECONFIG: cluster.kubeconfig,
    API_URL: cluster.url,
  }
  const terminal = openTerminal({ args, env, ...size })
  try {
    await see(terminal)
    expectInert(terminal)
  } finally {
    await terminal.close()
  }
}

const podOf = (each: Parted) => ({
  ...{ apiVersion: 'v1', kind: 'Pod' },
  metadata: {
    ...{ name: `api-${marked('n', each)}`, namespace, resourceVersion: '101' },
    labels: { app: 'api', color: marked('c', each) },
    creationTimestamp: '2026-11-23T02:00:00Z',
  },
  spec: { containers: [{ name: 'api', image: marked('i', each) }] },
  status: {
    phase: 'Pending',
    conditions: [],
    containerStatuses: [
      {
        ...{ name: 'api', ready: false, restartCount: 0 },
        state: { waiting: { reason: marked('s', each), message: marked('w', each) } },
      },
    ],
  },
})

const deploymentOf = (each: Parted) => ({
  ...{ apiVersion: 'apps/v1', kind: 'Deployment' },
  metadata: { name: `api-${marked('d', each)}`, namespace, resourceVersion: '101' },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: 'api', color: marked('c', each) } },
    template: {
      metadata: { labels: { app: 'api', color: marked('c', each) } },
      spec: { containers: [{ name: 'api', image: marked('i', each) }] },
    },
  },
})

const serviceOf = (each: Parted) => ({
  ...{ apiVersion: 'v1', kind: 'Service' },
  metadata: { name: 'api-main', namespace, resourceVersion: '101' },
  spec: { selector: { app: 'api', color: marked('c', each) } },
})

/** Puts one payload after the other into all that the watches tell, as long as `each` sees to it that it is shown. */
async function feedObjects(all: readonly Parted[], shown: (group: readonly Parted[]) => Promise<void>) {
  const [first] = all
  if (first === undefined) return
  await Promise.all((['services', 'deployments', 'pods'] as const).map((plural) => cluster.watched(plural)))
  const send = (type: string, group: readonly Parted[]) => {
    for (const each of group) {
      cluster.send('pods', pieces({ type, object: podOf(each) }, [each]).concat(lineFeed))
      cluster.send('deployments', pieces({ type, object: deploymentOf(each) }, [each]).concat(lineFeed))
    }
  }
  let before: readonly Parted[] = []
  for (const group of grouped(all, COLORS)) {
    send('DELETED', before)
    send('ADDED', group)
    const [live = first] = group
    cluster.send('services', pieces({ type: 'MODIFIED', object: serviceOf(live) }, [live]).concat(lineFeed))
    await shown(group)
    before = group
  }
}

const lineFeed = Buffer.from('\n')

/** What stands on the run screen of a group: colors, images, names, states and their reasons. */
function shownOf(group: readonly Parted[]): readonly string[] {
  return group.flatMap((each) => [
    ...['c', 's', 'w'].map((field) => mark(field, each)),
    ...['c', 'n', 's', 'w'].map((field) => opening(field, each)),
    mark('i', each),
  ])
}

/** One check of the health page for each payload, and a header as far as HTTP can carry it. */
async function feedHealth(terminal: Terminal, all: readonly Parted[]) {
  for (const group of grouped(all, CHECKS)) {
    const checks = group.map((each) => ({
      name: marked('h', each),
      status: 'fail',
      error: marked('e', each),
    }))
    const color = group
      .map(({ payload }) => payload)
      .join('')
      .replace(/[^\u0080-\u00ff\x20-\x7e]/g, '')
      .slice(0, 40)
    cluster.page(pieces({ status: 'fail', checks }, group), { 'x-color': color })
    await seeAll(
      terminal,
      group.flatMap((each) => [opening('h', each), mark('e', each)]),
    )
  }
}

/** Three payloads in each warning: its reason, its message, and what it is about. */
async function feedWarnings(terminal: Terminal, all: readonly Parted[]) {
  await cluster.watched('events')
  for (const group of grouped(grouped(all, 3), WARNINGS)) {
    const begun = performance.now()
    for (const [at, payloads] of group.entries()) {
      const [one, two = one, three = one] = payloads
      if (one === undefined || two === undefined || three === undefined) continue
      const object = {
        metadata: { name: `event-${at}`, resourceVersion: '101' },
        involvedObject: { kind: 'Pod', name: marked('o', one) },
        ...{ reason: marked('r', two), message: marked('m', three), count: 1 },
      }
      cluster.send('events', pieces({ type: 'ADDED', object }, payloads).concat(lineFeed))
    }
    await seeAll(
      terminal,
      group.flatMap(([one, two = one, three = one]) =>
        one === undefined || two === undefined || three === undefined
          ? []
          : [mark('o', one), opening('r', two), mark('m', three)],
      ),
    )
    await pause(Math.max(0, WARNINGS_MS - (performance.now() - begun)))
  }
}

/** A log whose newest error says so, each byte of it a piece of its own. */
function logOf(msg: string): readonly Buffer[] {
  return bytewise(`${JSON.stringify({ level: 'error', msg })}\n`)
}

function bytewise(text: string): readonly Buffer[] {
  const bytes = Buffer.from(text)
  return Array.from(bytes, (_, at) => bytes.subarray(at, at + 1))
}

/** Logs are read every ten seconds: as many packs of payloads as there is time for. */
async function feedLogs(terminal: Terminal) {
  const packs = packed(chosen, LOGGED)
  for (const [number, pack] of packs.slice(0, isLong ? undefined : 1).entries()) {
    cluster.log(logOf(`log ${number}: ${pack}`))
    await seeAll(terminal, [`log ${number}:`])
  }
}

const [first] = parted
if (first === undefined) throw new Error('there are no payloads')

test('the live status of a run, while all that it watches is made of payloads', minutes(15), () => {
  cluster.hold('pods', [podOf(first)])
  cluster.hold('deployments', [deploymentOf(first)])
  cluster.hold('services', [serviceOf(first)])
  const items = chosen.map((payload) => ({
    metadata: { name: `api-${payload}` },
    containers: [{ usage: { cpu: `1${payload}`, memory: payload } }],
  }))
  cluster.log(logOf(`log 0: ${packed(chosen, LOGGED)[0]}`))
  cluster.metrics(bytewise(JSON.stringify({ items })))
  return play(
    ['run', runbook],
    async (terminal) => {
      await terminal.see('Press Enter to begin')
      terminal.press('tab')
      await seeAll(terminal, shownOf([first]))
      await Promise.all([
        feedObjects(parted, (group) => seeAll(terminal, shownOf(group))),
        feedHealth(terminal, parted),
        feedWarnings(terminal, parted),
        feedLogs(terminal),
      ])
      terminal.press('q')
      await terminal.see(/Leave this run/)
      terminal.press('y')
      await terminal.see('go on with: handrail resume')
      await terminal.exited
    },
    { columns: 109, rows: 900 },
  )
})

test.each([[[]], [['-o', 'json']]])(
  'handrail status --watch %j, while all that it watches is made of payloads',
  minutes(15),
  (flags: readonly string[]) => {
    cluster.hold('pods', [podOf(first)])
    cluster.hold('deployments', [deploymentOf(first)])
    cluster.hold('services', [serviceOf(first)])
    const fields = flags.length === 0 ? ['c', 'i', 'n', 's'] : ['c', 'i', 'n', 's', 'w', 'd']
    return play(
      ['status', '--watch', ...flags],
      async (terminal) => {
        await feedObjects(parted, (group) =>
          seeAll(
            terminal,
            group.flatMap((each) =>
              // A table has the first five pods of a color, and the first 40 characters of an image.
              fields.map((field) => mark(field, each)),
            ),
          ),
        )
        terminal.press('ctrl-c')
        expect(await terminal.exited).toBe(130)
      },
      { columns: 200, rows: 300 },
    )
  },
)

const probes = ['health', 'external', 'errors', 'endpoints', 'pods', 'selector', 'cpu']

test.each([[[]], [['-o', 'json']]])(
  'handrail probe %j, where payloads are all that there is to be found',
  minutes(15),
  async (flags: readonly string[]) => {
    const packs = packed(chosen, PROBED)
    for (const [number, pack] of packs.slice(0, isLong || flags.length === 0 ? undefined : 1).entries()) {
      const each = { payload: pack, at: 1, number }
      // A payload in a pod's name would be no name that kubectl asks for logs of.
      const pod = { ...podOf(each), metadata: { ...podOf(each).metadata, name: 'api-1' } }
      cluster.hold('pods', [pod])
      cluster.hold('services', [
        { ...serviceOf(each), spec: { selector: { app: pack, color: marked('c', each) } } },
      ])
      cluster.log(logOf(`log ${number}: ${pack}`))
      const checks = [{ name: `check ${number}`, status: 'fail', error: `error ${number}: ${pack}` }]
      cluster.page(bytewise(JSON.stringify({ checks })), {})
      await play(['probe', ...probes, ...flags], async (terminal) => {
        await terminal.exited
        await seeAll(terminal, [mark('c', each), `log ${number}:`, `check ${number}`, `app=<`])
      })
    }
  },
)

test('what the API refuses with, as the live status and as kubectl tell it', minutes(10), async () => {
  for (const [number, pack] of packed(chosen, 400).entries()) {
    const message = `refused ${number}: ${pack} refused`
    const status = {
      kind: 'Status',
      apiVersion: 'v1',
      status: 'Failure',
      reason: 'Forbidden',
      code: 403,
      message,
    }
    cluster.refuse({ status: number % 2 === 0 ? 403 : 500, body: bytewise(JSON.stringify(status)) })
    await play(['run', reading, '--plain', '--yes'], async (terminal) => {
      await terminal.see('asked it all')
      await seeAll(terminal, ['notice: the secrets of', `refused ${number}:`])
      await terminal.exited
    })
    if (number > 1) continue
    await play(['run', runbook], async (terminal) => {
      await terminal.see('Press Enter to begin')
      await seeAll(terminal, [`refused ${number}:`, number % 2 === 0 ? 'not allowed (403)' : 'answered 500'])
    })
  }
  cluster.refuse(undefined)
})
