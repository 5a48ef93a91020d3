/** Refuses what the sender of a request may not do. */
import { allows, refusal } from './authorization.ts'
import { type Target, verbOf } from './request.ts'
import { forbidden, forbiddenPath } from './status.ts'
import type { User } from './user.ts'

interface Asked {
  readonly user: User
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
}

/** Throws StatusError (403) unless the sender may do that to the target, or to a path that is none of a resource. */
export function checkAccess({ user, method, path, query }: Asked, target: Target | undefined): void {
  if (target === undefined) {
    const asked = { kind: 'path', verb: method.toLowerCase(), path } as const
    if (!allows(user, asked)) throw forbiddenPath(refusal(user, asked))
    return
  }
  const { resource, namespace = '', name = '', subresource = '' } = target
  const verb = verbOf(method, target, query) ?? method.toLowerCase()
  const of = { group: resource.group, resource: resource.resource }
  const asked = { kind: 'resource', verb, ...of, subresource, namespace, name } as const
  if (!allows(user, asked)) throw forbidden(resource, name, refusal(user, asked))
}

/** Throws StatusError (403) unless the sender may post a review of that kind. */
export function checkReviewAccess({ user, path }: Asked, kind: string): void {
  const [, , group = '', , , namespaced] = path.split('/')
  const of = { group, resource: `${kind.toLowerCase()}s` }
  const namespace = kind.startsWith('Local') ? (namespaced ?? '') : ''
  const asked = { kind: 'resource', verb: 'create', ...of, subresource: '', namespace, name: '' } as const
  if (!allows(user, asked)) throw forbidden(of, '', refusal(user, asked))
}
