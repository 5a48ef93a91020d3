/** Names that people give to RDS resources, and ids that RDS gives. */
import type { Account } from '../account.ts'
import { AwsFault, invalidValue } from '../fault.ts'

/**
 * The identifier as RDS keeps it, in lower case. Throws for one that breaks the rules: 1 to `longest` letters,
 * digits and hyphens, beginning with a letter, no hyphen last and no two together.
 */
export function checkIdentifier(parameter: string, typed: string, longest = 63): string {
  if (typed.length > longest || !/^[a-z](-?[a-z0-9])*$/i.test(typed))
    throw invalidValue(
      `The parameter ${parameter} is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens.`,
    )
  return typed.toLowerCase()
}

/** Throws DBClusterAlreadyExistsFault. */
export function mustBeNewCluster(account: Account, identifier: string): void {
  const taken = account.clusters.some(
    (cluster) => cluster.identifier === identifier || cluster.nextIdentifier === identifier,
  )
  if (taken) throw new AwsFault('DBClusterAlreadyExistsFault', 'DB Cluster already exists')
}

/** Throws DBInstanceAlreadyExists. */
export function mustBeNewInstance(account: Account, identifier: string): void {
  const taken = account.instances.some(
    (instance) => instance.identifier === identifier || instance.nextIdentifier === identifier,
  )
  if (taken) throw new AwsFault('DBInstanceAlreadyExists', 'DB instance already exists')
}

/** Throws DBClusterSnapshotAlreadyExistsFault. */
export function mustBeNewSnapshot(account: Account, identifier: string): void {
  if (account.snapshots.some((snapshot) => snapshot.identifier === identifier))
    throw new AwsFault(
      'DBClusterSnapshotAlreadyExistsFault',
      `Cannot create the cluster snapshot because one with the identifier ${identifier} already exists.`,
    )
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** Such as cluster-7QK3…: 26 characters after the prefix. */
export function newResourceId(prefix: 'cluster' | 'db', random: () => number): string {
  const characters = Array.from({ length: 26 }, () => letters[Math.floor(random() * letters.length)])
  return `${prefix}-${characters.join('')}`
}

/** A UUID in form, for ids of which nothing more is known. */
export function newUuid(random: () => number): string {
  const hex = (length: number) =>
    Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join('')
  return `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`
}

/** By what name the databases will know a new cluster: its identifier, unless older data bears that name. */
export function newDatabaseId(account: Account, identifier: string, resourceId: string): string {
  const taken =
    account.clusters.some(({ databaseId }) => databaseId === identifier) ||
    account.snapshots.some(({ databaseId }) => databaseId === identifier)
  return taken ? resourceId.toLowerCase() : identifier
}
