/** Who the practice account is: nothing of it exists at AWS. */

/** The account that AWS's own documentation uses: it belongs to nobody. */
export const accountId = '123456789012'

/** Not us-east-1: aws-cli 1.x ignores endpoint settings for RDS there and calls the real AWS. */
export const region = 'eu-central-1'

/** The one user's key, as the world's environment carries it. */
export const credentials = {
  accessKeyId: 'AKIAPRACTICEPRACTICE',
  secretAccessKey: 'practice-secret-of-no-account',
} as const

export const user = {
  id: 'AIDAPRACTICEPRACTICE',
  arn: `arn:aws:iam::${accountId}:user/practice`,
} as const

/** The ARN of an RDS resource of the account, such as `cluster`, `db` or `cluster-snapshot`. */
export function rdsArn(type: string, name: string): string {
  return `arn:aws:rds:${region}:${accountId}:${type}:${name}`
}
