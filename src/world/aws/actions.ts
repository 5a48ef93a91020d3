/** The services of the practice account, and the actions that each of them knows. */
import type { Action } from './action.ts'
import {
  describeAlarmHistory,
  describeAlarms,
  describeAlarmsForMetric,
  disableAlarmActions,
  enableAlarmActions,
} from './cloudwatch/describe-alarms.ts'
import { getMetricData, getMetricStatistics, listMetrics } from './cloudwatch/get-metrics.ts'
import { createDBInstance } from './rds/create-instance.ts'
import { deleteDBCluster, deleteDBInstance } from './rds/delete.ts'
import { describeDBClusters } from './rds/describe-clusters.ts'
import { describeEvents } from './rds/describe-events.ts'
import {
  describeDBInstances,
  describeDBSnapshots,
  describeTenantDatabases,
} from './rds/describe-instances.ts'
import { modifyDBCluster, modifyDBInstance } from './rds/modify.ts'
import { failoverDBCluster, rebootDBInstance } from './rds/restart.ts'
import { restoreDBClusterFromSnapshot, restoreDBClusterToPointInTime } from './rds/restore.ts'
import {
  createDBClusterSnapshot,
  deleteDBClusterSnapshot,
  describeDBClusterSnapshots,
} from './rds/snapshots.ts'
import { addTagsToResource, listTagsForResource, removeTagsFromResource } from './rds/tags.ts'
import { getCallerIdentity } from './sts.ts'

export interface Service {
  /** Of its XML answers. */
  readonly namespace: string
  readonly actions: ReadonlyMap<string, Action>
}

const sts: Service = {
  namespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
  actions: new Map([['GetCallerIdentity', getCallerIdentity]]),
}

const rds: Service = {
  namespace: 'http://rds.amazonaws.com/doc/2014-10-31/',
  actions: new Map([
    ['AddTagsToResource', addTagsToResource],
    ['CreateDBClusterSnapshot', createDBClusterSnapshot],
    ['CreateDBInstance', createDBInstance],
    ['DeleteDBCluster', deleteDBCluster],
    ['DeleteDBClusterSnapshot', deleteDBClusterSnapshot],
    ['DeleteDBInstance', deleteDBInstance],
    ['DescribeDBClusters', describeDBClusters],
    ['DescribeDBClusterSnapshots', describeDBClusterSnapshots],
    ['DescribeDBInstances', describeDBInstances],
    ['DescribeDBSnapshots', describeDBSnapshots],
    ['DescribeEvents', describeEvents],
    ['DescribeTenantDatabases', describeTenantDatabases],
    ['FailoverDBCluster', failoverDBCluster],
    ['ListTagsForResource', listTagsForResource],
    ['ModifyDBCluster', modifyDBCluster],
    ['ModifyDBInstance', modifyDBInstance],
    ['RebootDBInstance', rebootDBInstance],
    ['RemoveTagsFromResource', removeTagsFromResource],
    ['RestoreDBClusterFromSnapshot', restoreDBClusterFromSnapshot],
    ['RestoreDBClusterToPointInTime', restoreDBClusterToPointInTime],
  ]),
}

const cloudwatch: Service = {
  namespace: 'http://monitoring.amazonaws.com/doc/2010-08-01/',
  actions: new Map([
    ['DescribeAlarmHistory', describeAlarmHistory],
    ['DescribeAlarms', describeAlarms],
    ['DescribeAlarmsForMetric', describeAlarmsForMetric],
    ['DisableAlarmActions', disableAlarmActions],
    ['EnableAlarmActions', enableAlarmActions],
    ['GetMetricData', getMetricData],
    ['GetMetricStatistics', getMetricStatistics],
    ['ListMetrics', listMetrics],
  ]),
}

/** By the name that requests are signed for. */
export const services: ReadonlyMap<string, Service> = new Map([
  ['sts', sts],
  ['rds', rds],
  ['monitoring', cloudwatch],
])
