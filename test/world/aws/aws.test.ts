import { afterEach, expect, test } from 'vitest'
import type { AwsAct } from '../../../src/world/acts.ts'
import { type Aws, startAws } from '../../../src/world/aws/aws.ts'
import type { Figures } from '../../../src/world/aws/cloudwatch/figures.ts'
import { createWorldClock } from '../../../src/world/clock.ts'
import { createFaults } from '../../../src/world/faults.ts'
import { createRandom } from '../../../src/world/random.ts'
import { noon } from '../practice.ts'
import { fakeDatabases } from './practice-account.ts'

let aws: Aws | undefined
afterEach(async () => {
  await aws?.close()
  aws = undefined
})

async function start() {
  const clock = createWorldClock(noon)
  const faults = createFaults()
  const acts: AwsAct[] = []
  let figures: Figures = {
    requestsPerSecond: 20,
    errorShare: 0,
    p95Ms: 300,
    databaseConnections: 12,
    podCpu: 0.25,
  }
  aws = await startAws({
    databases: fakeDatabases(true),
    clock,
    random: createRandom(3),
    speed: 1,
    faults,
    figures: () => figures,
    onAct: (act) => acts.push(act),
  })
  const { url } = aws
  return {
    aws,
    acts,
    faults,
    pass: (seconds: number) => clock.advance(clock.now() + seconds * 1000),
    setFigures(change: Partial<Figures>) {
      figures = { ...figures, ...change }
    },
    async post(headers: Record<string, string>, body: string) {
      const response = await fetch(url, { method: 'POST', headers, body })
      return { status: response.status, headers: response.headers, text: await response.text() }
    },
    alarm: (name: string) =>
      aws?.account().alarms.alarms.find((alarm) => alarm.name === `loanserve-prod-${name}`)?.value,
  }
}

const form = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }
const signed = (key: string, service: string) =>
  `AWS4-HMAC-SHA256 Credential=${key}/20261123/eu-central-1/${service}/aws4_request, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`

test('a request that is not signed, or not with the key of the account, is refused in the form of its service', async () => {
  const world = await start()
  const body = 'Action=DescribeDBClusters&Version=2014-10-31'
  const unsigned = await world.post(form, body)
  expect(unsigned.status).toBe(403)
  expect(unsigned.text).toContain('<Code>MissingAuthenticationToken</Code>')
  expect(unsigned.text).toContain('<Type>Sender</Type>')

  const stranger = await world.post({ ...form, authorization: signed('AKIASOMEBODY', 'rds') }, body)
  expect(stranger.status).toBe(403)
  expect(stranger.text).toContain('<Code>InvalidClientTokenId</Code>')

  const forged = await world.post({ ...form, authorization: signed('AKIAPRACTICEPRACTICE', 'rds') }, body)
  expect(forged.status).toBe(403)
  expect(forged.text).toContain('<Code>SignatureDoesNotMatch</Code>')

  const garbled = await world.post({ ...form, authorization: 'AWS4-HMAC-SHA256 nonsense' }, body)
  expect(garbled.status).toBe(400)
  expect(garbled.text).toContain('<Code>IncompleteSignature</Code>')

  const json = await world.post(
    {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'GraniteServiceVersion20100801.DescribeAlarms',
      authorization: signed('AKIASOMEBODY', 'monitoring'),
    },
    '{}',
  )
  expect(JSON.parse(json.text)).toMatchObject({ __type: 'InvalidClientTokenId' })
  expect(json.headers.get('x-amzn-query-error')).toBe('InvalidClientTokenId;Sender')
  // Nothing was done, so nothing is told.
  expect(world.acts).toEqual([])
})

test('another service says in its own form that it is not there', async () => {
  const world = await start()
  const authorization = (service: string) => ({ authorization: signed('AKIAPRACTICEPRACTICE', service) })
  const ec2 = await world.post({ ...form, ...authorization('ec2') }, 'Action=DescribeInstances')
  expect(ec2.text).toContain('<Response><Errors><Error><Code>UnknownService</Code><Message>There is no ec2')
  const eks = await fetch(`${world.aws.url}/clusters`, { headers: authorization('eks') })
  expect(await eks.json()).toMatchObject({ __type: 'UnknownService' })
  const s3 = await fetch(world.aws.url, { headers: authorization('s3') })
  expect(await s3.text()).toContain('<Error><Code>UnknownService</Code>')
})

test('alarms follow the figures, and stand still while those are frozen', async () => {
  const world = await start()
  world.pass(300)
  expect(world.alarm('db-connections')).toBe('OK')
  world.faults.set({ metricsFrozenAt: noon + 300_000 })
  world.setFigures({ databaseConnections: 99 })
  world.pass(300)
  expect(world.alarm('db-connections')).toBe('OK')
  world.faults.set({ metricsFrozenAt: undefined })
  world.pass(180)
  expect(world.alarm('db-connections')).toBe('ALARM')
})

test('without a user yet, no alarm is raised for want of users', async () => {
  const world = await start()
  world.aws.load({ ...world.aws.save(), samples: [] })
  world.setFigures({ requestsPerSecond: 0 })
  world.pass(600)
  expect(world.alarm('api-no-traffic')).toBe('OK')
  world.setFigures({ requestsPerSecond: 20 })
  world.pass(60)
  world.setFigures({ requestsPerSecond: 0 })
  world.pass(300)
  expect(world.alarm('api-no-traffic')).toBe('ALARM')
})

test('what is saved can be loaded into another account', async () => {
  const world = await start()
  world.setFigures({ databaseConnections: 99 })
  world.pass(300)
  const saved: unknown = JSON.parse(JSON.stringify(world.aws.save()))
  await world.aws.close()
  const other = await start()
  expect(other.alarm('db-connections')).toBe('OK')
  other.aws.load(saved)
  expect(other.alarm('db-connections')).toBe('ALARM')
  expect(other.aws.save()).toEqual(saved)
  expect(() => other.aws.load({ account: {} })).toThrow()
})
