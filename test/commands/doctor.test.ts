/** `handrail doctor` in a practice world, and where something of it is missing. */
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { which } from '../../src/shell/which.ts'
import { ended, type Scene, setScene } from '../e2e/program.ts'
import { bin } from '../e2e/terminal.ts'

let scene: Scene
beforeAll(async () => {
  scene = await setScene()
})
afterAll(() => scene.close())

const diagnosis = z.object({
  area: z.string(),
  subject: z.string(),
  standing: z.string(),
  says: z.string(),
  now: z.string().optional(),
})

/** Runs the doctor, and gives what it found that is not fine. */
async function examine(runbooks: readonly string[], more: Record<string, string> = {}) {
  const args = [bin, 'doctor', ...runbooks, '-o', 'json']
  const { code, stdout, stderr } = await ended(process.execPath, args, { ...scene.env, ...more })
  expect(stderr).toBe('')
  const all = stdout
    .trim()
    .split('\n')
    .map((line) => diagnosis.parse(JSON.parse(line)))
  const say = ({ area, subject, says, now }: z.infer<typeof diagnosis>) =>
    `${area} · ${subject}: ${says}${now === undefined ? '' : ` ${now}`}`
  return { code, missing: all.filter(({ standing }) => standing === 'missing').map(say), all: all.map(say) }
}

test('in a practice world every runbook has what it needs', async () => {
  const { code, missing, all } = await examine([])
  expect(missing).toEqual([])
  expect(code).toBe(0)
  const said = all.join('\n')
  expect(said).toMatch(/Runbooks · deploy: \d+ steps; asks for IMAGE\n/)
  expect(said).toMatch(/Tools · kubectl: 1\.\d+/)
  expect(said).toMatch(/Tools · psql: \d+/)
  expect(said).toMatch(/Cluster · may: practice: (\d\d) of the \1 kinds of request/)
  expect(said).toContain('AWS · identity: arn:aws:iam::123456789012:user/practice')
  expect(said).toContain('AWS_ENDPOINT_URL')
  expect(said).toContain('rds restore-db-cluster-to-point-in-time')
  expect(said).toMatch(/Application · health: http:\S+\/healthz answers 200/)
  expect(said).toMatch(/Application · database: \S+: PostgreSQL 18/)
  expect(said).not.toContain(new URL(scene.env.DATABASE_URL ?? '').password)
})

test('a runbook is asked for what it needs, and for nothing else', async () => {
  const { all } = await examine(['rollback'])
  expect(all.join('\n')).not.toMatch(/AWS|psql|Application · database/)
})

test('who may nothing is told each thing, and which runbook needs it', async () => {
  const token = await scene.kubectl('create', 'token', 'default')
  const view = await ended('kubectl', ['config', 'view', '--raw', '--flatten'], scene.env)
  const kubeconfig = join(scene.env.HANDRAIL_STATE_DIR ?? '', 'nobody.yaml')
  await writeFile(kubeconfig, view.stdout.replace(/^( *token: ).*$/m, `$1${token.trim()}`))
  const { code, missing, all } = await examine(['rollback'], { KUBECONFIG: kubeconfig })
  expect(code).toBe(1)
  expect(missing).toContain('Cluster · may not: patch services in loanserve. Needed by rollback.')
  expect(missing).toContain(
    'Cluster · may not: patch deployments.apps/scale in loanserve. Needed by rollback.',
  )
  expect(all).toContain('Cluster · may not: list secrets in loanserve. It is done without.')
})

test('what is not there is told with what to do, and nothing keeps the doctor waiting', async () => {
  const tools = join(scene.env.HANDRAIL_STATE_DIR ?? '', 'few-tools')
  await mkdir(tools)
  for (const tool of ['bash', 'sh', 'grep'])
    await symlink(which(tool, process.env.PATH ?? '') ?? tool, join(tools, tool))
  const begun = performance.now()
  const { code, missing } = await examine(['deploy'], {
    PATH: tools,
    // Nobody listens at port 9.
    API_URL: 'http://127.0.0.1:9',
    DATABASE_URL: 'postgres://app:geheim@127.0.0.1:9/loanserve',
    HANDRAIL_STATE_DIR: join(bin, 'no-folder'),
  })
  expect(performance.now() - begun).toBeLessThan(15_000)
  expect(code).toBe(1)
  const said = missing.join('\n')
  expect(said).toMatch(/Tools · kubectl: is not on the PATH\. Install it/)
  expect(said).toMatch(/Tools · curl: is not on the PATH/)
  expect(said).toContain('Application · health: http://127.0.0.1:9/healthz: the connection was refused.')
  expect(said).toMatch(/Application · database: 127\.0\.0\.1:9, from DATABASE_URL: .*ECONNREFUSED/)
  expect(said).toMatch(/Handrail · record: .* can't be written: ENOTDIR\. Set HANDRAIL_STATE_DIR/)
  expect(said).not.toContain('geheim')
})

test('a cluster that is gone is told, with the way to look further', async () => {
  const view = await ended('kubectl', ['config', 'view', '--raw', '--flatten'], scene.env)
  const kubeconfig = join(scene.env.HANDRAIL_STATE_DIR ?? '', 'gone.yaml')
  await writeFile(kubeconfig, view.stdout.replace(/^( *server: ).*$/m, '$1https://127.0.0.1:9'))
  const { code, missing } = await examine(['rollback'], { KUBECONFIG: kubeconfig })
  expect(code).toBe(1)
  expect(missing.join('\n')).toMatch(/Cluster · server: it does not answer: .*refused.*\. Is the VPN up/)
})

test('a runbook that is not there is refused by its name', async () => {
  const { code, stderr } = await scene.handrail('doctor', 'no-such')
  expect(code).toBe(2)
  expect(stderr).toContain('there is no runbook "no-such"')
})
