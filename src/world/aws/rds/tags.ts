/** AddTagsToResource, RemoveTagsFromResource and ListTagsForResource. */
import {
  type Account,
  mustFindCluster,
  mustFindInstance,
  mustFindSnapshot,
  withCluster,
  withInstance,
} from '../account.ts'
import { type Action, told } from '../action.ts'
import { invalidValue, missingParameter } from '../fault.ts'
import { accountId, region } from '../identity.ts'
import { readTags, type Tag } from '../parameters.ts'
import { tagList } from './describe-clusters.ts'

/** What RDS allows a resource. */
const tagLimit = 50

interface Tagged {
  readonly tags: readonly Tag[]
  readonly with: (tags: readonly Tag[]) => Account
}

/** The resource of an ARN. Throws for what is no ARN of this account's RDS, and for what isn't there. */
function taggedResource(account: Account, arn: string): Tagged {
  const [, service, itsRegion, itsAccount, type, name] =
    /^arn:aws:([^:]*):([^:]*):([^:]*):([^:]+):(.+)$/.exec(arn) ?? []
  if (type === undefined || name === undefined) throw invalidValue(`Invalid resource name: ${arn}`)
  if (service !== 'rds' || itsRegion !== region || itsAccount !== accountId)
    throw invalidValue('The specified resource name does not match an RDS resource in this region.')
  if (type === 'cluster') {
    const cluster = mustFindCluster(account, name)
    return { tags: cluster.tags, with: (tags) => withCluster(account, { ...cluster, tags }) }
  }
  if (type === 'db') {
    const instance = mustFindInstance(account, name)
    return { tags: instance.tags, with: (tags) => withInstance(account, { ...instance, tags }) }
  }
  if (type === 'cluster-snapshot') {
    const snapshot = mustFindSnapshot(account, name)
    return {
      tags: snapshot.tags,
      with: (tags) => ({
        ...account,
        snapshots: account.snapshots.map((each) => (each === snapshot ? { ...snapshot, tags } : each)),
      }),
    }
  }
  throw invalidValue('The specified resource name does not match an RDS resource in this region.')
}

export const addTagsToResource: Action = (account, parameters) => {
  const resource = taggedResource(account, parameters.required('ResourceName'))
  const added = readTags(parameters)
  if (added.length === 0) throw missingParameter('Tags')
  const kept = resource.tags.filter(({ key }) => !added.some((tag) => tag.key === key))
  const tags = [...kept, ...added]
  if (tags.length > tagLimit) throw invalidValue(`A resource can have at most ${tagLimit} tags.`)
  return told(resource.with(tags), {})
}

export const removeTagsFromResource: Action = (account, parameters) => {
  const resource = taggedResource(account, parameters.required('ResourceName'))
  const keys = parameters.texts('TagKeys', 'member')
  if (keys === undefined) throw missingParameter('TagKeys')
  return told(resource.with(resource.tags.filter(({ key }) => !keys.includes(key))), {})
}

export const listTagsForResource: Action = (account, parameters) =>
  told(account, { TagList: tagList(taggedResource(account, parameters.required('ResourceName')).tags) })
