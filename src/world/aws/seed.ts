/** The account as it stands when practice begins: LoanServe's cluster, forty days old. */
import type { Account } from './account.ts'
import { alarms, calmState } from './cloudwatch/alarms.ts'
import type { DbCluster } from './rds/cluster.ts'
import { newResourceId } from './rds/identifiers.ts'
import type { DbInstance } from './rds/instance.ts'
import { zones } from './rds/network.ts'
import { type DbClusterSnapshot, snapshotOf } from './rds/snapshot.ts'

const minuteMs = 60 * 1000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
const ageMs = 40 * dayMs

/**
 * An engine version that Aurora PostgreSQL has. The server behind the endpoint is PostgreSQL 18 and says so to
 * psql: Aurora's own engine can't be had, and no version of it is that one.
 */
const engineVersion = '17.7'

const tags = [
  { key: 'Name', value: 'loanserve-prod-aurora' },
  { key: 'app', value: 'loanserve' },
  { key: 'env', value: 'prod' },
  { key: 'owner', value: 'platform-on-call' },
]

/** The last time that the clock showed `hour`:`minute` UTC before `now`. */
function lastAt(hour: number, minute: number, now: number): number {
  const today = Math.floor(now / dayMs) * dayMs + hour * hourMs + minute * minuteMs
  return today <= now - hourMs ? today : today - dayMs
}

function automated(cluster: DbCluster, at: number): DbClusterSnapshot {
  const stamp = new Date(at).toISOString().slice(0, 16).replace('T', '-').replace(':', '-')
  return snapshotOf(cluster, {
    identifier: `rds:${cluster.identifier}-${stamp}`,
    type: 'automated',
    createdAt: at,
    readyAt: at + 2 * minuteMs,
    tags: cluster.tags,
  })
}

function manual(cluster: DbCluster, identifier: string, at: number): DbClusterSnapshot {
  return snapshotOf(cluster, {
    identifier,
    type: 'manual',
    createdAt: at,
    readyAt: at + 3 * minuteMs,
    tags: cluster.tags,
  })
}

/** `databaseId` is by what name the world's databases know the primary; `now` in milliseconds since 1970. */
export function seedAccount(databaseId: string, now: number, random: () => number): Account {
  const createdAt = now - ageMs
  const resourceId = newResourceId('cluster', random)
  const instance = (number: 1 | 2, createdAfter: number): DbInstance => ({
    identifier: `loanserve-prod-aurora-${number}`,
    resourceId: newResourceId('db', random),
    cluster: resourceId,
    createdAt: createdAt + createdAfter,
    readyAt: createdAt + createdAfter,
    listening: true,
    instanceClass: 'db.r6g.large',
    zone: zones[number - 1] ?? zones[0],
    parameterGroup: 'loanserve-prod-aurora-pg17-instance',
    promotionTier: number - 1,
    publiclyAccessible: false,
    autoMinorVersionUpgrade: false,
    maintenanceWindow: 'sun:04:10-sun:04:40',
    monitoringInterval: 0,
    performanceInsights: true,
    caCertificate: 'rds-ca-rsa2048-g1',
    tags,
    pending: {},
  })
  const instances = [instance(1, 8 * minuteMs), instance(2, 31 * minuteMs)]
  const cluster: DbCluster = {
    identifier: 'loanserve-prod-aurora',
    resourceId,
    databaseId,
    createdAt,
    readyAt: createdAt,
    database: 'made',
    writer: instances[0]?.resourceId,
    engineVersion,
    databaseName: 'loanserve',
    masterUsername: 'loanserve_admin',
    port: 5432,
    parameterGroup: 'loanserve-prod-aurora-pg17',
    subnetGroup: 'loanserve-prod-db',
    securityGroups: ['sg-0f12ab34cd56ef789', 'sg-04c8d2e6f0a4b8c1d'],
    zones: [...zones],
    iamAuthentication: true,
    deletionProtection: true,
    copyTagsToSnapshot: true,
    autoMinorVersionUpgrade: false,
    backupRetentionDays: 7,
    backupWindow: '03:07-03:37',
    maintenanceWindow: 'sun:04:10-sun:04:40',
    storageType: 'aurora',
    logExports: ['postgresql'],
    tags,
    pending: {},
  }
  const lastBackup = lastAt(3, 9, now)
  const backups = Array.from({ length: 7 }, (_, days) => automated(cluster, lastBackup - days * dayMs))
  const released = [
    manual(cluster, 'loanserve-prod-before-v1-2-0', now - 12 * dayMs + 4 * hourMs),
    manual(cluster, 'loanserve-prod-before-v1-2-2', now - 3 * dayMs + 3 * hourMs),
  ]
  return {
    clusters: [cluster],
    instances,
    snapshots: [...backups.toReversed(), ...released],
    events: [],
    alarms: {
      alarms: alarms.map((alarm) => calmState(alarm, createdAt + hourMs)),
      history: [],
    },
  }
}
