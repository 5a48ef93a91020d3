/** The deployment from end to end, by the built program, without a person. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isLong } from '../long.ts'
import { recordsOf, type Scene, setScene, shapeOf } from './program.ts'

let scene: Scene
beforeEach(async () => {
  scene = await setScene()
})
afterEach(() => scene.close())

const quick = ['-p', 'DRAIN_SECONDS=1']

test('the deployment ends done, with the traffic on the new color and one replica of the old one', async () => {
  const args = [
    'run',
    'deploy',
    '--yes',
    '--attest',
    '-p',
    'IMAGE=loanserve/api:v1.2.3',
    ...quick,
    '-o',
    'json',
  ]
  const { code, stdout, stderr } = await scene.handrail(...args)
  expect(code, stderr).toBe(0)

  expect(await scene.kubectl('get', 'service', 'api-main', '-o', 'jsonpath={.spec.selector.color}')).toBe(
    'green',
  )
  expect(await shapeOf(scene)).toBe(
    'api-blue loanserve/api:v1.2.2 1\napi-green loanserve/api:v1.2.3 3\n{"app":"api","color":"green"}',
  )

  const records = recordsOf(stdout)
  expect(records.map(({ seq }) => seq)).toEqual(records.map((_, index) => index + 1))
  expect(records.at(-1)).toMatchObject({ type: 'run.ended', data: { ending: 'done' } })
  const attested = records.filter(({ type }) => type === 'item.attested')
  expect(attested).toHaveLength(6)
  expect(attested.every(({ by, data }) => by === 'tess' && data.how === 'flag')).toBe(true)

  // Each command that ran stands on record with its own arguments, after its block's intent and before its result.
  const ship = records.filter(
    ({ type, data }) => data.step === 'ship' && data.role === 'command' && type !== 'block.process',
  )
  expect(ship.map(({ type }) => type)).toEqual(['block.started', 'command.announced', 'block.ended'])
  expect(ship[1]?.data.argv).toEqual([
    ...['set', 'image', 'deployment/api-green', 'api=loanserve/api:v1.2.3', '-n', 'loanserve'],
  ])

  const verified = await scene.handrail('audit', 'verify')
  expect(verified.stdout).toContain('complete')
  expect(verified.code).toBe(0)
}, 120_000)

test('an image that crashes ends 1, the traffic never left the live color, and the run can be taken back', async () => {
  const before = await shapeOf(scene)
  const image = 'IMAGE=loanserve/api:v1.2.3-crash'
  const { code, stdout } = await scene.handrail(
    ...['run', 'deploy', '--yes', '--attest', '-p', image, ...quick, '-o', 'json'],
  )
  expect(code).toBe(1)
  expect(await scene.kubectl('get', 'service', 'api-main', '-o', 'jsonpath={.spec.selector.color}')).toBe(
    'blue',
  )
  const changes = recordsOf(stdout).filter(
    ({ type, data }) => type === 'command.announced' && data.step === 'switch',
  )
  expect(changes).toEqual([])
  // The reader at 3 a.m. is told what was not changed, what to do now, and where it stands.
  const failed = recordsOf(stdout).findLast(({ type }) => type === 'block.ended')?.data
  expect(failed).toMatchObject({
    step: 'rollout',
    report: {
      unchanged: 'The block only looks: it has changed nothing.',
      now: expect.stringContaining('output say why'),
      where: expect.stringMatching(/runbooks\/deploy\.md:\d+$/),
    },
  })

  const back = await scene.handrail('resume', '--yes', '--attest', '--on-failure=rollback')
  expect(back.code, back.stdout).toBe(3)
  expect(await shapeOf(scene)).toBe(before)
})

test.runIf(isLong)(
  'with --on-failure=rollback the same ends 3 at once, and the world is as it was before',
  async () => {
    const before = await shapeOf(scene)
    const image = 'IMAGE=loanserve/api:v1.2.3-crash'
    const args = ['run', 'deploy', '--yes', '--attest', '--on-failure=rollback', '-p', image, ...quick]
    const { code, stdout } = await scene.handrail(...args)
    expect(code, stdout).toBe(3)
    expect(await shapeOf(scene)).toBe(before)
    expect(await scene.kubectl('rollout', 'status', 'deployment/api-green', '--timeout=5s')).toContain(
      'rolled out',
    )
  },
)

test.runIf(isLong)(
  'in a practice world of its own the same image ends 1, and the run ends with its world',
  async () => {
    const args = ['run', 'deploy', '--practice', '--speed', '5', '--yes', '--attest', ...quick]
    const { code, stdout } = await scene.handrail(...args, '-p', 'IMAGE=loanserve/api:v1.2.3-crash')
    expect(code, stdout).toBe(1)
    const runs = await scene.handrail('runs')
    expect(runs.stdout).toMatch(/deploy-\w{4}\s+stopped\s+practice/)
    expect((await scene.handrail('resume')).stderr).toContain('no run that could be resumed')
    // The scene's own world was not touched.
    expect(await shapeOf(scene)).toContain('api-green loanserve/api:v1.2.1 1')
  },
)

test('a dry run leaves every resourceVersion as it was, and prints what would have run', async () => {
  const versions = () =>
    scene.kubectl(
      ...['get', 'deployments,replicasets,pods,services,configmaps,secrets,ingresses,endpointslices'],
      ...['-o', 'jsonpath={range .items[*]}{.kind}/{.metadata.name} {.metadata.resourceVersion}{"\\n"}{end}'],
    )
  const before = await versions()
  const args = [
    'run',
    'deploy',
    '--dry-run',
    '--yes',
    '--attest',
    '-p',
    'IMAGE=loanserve/api:v1.2.3',
    '--plain',
  ]
  const { code, stdout, stderr } = await scene.handrail(...args)
  expect(code, stderr + stdout).toBe(0)
  expect(await versions()).toBe(before)
  expect(stdout).toContain('deployment.apps/api-green image updated (server dry run)')
  expect(stdout).toContain('./ops/deploy/blue_green_switch.sh')
})

test('without the flags and without a terminal, the program says which flag is missing', async () => {
  const { code, stderr } = await scene.handrail('run', 'deploy', '-p', 'IMAGE=loanserve/api:v1.2.3')
  expect(code).toBe(2)
  expect(stderr).toContain('--yes')
  expect(stderr).toContain('handrail resume')
})
