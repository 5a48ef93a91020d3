/** STS: who is calling. */
import { type Action, told } from './action.ts'
import { accountId, user } from './identity.ts'

export const getCallerIdentity: Action = (account) =>
  told(account, { Arn: user.arn, UserId: user.id, Account: accountId })
