/** CreateDBInstance, for members of an Aurora cluster. */
import { instancesOf, mustFindCluster, withCluster, withInstance } from '../account.ts'
import type { Action } from '../action.ts'
import { AwsFault, invalidCombination, invalidValue } from '../fault.ts'
import { type Parameters, readTags } from '../parameters.ts'
import { type DbCluster, mustBeAvailable } from './cluster.ts'
import { instanceMembers } from './describe-instances.ts'
import { checkIdentifier, mustBeNewInstance, newResourceId } from './identifiers.ts'
import type { DbInstance } from './instance.ts'
import { checkParameterGroup, defaultParameterGroup, mustFindSubnetGroup } from './network.ts'

/** What Aurora PostgreSQL runs on. */
const auroraFamilies: readonly string[] = [
  'r8g',
  'r7g',
  'r7i',
  'r6g',
  'r6i',
  'r6gd',
  'r6id',
  'r5',
  'x2g',
  't4g',
  't3',
]

/**
 * The class, when Aurora PostgreSQL has it. Throws InvalidParameterValue for what is no class at all and
 * InvalidParameterCombination for one that other engines run on.
 */
export function checkInstanceClass(instanceClass: string, cluster: DbCluster): string {
  if (instanceClass === 'db.serverless')
    throw new AwsFault(
      'InvalidDBClusterStateFault',
      'Set the Serverless v2 scaling configuration on the parent DB cluster before creating a Serverless v2 DB instance.',
    )
  const [, family = '', size = ''] =
    /^db\.([a-z]\w*)\.(micro|small|medium|large|\d*xlarge)$/.exec(instanceClass) ?? []
  if (family === '') throw invalidValue(`Invalid DB Instance class: ${instanceClass}`)
  const burstable = family.startsWith('t')
  const fits = burstable ? size === 'medium' || size === 'large' : /large$/.test(size)
  if (!auroraFamilies.includes(family) || !fits)
    throw invalidCombination(
      `RDS does not support creating a DB instance with the following combination: DBInstanceClass=${instanceClass}, Engine=aurora-postgresql, EngineVersion=${cluster.engineVersion}, LicenseModel=postgresql-license. For supported combinations of instance class and database engine version, see the documentation.`,
    )
  return instanceClass
}

/** What belongs to the cluster and can't be given to its member, with the service's words for each. */
const ofTheCluster: readonly (readonly [string, string])[] = [
  ['MasterUsername', 'master user name'],
  ['MasterUserPassword', 'master user password'],
  ['DBName', 'database name'],
  ['AllocatedStorage', 'allocated storage'],
  ['BackupRetentionPeriod', 'backup retention period'],
  ['PreferredBackupWindow', 'preferred backup window'],
  ['VpcSecurityGroupIds', 'VPC security group'],
  ['Port', 'port'],
]

function checkFitsCluster(parameters: Parameters, cluster: DbCluster): void {
  const wrong = ofTheCluster.find(([name]) => parameters.has(name))
  if (wrong !== undefined)
    throw invalidCombination(
      `The requested DB Instance will be a member of a DB Cluster. Set ${wrong[1]} for the DB Cluster.`,
    )
  const engine = parameters.required('Engine')
  if (engine !== 'aurora-postgresql')
    throw invalidCombination(
      `The engine name requested for your DB instance (${engine}) doesn't match the engine name of your DB cluster (aurora-postgresql).`,
    )
  const version = parameters.text('EngineVersion')
  if (version !== undefined && version !== cluster.engineVersion)
    throw invalidCombination(
      `The engine version that you requested for your DB instance (${version}) does not match the engine version of your DB cluster (${cluster.engineVersion}).`,
    )
  const subnetGroup = parameters.text('DBSubnetGroupName')
  if (subnetGroup !== undefined && mustFindSubnetGroup(subnetGroup).name !== cluster.subnetGroup)
    throw invalidCombination(
      `The DB subnet group of the DB instance (${subnetGroup}) doesn't match that of the DB cluster (${cluster.subnetGroup}).`,
    )
}

/** The zone with the fewest of the cluster's instances. */
function freestZone(cluster: DbCluster, instances: readonly DbInstance[]): string {
  const count = (zone: string) => instances.filter((instance) => instance.zone === zone).length
  return cluster.zones.toSorted((a, b) => count(a) - count(b))[0] ?? ''
}

export const createDBInstance: Action = (account, parameters, context) => {
  const { now, random, pace } = context
  const identifier = checkIdentifier('DBInstanceIdentifier', parameters.required('DBInstanceIdentifier'))
  const instanceClass = parameters.required('DBInstanceClass')
  const engine = parameters.required('Engine')
  const clusterIdentifier = parameters.text('DBClusterIdentifier')
  if (clusterIdentifier === undefined)
    throw invalidCombination(
      engine.startsWith('aurora')
        ? 'DBClusterIdentifier must be specified for a DB instance of an Aurora DB cluster.'
        : `The practice account has Aurora only: it can't create a DB instance of the engine ${engine}.`,
    )
  mustBeNewInstance(account, identifier)
  const cluster = mustFindCluster(account, clusterIdentifier)
  checkFitsCluster(parameters, cluster)
  mustBeAvailable(cluster, now)
  const promotionTier = parameters.integer('PromotionTier') ?? 1
  if (promotionTier < 0 || promotionTier > 15)
    throw invalidValue(`Invalid promotion tier: ${promotionTier}. Valid values are from 0 to 15.`)
  const zone = parameters.text('AvailabilityZone') ?? freestZone(cluster, instancesOf(account, cluster))
  if (!cluster.zones.includes(zone)) throw invalidValue(`${zone} is not a valid availability zone.`)

  const instance: DbInstance = {
    identifier,
    resourceId: newResourceId('db', random),
    cluster: cluster.resourceId,
    createdAt: now,
    readyAt: now + pace.instanceCreating,
    listening: false,
    instanceClass: checkInstanceClass(instanceClass, cluster),
    zone,
    parameterGroup: checkParameterGroup(parameters.text('DBParameterGroupName') ?? defaultParameterGroup),
    promotionTier,
    publiclyAccessible: parameters.flag('PubliclyAccessible') ?? false,
    autoMinorVersionUpgrade: parameters.flag('AutoMinorVersionUpgrade') ?? true,
    maintenanceWindow: parameters.text('PreferredMaintenanceWindow') ?? cluster.maintenanceWindow,
    monitoringInterval: parameters.integer('MonitoringInterval') ?? 0,
    monitoringRoleArn: parameters.text('MonitoringRoleArn'),
    performanceInsights: parameters.flag('EnablePerformanceInsights') ?? false,
    caCertificate: parameters.text('CACertificateIdentifier') ?? 'rds-ca-rsa2048-g1',
    tags: readTags(parameters),
    pending: {},
  }
  // The first instance of a cluster takes its writes.
  const next = withCluster(withInstance(account, instance), {
    ...cluster,
    writer: cluster.writer ?? instance.resourceId,
  })
  return {
    account: next,
    effects: [],
    answer: () => ({ DBInstance: instanceMembers(next, instance, context) }),
  }
}
