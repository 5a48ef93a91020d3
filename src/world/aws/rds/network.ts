/** What of VPCs, subnets and parameter groups the account has: enough for a restore to go wrong as it does for real. */
import { AwsFault, invalidCombination, invalidValue } from '../fault.ts'
import { region } from '../identity.ts'

interface SubnetGroup {
  readonly name: string
  readonly description: string
  readonly vpc: string
  readonly subnets: readonly { readonly id: string; readonly zone: string }[]
}

interface SecurityGroup {
  readonly id: string
  readonly vpc: string
  /** Each VPC has one that is called default. */
  readonly isDefault: boolean
}

const defaultVpc = 'vpc-0d3f5a7b9c1e20468'
const loanserveVpc = 'vpc-0a7c41e9b2d58f360'

export const zones = [`${region}a`, `${region}b`, `${region}c`] as const

const subnetGroups: readonly SubnetGroup[] = [
  {
    name: 'default',
    description: 'default',
    vpc: defaultVpc,
    subnets: [
      { id: 'subnet-0c1d2e3f4a5b60718', zone: zones[0] },
      { id: 'subnet-0d1e2f3a4b5c61829', zone: zones[1] },
      { id: 'subnet-0e1f2a3b4c5d6293a', zone: zones[2] },
    ],
  },
  {
    name: 'loanserve-prod-db',
    description: 'Private database subnets of LoanServe',
    vpc: loanserveVpc,
    subnets: [
      { id: 'subnet-05b7d9f1a3c5e7091', zone: zones[0] },
      { id: 'subnet-06c8e0a2b4d6f81a2', zone: zones[1] },
      { id: 'subnet-07d9f1b3c5e70a2b3', zone: zones[2] },
    ],
  },
]

const securityGroups: readonly SecurityGroup[] = [
  { id: 'sg-0de1a2b3c4d5e6f70', vpc: defaultVpc, isDefault: true },
  { id: 'sg-0de9f8e7d6c5b4a32', vpc: loanserveVpc, isDefault: true },
  { id: 'sg-0f12ab34cd56ef789', vpc: loanserveVpc, isDefault: false },
  { id: 'sg-04c8d2e6f0a4b8c1d', vpc: loanserveVpc, isDefault: false },
]

export const defaultClusterParameterGroup = 'default.aurora-postgresql17'
export const defaultParameterGroup = 'default.aurora-postgresql17'

const clusterParameterGroups: readonly string[] = [defaultClusterParameterGroup, 'loanserve-prod-aurora-pg17']
const parameterGroups: readonly string[] = [defaultParameterGroup, 'loanserve-prod-aurora-pg17-instance']

/** Throws DBSubnetGroupNotFoundFault. */
export function mustFindSubnetGroup(name: string): SubnetGroup {
  const found = subnetGroups.find((group) => group.name === name.toLowerCase())
  if (found === undefined)
    throw new AwsFault('DBSubnetGroupNotFoundFault', `DB subnet group '${name}' does not exist.`, 404)
  return found
}

/**
 * The security groups of a cluster in that subnet group: the asked ones, or the default one of its VPC. Throws
 * for one that doesn't exist or belongs to another VPC.
 */
export function securityGroupsIn(
  subnetGroup: SubnetGroup,
  asked: readonly string[] | undefined,
): readonly string[] {
  if (asked === undefined || asked.length === 0)
    return securityGroups
      .filter((group) => group.isDefault && group.vpc === subnetGroup.vpc)
      .map(({ id }) => id)
  for (const id of asked) {
    const found = securityGroups.find((group) => group.id === id)
    if (found === undefined) throw invalidValue(`Invalid security group , groupId= ${id}, groupName=.`)
    if (found.vpc !== subnetGroup.vpc)
      throw invalidCombination(
        `The DB instance and EC2 security group are in different VPCs. The DB instance is in ${subnetGroup.vpc} and the EC2 security group is in ${found.vpc}`,
      )
  }
  return asked
}

/** Throws DBClusterParameterGroupNotFound. */
export function checkClusterParameterGroup(name: string): string {
  if (!clusterParameterGroups.includes(name.toLowerCase()))
    throw new AwsFault('DBClusterParameterGroupNotFound', `DBClusterParameterGroup not found: ${name}`, 404)
  return name.toLowerCase()
}

/** Throws DBParameterGroupNotFound. */
export function checkParameterGroup(name: string): string {
  if (!parameterGroups.includes(name.toLowerCase()))
    throw new AwsFault('DBParameterGroupNotFound', `DBParameterGroup not found: ${name}`, 404)
  return name.toLowerCase()
}
