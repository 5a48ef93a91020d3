/** ModifyDBCluster and ModifyDBInstance. */
import { mustFindCluster, mustFindInstance, withCluster, withEvents, withInstance } from '../account.ts'
import type { Action } from '../action.ts'
import { AwsFault, invalidCombination, invalidValue } from '../fault.ts'
import type { Parameters } from '../parameters.ts'
import { type DbCluster, mustBeAvailable } from './cluster.ts'
import { checkInstanceClass } from './create-instance.ts'
import { clusterMembers } from './describe-clusters.ts'
import { clusterOf, instanceMembers } from './describe-instances.ts'
import { clusterEvent } from './events.ts'
import { checkIdentifier, mustBeNewCluster, mustBeNewInstance } from './identifiers.ts'
import { instanceStatus } from './instance.ts'
import {
  checkClusterParameterGroup,
  checkParameterGroup,
  mustFindSubnetGroup,
  securityGroupsIn,
} from './network.ts'

function checkPassword(parameters: Parameters): boolean {
  const password = parameters.text('MasterUserPassword')
  if (password === undefined) return false
  if (password.length < 8)
    throw invalidValue(
      'The parameter MasterUserPassword is not a valid password because it is shorter than 8 characters.',
    )
  if (/[^!-~]|[/"@]/.test(password))
    throw invalidValue(
      `The parameter MasterUserPassword is not a valid password. Only printable ASCII characters besides '/', '@', '"', ' ' may be used.`,
    )
  return true
}

/** What is changed at once, whatever ApplyImmediately says. */
function atOnce(cluster: DbCluster, parameters: Parameters): DbCluster {
  const asked = parameters.texts('VpcSecurityGroupIds', 'VpcSecurityGroupId')
  const parameterGroup = parameters.text('DBClusterParameterGroupName')
  const logs = parameters.inside('CloudwatchLogsExportConfiguration')
  const enabled = logs.texts('EnableLogTypes', 'member') ?? []
  const disabled = logs.texts('DisableLogTypes', 'member') ?? []
  return {
    ...cluster,
    deletionProtection: parameters.flag('DeletionProtection') ?? cluster.deletionProtection,
    copyTagsToSnapshot: parameters.flag('CopyTagsToSnapshot') ?? cluster.copyTagsToSnapshot,
    autoMinorVersionUpgrade: parameters.flag('AutoMinorVersionUpgrade') ?? cluster.autoMinorVersionUpgrade,
    backupWindow: parameters.text('PreferredBackupWindow') ?? cluster.backupWindow,
    maintenanceWindow: parameters.text('PreferredMaintenanceWindow') ?? cluster.maintenanceWindow,
    parameterGroup:
      parameterGroup === undefined ? cluster.parameterGroup : checkClusterParameterGroup(parameterGroup),
    securityGroups:
      asked === undefined
        ? cluster.securityGroups
        : securityGroupsIn(mustFindSubnetGroup(cluster.subnetGroup), asked),
    logExports: [...new Set([...cluster.logExports, ...enabled])].filter((log) => !disabled.includes(log)),
  }
}

/** What waits for the maintenance window unless it is applied immediately. */
function waiting(parameters: Parameters): DbCluster['pending'] {
  const identifier = parameters.text('NewDBClusterIdentifier')
  const days = parameters.integer('BackupRetentionPeriod')
  if (days !== undefined && (days < 1 || days > 35))
    throw invalidValue(`Invalid backup retention period: ${days}. Must be between 1 and 35.`)
  return {
    identifier: identifier === undefined ? undefined : checkIdentifier('NewDBClusterIdentifier', identifier),
    iamAuthentication: parameters.flag('EnableIAMDatabaseAuthentication'),
    backupRetentionDays: days,
  }
}

export const modifyDBCluster: Action = (account, parameters, context) => {
  const { now, pace } = context
  const cluster = mustFindCluster(account, parameters.required('DBClusterIdentifier'))
  mustBeAvailable(cluster, now)
  const version = parameters.text('EngineVersion')
  if (version !== undefined && version !== cluster.engineVersion)
    throw invalidCombination(
      `Cannot find upgrade target from ${cluster.engineVersion} with requested version ${version}.`,
    )
  const changed = atOnce(cluster, parameters)
  const newPassword = checkPassword(parameters)
  const asked = waiting(parameters)
  if (asked.identifier !== undefined && asked.identifier !== cluster.identifier)
    mustBeNewCluster(account, asked.identifier)
  const pending = Object.fromEntries(
    Object.entries({ ...cluster.pending, ...defined(asked) }).filter(([, value]) => value !== undefined),
  )
  const applies = parameters.flag('ApplyImmediately') ?? false
  const { identifier, iamAuthentication, backupRetentionDays }: DbCluster['pending'] = applies ? pending : {}
  const until = now + pace.modifying
  const settled: DbCluster = {
    ...changed,
    iamAuthentication: iamAuthentication ?? changed.iamAuthentication,
    backupRetentionDays: backupRetentionDays ?? changed.backupRetentionDays,
    pending: applies ? {} : pending,
  }
  const next: DbCluster =
    identifier !== undefined && identifier !== cluster.identifier
      ? { ...settled, busy: { status: 'renaming', until }, nextIdentifier: identifier }
      : newPassword
        ? { ...settled, busy: { status: 'resetting-master-credentials', until } }
        : iamAuthentication === undefined
          ? settled
          : { ...settled, busy: { status: 'modifying', until } }
  const events = newPassword
    ? [clusterEvent(cluster, now, 'Reset master credentials', 'configuration change')]
    : []
  const changedAccount = withCluster(withEvents(account, events), next)
  return {
    account: changedAccount,
    effects: [],
    // The answer shows the cluster before its status moves on.
    answer: () => ({
      DBCluster: { ...clusterMembers(changedAccount, next, context), Status: 'available' },
    }),
  }
}

/** The record's members that were given. */
function defined(pending: DbCluster['pending']): DbCluster['pending'] {
  return Object.fromEntries(Object.entries(pending).filter(([, value]) => value !== undefined))
}

export const modifyDBInstance: Action = (account, parameters, context) => {
  const { now, pace } = context
  const instance = mustFindInstance(account, parameters.required('DBInstanceIdentifier'))
  const cluster = clusterOf(account, instance)
  if (instanceStatus(instance, now) !== 'available')
    throw new AwsFault('InvalidDBInstanceState', `Database instance is not in available state.`)
  for (const name of ['MasterUserPassword', 'BackupRetentionPeriod', 'VpcSecurityGroupIds', 'DBPortNumber'])
    if (parameters.has(name))
      throw invalidCombination(
        `The DB instance ${instance.identifier} is part of a DB cluster: ${name} is changed with ModifyDBCluster.`,
      )
  const newName = parameters.text('NewDBInstanceIdentifier')
  const identifier = newName === undefined ? undefined : checkIdentifier('NewDBInstanceIdentifier', newName)
  if (identifier !== undefined && identifier !== instance.identifier) mustBeNewInstance(account, identifier)
  const newClass = parameters.text('DBInstanceClass')
  const instanceClass = newClass === undefined ? undefined : checkInstanceClass(newClass, cluster)
  const parameterGroup = parameters.text('DBParameterGroupName')
  const changed = {
    ...instance,
    promotionTier: parameters.integer('PromotionTier') ?? instance.promotionTier,
    publiclyAccessible: parameters.flag('PubliclyAccessible') ?? instance.publiclyAccessible,
    autoMinorVersionUpgrade: parameters.flag('AutoMinorVersionUpgrade') ?? instance.autoMinorVersionUpgrade,
    maintenanceWindow: parameters.text('PreferredMaintenanceWindow') ?? instance.maintenanceWindow,
    performanceInsights: parameters.flag('EnablePerformanceInsights') ?? instance.performanceInsights,
    parameterGroup:
      parameterGroup === undefined ? instance.parameterGroup : checkParameterGroup(parameterGroup),
  }
  const wanted = {
    identifier: identifier ?? instance.pending.identifier,
    instanceClass: instanceClass ?? instance.pending.instanceClass,
  }
  const applies = parameters.flag('ApplyImmediately') ?? false
  const until = now + pace.modifying
  const next = !applies
    ? { ...changed, pending: wanted }
    : wanted.identifier !== undefined
      ? {
          ...changed,
          instanceClass: wanted.instanceClass ?? changed.instanceClass,
          pending: {},
          busy: { status: 'renaming' as const, until },
          nextIdentifier: wanted.identifier,
        }
      : wanted.instanceClass !== undefined
        ? {
            ...changed,
            instanceClass: wanted.instanceClass,
            pending: {},
            busy: { status: 'modifying' as const, until },
          }
        : { ...changed, pending: {} }
  const changedAccount = withInstance(account, next)
  return {
    account: changedAccount,
    effects: [],
    answer: () => ({
      DBInstance: {
        ...instanceMembers(changedAccount, next, context),
        DBInstanceStatus: 'available',
      },
    }),
  }
}
