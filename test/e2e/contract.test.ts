/** Expand, deploy, switch, contract in a practice world, while users read and pay all the time. */
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isLong } from '../long.ts'
import { ended, type Scene, setScene } from './program.ts'

let scene: Scene
let users: Users
beforeAll(async () => {
  scene = await setScene({ speed: 20 })
  users = startUsers(scene.env.API_URL ?? '')
})
afterAll(async () => {
  await users.stop()
  await scene.close()
})

const image = 'loanserve/api:v1.3.0'

test('a contract is refused until the traffic has left the old version, and no user ever sees an error', {
  timeout: isLong ? 240_000 : 60_000,
}, async () => {
  const expanded = await scene.handrail('migrations', 'expand')
  expect(expanded.code, expanded.stderr).toBe(0)
  await users.goOn()

  const early = await scene.handrail('migrations', 'contract')
  expect(early.code).toBe(4)
  expect(early.stderr).toMatch(/sends traffic to api-blue-\S+ \(loanserve\/api:v1\.2\.2\)/)
  expect(early.stderr).toContain('Nothing was changed.')

  await scene.kubectl('set', 'image', 'deployment/api-green', `api=${image}`)
  await scene.kubectl('scale', 'deployment/api-green', '--replicas=3')
  await scene.kubectl('rollout', 'status', 'deployment/api-green', '--timeout=60s')
  const idle = await scene.handrail('migrations', 'contract')
  expect(idle.code, 'a new version without traffic is not enough').toBe(4)

  await scene.kubectl('patch', 'service', 'api-main', '-p', '{"spec":{"selector":{"color":"green"}}}')
  await users.seen('v1.3.0')
  const planned = await scene.handrail('migrations', 'contract', '--dry-run')
  expect(planned.code, planned.stderr).toBe(0)
  expect(planned.stdout).toMatch(/no way back any more: api-blue-\S+ \(loanserve\/api:v1\.2\.2\)/)

  if (isLong) await byTheRunbook()
  else {
    const { code, stderr } = await scene.handrail('migrations', 'contract', '-n', 'loanserve')
    expect(code, stderr).toBe(0)
  }
  await users.goOn()
  expect((await scene.handrail('migrations', 'check', '--ran', 'contract')).code).toBe(0)
  expect(users.errors).toEqual([])
})

test.runIf(isLong)(
  'by the runbooks deploy and contract, one after the other, no user ever sees an error either',
  async () => {
    const own = await setScene({ speed: 20 })
    const others = startUsers(own.env.API_URL ?? '')
    try {
      const flags = ['--yes', '--attest', '--plain', '--on-failure=stop']
      const deployed = await own.handrail('run', 'deploy', ...flags, '-p', `IMAGE=${image}`)
      expect(deployed.code, deployed.stdout + deployed.stderr).toBe(0)
      await others.seen('v1.3.0')
      const contracted = await own.handrail('run', 'contract', ...flags, '--confirm', 'contract')
      expect(contracted.code, contracted.stdout + contracted.stderr).toBe(0)
      await others.goOn()
      expect((await own.handrail('migrations', 'check', '--ran', 'contract')).code).toBe(0)
      expect(others.errors).toEqual([])
    } finally {
      await others.stop()
      await own.close()
    }
  },
  400_000,
)

/** With its gate of half a minute; before that once in the way of somebody's report, so that it is all taken back. */
async function byTheRunbook() {
  const flags = ['run', 'contract', '--yes', '--attest', '--plain', '--confirm', 'contract']
  const report = new pg.Client({
    connectionString: scene.env.DATABASE_URL,
    application_name: 'monthly-report',
  })
  await report.connect()
  await report.query('begin; select count(*) from loans')
  const blocked = await scene.handrail(...flags, '--on-failure=rollback')
  await report.end()
  expect(blocked.code, blocked.stdout).toBe(3)
  expect(blocked.stdout).toContain('(monthly-report), idle in transaction')
  expect(await imageOf('api-blue')).toBe('loanserve/api:v1.2.2')
  expect(await snapshots()).toEqual([])
  expect(users.errors).toEqual([])

  const { code, stdout, stderr } = await scene.handrail(...flags, '--on-failure=stop')
  expect(code, stdout + stderr).toBe(0)
  expect(await imageOf('api-blue')).toBe(image)
  expect(await snapshots()).toEqual([expect.stringMatching(/^loanserve-prod-aurora-before-contract-/)])
  const password = new URL(scene.env.DATABASE_URL ?? '').password
  expect(blocked.stdout + stdout + stderr).not.toContain(password)
}

const imageOf = (deployment: string) =>
  scene.kubectl('get', 'deployment', deployment, '-o', 'jsonpath={.spec.template.spec.containers[0].image}')

/** Those that the runbook makes. */
async function snapshots(): Promise<readonly string[]> {
  const query = ['--query', 'DBClusterSnapshots[].DBClusterSnapshotIdentifier', '--output', 'text']
  const { stdout } = await ended(
    'aws',
    ['rds', 'describe-db-cluster-snapshots', '--snapshot-type', 'manual', ...query],
    { ...scene.env },
  )
  return stdout.split(/\s+/).filter((each) => each.includes('before-contract'))
}

interface Users {
  /** What they got that was no answer, and who answered. */
  readonly errors: readonly string[]
  /** Waits until they have asked a good many times more. */
  readonly goOn: () => Promise<void>
  /** Waits until every one of some answers in a row came from that version. */
  readonly seen: (version: string) => Promise<void>
  readonly stop: () => Promise<void>
}

/** Someone who lists loans, looks at one and pays a cent, again and again. */
function startUsers(api: string): Users {
  let stopped = false
  let answers = 0
  const versions: string[] = []
  const errors: string[] = []
  async function ask(path: string, body?: string) {
    try {
      const response = await fetch(`${api}${path}`, body === undefined ? {} : { method: 'POST', body })
      const said = await response.text()
      versions.push(response.headers.get('x-version') ?? '')
      if (!response.ok) errors.push(`${path}: ${response.status} ${said}`)
      answers += 1
      return said
    } catch (error) {
      errors.push(`${path}: ${error instanceof Error ? error.message : String(error)}`)
      return ''
    }
  }
  async function work() {
    while (!stopped) {
      const id = /"id":"([^"]+)"/.exec(await ask('/api/loans?limit=1'))?.[1] ?? 'none'
      await ask(`/api/loans/${id}`)
      await ask(`/api/loans/${id}/payments`, '{"amount_cents":1}')
      await ask('/api/loans/metrics')
    }
  }
  const working = work()
  const until = async (holds: () => boolean) => {
    const deadline = Date.now() + 30_000
    while (!holds() && errors.length === 0) {
      if (Date.now() > deadline)
        throw new Error(`the users wait in vain: ${answers} answers, ${versions.at(-1)}`)
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
  }
  return {
    errors,
    goOn: () => {
      const then = answers
      return until(() => answers > then + 40)
    },
    seen: (version) =>
      until(() => versions.length > 20 && versions.slice(-20).every((each) => each === version)),
    stop: async () => {
      stopped = true
      await working
    },
  }
}
