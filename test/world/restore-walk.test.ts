/** Lost rows are brought back: the real aws CLI, the real psql, and the mistakes that are made on the way. */
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { pathWithAws } from '../aws-path.ts'
import { isLong } from '../long.ts'
import { type Inside, openInside } from './inside.ts'

let inside: Inside
let path = ''
beforeAll(async () => {
  path = await pathWithAws()
  // The latest restorable time is five minutes ago at speed 1, three seconds at this.
  inside = await openInside({ speed: 100 })
})
afterAll(async () => {
  await inside.close()
  expect(inside.errors).toEqual([])
})

const aws = (line: string) => inside.sh(`PATH='${path}' aws ${line}`)
const psql = async (url: string, sql: string) => (await inside.sh(`psql "${url}" -Atc "${sql}"`)).out.trim()

const source = 'loanserve-prod-aurora'
const target = 'loanserve-prod-aurora-rollback'
const restore = (to: string, id = target, from = source) =>
  `rds restore-db-cluster-to-point-in-time --source-db-cluster-identifier ${from} --db-cluster-identifier ${id} --restore-to-time ${to}`

test.runIf(isLong)(
  'describe, restore, wait, create the instance, wait: psql shows the rows that a bad migration dropped',
  async () => {
    const { DATABASE_URL: live = '' } = inside.env
    expect(await psql(live, 'select count(*) from loans')).toBe('1200')
    const good = new Date().toISOString()
    await psql(live, "delete from payments; delete from loans where id > 'LN-10100'")
    expect(await psql(live, 'select count(*) from loans')).toBe('100')

    const unknown = await aws(restore(good, target, 'loanserve-prod'))
    expect(unknown).toMatchObject({ code: 255, err: expect.stringContaining('(DBClusterNotFoundFault)') })
    const future = new Date(Date.now() + 3_600_000).toISOString()
    const late = await aws(restore(future))
    expect(late.code).toBe(255)
    expect(late.err).toContain('when calling the RestoreDBClusterToPointInTime operation')

    const latest = `PATH='${path}' aws rds describe-db-clusters --db-cluster-identifier ${source} --query 'DBClusters[0].LatestRestorableTime' --output text`
    await inside.until(`test "$(date -d "$(${latest})" +%s)" -gt "$(date -d ${good} +%s)"`)
    expect((await aws(restore(good))).code).toBe(0)
    const taken = await aws(restore(good))
    expect(taken).toMatchObject({ code: 255, err: expect.stringContaining('(DBClusterAlreadyExistsFault)') })

    await inside.until(
      `test "$(PATH='${path}' aws rds describe-db-clusters --db-cluster-identifier ${target} --query 'DBClusters[0].Status' --output text)" = available`,
    )
    expect((await aws(`rds wait db-cluster-available --db-cluster-identifier ${target}`)).code).toBe(0)
    const where = await aws(
      `rds describe-db-clusters --db-cluster-identifier ${target} --query 'DBClusters[0].[Endpoint,Port]' --output text`,
    )
    const [host = '', port = ''] = where.out.trim().split('\t')
    const restored = Object.assign(new URL(live), { hostname: host, port }).href
    expect((await inside.sh(`psql "${restored}" -c 'select 1'`)).err).toContain('refused')

    const instance = `rds create-db-instance --db-instance-identifier ${target}-1 --db-cluster-identifier ${target} --engine aurora-postgresql --db-instance-class db.r6g.large`
    expect((await aws(instance)).code).toBe(0)
    await inside.until(
      `test "$(PATH='${path}' aws rds describe-db-instances --db-instance-identifier ${target}-1 --query 'DBInstances[0].DBInstanceStatus' --output text)" = available`,
    )
    expect((await aws(`rds wait db-instance-available --db-instance-identifier ${target}-1`)).code).toBe(0)
    expect(await psql(restored, 'select count(*) from loans')).toBe('1200')
    expect(Number(await psql(restored, 'select count(*) from payments'))).toBeGreaterThan(1000)
    expect(await psql(live, 'select count(*) from loans')).toBe('100')
  },
  90_000,
)

test.runIf(isLong)(
  'pods that are given the restored database and restarted show the rows again',
  async () => {
    const where = await aws(
      `rds describe-db-clusters --db-cluster-identifier ${target} --query 'DBClusters[0].[Endpoint,Port]' --output text`,
    )
    const [host = '', port = ''] = where.out.trim().split('\t')
    const restored = Object.assign(new URL(inside.env.DATABASE_URL ?? ''), { hostname: host, port }).href
    expect((await inside.sh('curl -s "$API_URL/api/loans/metrics"')).out).toContain('"total":100,')
    const patch = JSON.stringify({ stringData: { DATABASE_URL: restored } })
    await inside.sh(`kubectl patch secret loanserve-secrets --type merge -p '${patch}'`)
    expect((await inside.sh('curl -s "$API_URL/api/loans/metrics"')).out).toContain('"total":100,')
    await inside.kubectl('rollout restart deployment/api-blue')
    await inside.kubectl('rollout status deployment/api-blue --timeout=20s')
    await inside.until('curl -s "$API_URL/api/loans/metrics" | grep -q \'"total":1200,\'')
  },
)

test.runIf(isLong)('an instance before its cluster is available is refused', async () => {
  const slow = await openInside({ speed: 0.1 })
  onTestFinished(slow.close)
  const { world } = slow
  const env = `AWS_ENDPOINT_URL=${world.env.AWS_ENDPOINT_URL} AWS_ENDPOINT_URL_RDS=${world.env.AWS_ENDPOINT_URL}`
  const call = (line: string) => inside.sh(`${env} PATH='${path}' aws ${line}`)
  const made = await call(
    `rds restore-db-cluster-to-point-in-time --source-db-cluster-identifier ${source} --db-cluster-identifier early --use-latest-restorable-time`,
  )
  expect(made.code).toBe(0)
  const early = await call(
    'rds create-db-instance --db-instance-identifier early-1 --db-cluster-identifier early --engine aurora-postgresql --db-instance-class db.r6g.large',
  )
  expect(early).toMatchObject({ code: 255, err: expect.stringContaining('(InvalidDBClusterStateFault)') })
})
