/** The troubleshooting runbooks, without a person: what each finding says of what is there, and where it leads. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { isLong } from '../long.ts'
import { recordsOf, type Scene, setScene } from './program.ts'

let scene: Scene
beforeAll(async () => {
  scene = await setScene({ speed: 30 })
})
afterAll(() => scene.close())

const findingSchema = z.object({ text: z.string(), leadsTo: z.string().optional() })
type Findings = Readonly<Record<string, z.infer<typeof findingSchema>>>

/** The findings by step, as the run's records hold them. */
function findingsIn(stdout: string): Findings {
  const records = recordsOf(stdout.slice(stdout.indexOf('{"')))
  const found = records.flatMap(({ type, data }) =>
    type === 'block.ended' && data.role === 'finding'
      ? [[String(data.step), findingSchema.parse(data.finding)]]
      : [],
  )
  return Object.fromEntries(found)
}

async function look(runbook: string, ...args: readonly string[]): Promise<Findings> {
  const { code, stdout, stderr } = await scene.handrail('run', runbook, '--yes', '-o', 'json', ...args)
  const last = recordsOf(stdout).findLast(({ data }) => data.report !== undefined)
  expect(code, `${stderr}${JSON.stringify(last?.data)}`).toBe(0)
  return findingsIn(stdout)
}

/** A finding that says so and leads there; to nowhere when nothing is named. */
const found = (text: RegExp, leadsTo?: string) =>
  leadsTo === undefined
    ? { text: expect.stringMatching(text) }
    : { text: expect.stringMatching(text), leadsTo }

const leadsOf = (findings: Findings) =>
  Object.entries(findings).filter(([, { leadsTo }]) => leadsTo !== undefined)

async function pods(color: string, word: string | RegExp): Promise<void> {
  const status = () => scene.kubectl('get', 'pods', '-l', `color=${color}`)
  await expect.poll(status, { timeout: 30_000 }).toMatch(word)
}

test('a version that crashes, a label too many and a lock: each runbook finds its own', async () => {
  await scene.kubectl('set', 'image', 'deployment/api-green', 'api=loanserve/api:v1.3.0-crash')
  await scene.kubectl('patch', 'service', 'api-main', '-p', '{"spec":{"selector":{"release":"r42"}}}')
  const unlock = await lockLoans()
  await pods('green', 'CrashLoopBackOff')
  try {
    const [health, traffic, speed] = await Promise.all([
      look('health-checks-failing'),
      look('traffic-not-switching', '-p', 'WANTED=blue'),
      look('performance-degradation'),
    ])
    expect(health).toMatchObject({
      pods: found(/CrashLoopBackOff.*The program ends by itself/s, 'deploy'),
      logs: found(/uncaught exception.*rateTable/),
      database: found(/accepts connections: it is not the cause/),
    })
    expect(traffic).toMatchObject({
      selector: found(
        /added release to the selector.*"path":"\/spec\/selector\/release".*Nobody is served/s,
        'rollback',
      ),
      endpoints: found(/Every user gets 503/, 'rollback'),
      ingress: found(/leads to api-main, as it should/),
      answers: found(/No pod has answered/, 'health-checks-failing'),
    })
    expect(speed).toMatchObject({
      timing: found(/answers fail/, 'health-checks-failing'),
      locks: found(
        /\d sessions? waits? for a lock. The first of the queue is \d+ \(nightly-report, idle in transaction\).*pg_cancel_backend\(\d+\).*pg_terminate_backend\(\d+\)/s,
      ),
    })
  } finally {
    await unlock()
    await scene.kubectl('patch', 'service', 'api-main', '-p', '{"spec":{"selector":{"release":null}}}')
    await scene.kubectl('set', 'image', 'deployment/api-green', 'api=loanserve/api:v1.2.1')
  }
}, 60_000)

/** A session that has read the loans and keeps its transaction open, and a migration that waits for it. */
async function lockLoans(): Promise<() => Promise<void>> {
  const open = async (name: string) => {
    const client = new pg.Client({ connectionString: scene.env.DATABASE_URL, application_name: name })
    // The world may end before the session does.
    client.on('error', () => {})
    await client.connect()
    return client
  }
  const [holder, migration] = await Promise.all([open('nightly-report'), open('migration')])
  await holder.query('begin')
  await holder.query('select count(*) from loans')
  const altered = migration.query('alter table loans add column if not exists note text').catch(() => {})
  const waiting =
    'select count(*)::int as n from pg_stat_activity where cardinality(pg_blocking_pids(pid)) > 0'
  await expect.poll(async () => (await holder.query(waiting)).rows[0]?.n, { timeout: 10_000 }).toBe(1)
  return async () => {
    await holder.query('rollback')
    await altered
    await migration.query('alter table loans drop column if exists note')
    await Promise.all([holder.end(), migration.end()])
  }
}

test.runIf(isLong)(
  'where nothing is wrong, nothing leads anywhere',
  async () => {
    await pods('green', '1/1')
    const all = await Promise.all([
      look('health-checks-failing', '-p', 'COLOR=blue'),
      look('traffic-not-switching', '-p', 'WANTED=blue'),
      look('performance-degradation'),
    ])
    expect(all.map((findings) => Object.keys(findings).length)).toEqual([6, 4, 6])
    expect(all.flatMap(leadsOf)).toEqual([])
    expect(JSON.stringify(all)).not.toContain('no finding')
  },
  60_000,
)

interface Fault {
  readonly name: string
  readonly make: readonly (readonly string[])[]
  readonly until?: readonly [color: string, word: string | RegExp]
  readonly mend: readonly (readonly string[])[]
  readonly run: readonly [runbook: string, ...args: string[]]
  readonly finds: Readonly<Record<string, ReturnType<typeof found>>>
}

const green = (image: string) => ['set', 'image', 'deployment/api-green', `api=loanserve/api:${image}`]
const selector = (words: object) => [
  'patch',
  'service',
  'api-main',
  '-p',
  JSON.stringify({ spec: { selector: words } }),
]
const ingressTo = (service: string) => [
  ...['patch', 'ingress', 'api-ingress', '--type', 'json', '-p'],
  JSON.stringify([
    { op: 'replace', path: '/spec/rules/0/http/paths/0/backend/service/name', value: service },
  ]),
]
const banner = (text: string) => [
  ...['patch', 'configmap', 'app-config', '--type', 'merge', '-p'],
  JSON.stringify({ data: { MAINTENANCE_BANNER: text } }),
]

const faults: readonly Fault[] = [
  {
    name: 'an image that is not there',
    make: [green('v1.3.0-noimage')],
    until: ['green', 'ImagePullBackOff'],
    mend: [green('v1.2.1')],
    run: ['health-checks-failing'],
    finds: { pods: found(/ImagePullBackOff.*can't be had/s, 'deploy') },
  },
  {
    name: 'a version that needs too much memory',
    make: [green('v1.3.0-oom')],
    until: ['green', /OOMKilled|CrashLoopBackOff/],
    mend: [green('v1.2.1')],
    run: ['health-checks-failing', '-p', 'COLOR=green'],
    finds: { pods: found(/OOMKilled.*memory limit/s, 'deploy') },
  },
  {
    name: 'a version that answers 500 by itself',
    make: [green('v1.3.0-unhealthy')],
    until: ['green', '0/1'],
    mend: [green('v1.2.1')],
    run: ['health-checks-failing'],
    finds: {
      pods: found(/NotReady 1 of 2 .*statuscode: 500.*its own health page says no/s),
      page: found(/answers 500 by itself/, 'deploy'),
      database: found(/accepts connections\. That the version finds none is its own fault/),
    },
  },
  {
    name: 'the same where the users are',
    make: [
      selector({ color: 'green' }),
      green('v1.3.0-crash'),
      ['scale', 'deployment/api-green', '--replicas=2'],
    ],
    until: ['green', 'CrashLoopBackOff'],
    mend: [selector({ color: 'blue' }), green('v1.2.1'), ['scale', 'deployment/api-green', '--replicas=1']],
    run: ['health-checks-failing'],
    finds: { pods: found(/CrashLoopBackOff/, 'rollback') },
  },
  {
    name: 'feature flags with which nothing starts',
    make: [['set', 'env', 'deployment/api-green', 'FEATURE_FLAGS_JSON={bad']],
    until: ['green', 'CrashLoopBackOff'],
    mend: [['set', 'env', 'deployment/api-green', 'FEATURE_FLAGS_JSON={}']],
    run: ['health-checks-failing'],
    finds: { pods: found(/They name FEATURE_FLAGS_JSON/, 'feature-flags') },
  },
  {
    name: 'another color is selected',
    make: [],
    mend: [],
    run: ['traffic-not-switching', '-p', 'WANTED=green'],
    finds: {
      selector: found(/other-color: api-main selects blue, not green/, 'deploy'),
      answers: found(/come from blue, not from green/),
    },
  },
  {
    name: 'the color that is selected has no pod',
    make: [['scale', 'deployment/api-green', '--replicas=0']],
    until: ['green', ''],
    mend: [['scale', 'deployment/api-green', '--replicas=1']],
    run: ['traffic-not-switching', '-p', 'WANTED=green'],
    finds: { selector: found(/no-pods/, 'deploy') },
  },
  {
    name: 'the color that is selected is not ready',
    make: [
      ['scale', 'deployment/api-green', '--replicas=0'],
      green('v1.3.0-unhealthy'),
      ['scale', 'deployment/api-green', '--replicas=1'],
      selector({ color: 'green' }),
    ],
    until: ['green', '0/1'],
    mend: [selector({ color: 'blue' }), green('v1.2.1')],
    run: ['traffic-not-switching', '-p', 'WANTED=green'],
    finds: {
      selector: found(/none-ready/, 'health-checks-failing'),
      endpoints: found(/The green pods are not ready/, 'health-checks-failing'),
    },
  },
  {
    name: 'the ingress leads to the maintenance page',
    make: [ingressTo('maintenance')],
    mend: [ingressTo('api-main')],
    run: ['traffic-not-switching', '-p', 'WANTED=blue'],
    finds: {
      selector: found(/The Service is right/),
      ingress: found(/leads to the maintenance page/, 'maintenance-off'),
    },
  },
  {
    name: 'the banner is still on',
    make: [banner('back soon')],
    mend: [banner('')],
    run: ['traffic-not-switching', '-p', 'WANTED=blue'],
    finds: { ingress: found(/banner is still on: back soon/, 'maintenance-off') },
  },
]

test.runIf(isLong).each(faults)(
  '$name',
  async ({ make, until, mend, run: [runbook, ...args], finds }) => {
    for (const words of make) await scene.kubectl(...words)
    try {
      if (until !== undefined) await pods(...until)
      expect(await look(runbook, ...args)).toMatchObject(finds)
    } finally {
      for (const words of mend) await scene.kubectl(...words)
      await scene.kubectl('rollout', 'status', 'deployment/api-green', '--timeout=30s')
    }
  },
  60_000,
)

test.runIf(isLong)(
  'a database that is elsewhere than the pods think, and then nowhere',
  async () => {
    const secret = (url: string) =>
      scene.kubectl(
        'patch',
        'secret',
        'loanserve-secrets',
        '--type',
        'merge',
        '-p',
        JSON.stringify({ stringData: { DATABASE_URL: url } }),
      )
    const url = scene.env.DATABASE_URL ?? ''
    const away = new URL(url)
    away.port = '1'
    await secret(away.href)
    try {
      expect(await look('health-checks-failing', '-p', 'COLOR=green')).toMatchObject({
        database: found(/they keep the old value until they are restarted/),
      })
      await scene.kubectl('rollout', 'restart', 'deployment/api-green')
      await pods('green', '0/1')
      const findings = await look('health-checks-failing', '-p', 'COLOR=green')
      expect(findings).toMatchObject({
        pods: found(/NotReady 1 of 2 .*statuscode: 503/),
        page: found(/runs and says that it can't serve/),
      })
      expect(JSON.stringify(findings)).not.toContain(away.password)
      await scene.kubectl(
        'patch',
        'deployment',
        'api-green',
        '-p',
        '{"spec":{"strategy":{"rollingUpdate":{"maxUnavailable":1}}}}',
      )
      await scene.kubectl('rollout', 'restart', 'deployment/api-green')
      await expect
        .poll(() => scene.kubectl('get', 'pods', '-l', 'color=green'), { timeout: 30_000 })
        .not.toContain('1/1')
      expect(await look('health-checks-failing', '-p', 'COLOR=green')).toMatchObject({
        database: found(/Nothing answers at 127\.0\.0\.1:1\..*a rollback can't help/s, 'maintenance'),
      })
    } finally {
      await secret(url)
      await scene.kubectl('rollout', 'restart', 'deployment/api-green')
      await scene.kubectl('rollout', 'status', 'deployment/api-green', '--timeout=30s')
    }
  },
  120_000,
)

/** What a runbook finds on a bad night: `script` waits until it is one. */
async function night(
  scenario: string,
  seed: number,
  script: string,
  runbook: string,
  speed = 30,
): Promise<Findings> {
  const look = `${script}; handrail run ${runbook} --yes -o json`
  const words = [
    'world',
    '--scenario',
    scenario,
    '--seed',
    String(seed),
    '--speed',
    String(speed),
    '--',
    'bash',
    '-c',
    look,
  ]
  const { stdout, stderr } = await scene.handrail(...words)
  expect(stdout, stderr).toContain('run.ended')
  return findingsIn(stdout)
}

/** Ships the image of that seed's night to green, and sends the users there. */
const switched = `kubectl -n loanserve set image deployment/api-green api=loanserve/api:$TAG > /dev/null
  kubectl -n loanserve rollout status deployment/api-green --timeout=30s > /dev/null
  kubectl -n loanserve patch service api-main -p '{"spec":{"selector":{"color":"green"}}}' > /dev/null`

test.runIf(isLong)(
  'a service outside is down: nobody is told to roll back',
  async () => {
    const down = 'until ! handrail probe external > /dev/null; do :; done'
    // The service is back after four minutes at the earliest: they have to be longer than the runbook takes.
    const findings = await night('external-down', 1, down, 'health-checks-failing', 6)
    expect(findings).toMatchObject({
      external: found(/It is not ours to mend, and no rollback helps/, 'maintenance'),
    })
    expect(leadsOf(findings).map(([step]) => step)).toEqual(['external'])
  },
  120_000,
)

test.runIf(isLong)(
  'a pool that runs dry leads back to the version of before',
  async () => {
    const dry = `TAG=v1.4.0; ${switched}; until handrail probe pool -n loanserve | grep -q '✗'; do sleep 0.3; done`
    expect(await night('pool-dry', 3, dry, 'performance-degradation')).toMatchObject({
      connections: found(/the pool is (nearly )?dry/, 'rollback'),
      locks: found(/Nobody waits for a lock/),
    })
  },
  180_000,
)

test.runIf(isLong)(
  'answers that come too late lead back to the version of before',
  async () => {
    const slow = `TAG=v1.4.0; ${switched}; until handrail probe response-time | grep -q '✗'; do :; done`
    expect(await night('slow-answers', 3, slow, 'performance-degradation')).toMatchObject({
      timing: found(/over 2000 ms.*Too slow/s, 'rollback'),
      connections: found(/don't wait|unknown/),
    })
  },
  60_000,
)

test.runIf(isLong)(
  'the gates of the monitoring hold while all is well, and the one that should trips',
  async () => {
    const runbooks = fileURLToPath(new URL('../../runbooks/', import.meta.url))
    const text = await readFile(join(runbooks, 'monitoring.md'), 'utf8')
    const file = join(scene.env.HANDRAIL_STATE_DIR ?? '', 'monitoring.md')
    await writeFile(
      file,
      text.replaceAll('window=30s every=5s', 'window=2s every=1s').replace(/^emergency:.*\n/m, ''),
    )
    const watch = () => scene.handrail('run', file, '--yes', '--on-failure=stop', '-o', 'json')
    const well = await watch()
    expect(well.code, well.stderr).toBe(0)
    await scene.kubectl(...selector({ release: 'r42' }))
    onTestFinished(async () => {
      await scene.kubectl(...selector({ release: null }))
    })
    const ill = await watch()
    expect(ill.code).toBe(1)
    const last = recordsOf(ill.stdout.slice(ill.stdout.indexOf('{"'))).findLast(
      ({ type }) => type === 'block.ended',
    )
    expect(last?.data).toMatchObject({
      step: 'health',
      role: 'watch',
      report: { what: expect.stringContaining('exit code 1') },
    })
  },
  120_000,
)
