/** Reviews: what someone may do, and who someone is. They are posted, answered at once, and kept nowhere. */
import { type Attributes, allows, rulesOf } from './authorization.ts'
import { DecodeError, decode } from './decode.ts'
import { asJsonObject, isJsonObject, isList, type JsonObject } from './record.ts'
import { badRequest, invalid } from './status.ts'
import type { User } from './user.ts'
import type { Users } from './users.ts'
import { invalidValue, required } from './validation.ts'

/** Who asks, and who else there is. */
export interface Asker {
  readonly user: User
  readonly users: Users
}

const paths: Readonly<Record<string, string>> = {
  'authentication.k8s.io/v1/selfsubjectreviews': 'SelfSubjectReview',
  'authentication.k8s.io/v1/tokenreviews': 'TokenReview',
  'authorization.k8s.io/v1/selfsubjectaccessreviews': 'SelfSubjectAccessReview',
  'authorization.k8s.io/v1/selfsubjectrulesreviews': 'SelfSubjectRulesReview',
  'authorization.k8s.io/v1/subjectaccessreviews': 'SubjectAccessReview',
}
const local = /^authorization\.k8s\.io\/v1\/namespaces\/([^/]+)\/localsubjectaccessreviews$/

/** The kind of review that is posted to that path, or undefined for another path. */
export function reviewKind(path: string): string | undefined {
  const rest = path.startsWith('/apis/') ? path.slice('/apis/'.length) : ''
  return paths[rest] ?? (local.test(rest) ? 'LocalSubjectAccessReview' : undefined)
}

/** The answer to a review of that kind. Throws StatusError: 400 for a body that can't be read, 422 for a wrong one. */
export function answerReview(kind: string, body: unknown, asker: Asker): JsonObject {
  const value = read(kind, body)
  const spec = asJsonObject(value.spec)
  const group =
    kind.endsWith('AccessReview') || kind === 'SelfSubjectRulesReview' ? 'authorization' : 'authentication'
  return {
    kind,
    apiVersion: `${group}.k8s.io/v1`,
    metadata: asJsonObject(value.metadata),
    ...(kind === 'SelfSubjectReview' ? {} : { spec }),
    status: statusOf(kind, spec, asker),
  }
}

function read(kind: string, body: unknown): JsonObject {
  if (!isJsonObject(body)) throw badRequest('the body of the request must be one object')
  try {
    return decode(`V1${kind}`, body).value
  } catch (error) {
    if (error instanceof DecodeError)
      throw badRequest(`${kind} in version "v1" cannot be handled as a ${kind}: ${error.message}`)
    throw error
  }
}

function statusOf(kind: string, spec: JsonObject, { user, users }: Asker): JsonObject {
  switch (kind) {
    case 'SelfSubjectReview':
      return { userInfo: user }
    case 'TokenReview':
      return tokenStatus(spec, users)
    case 'SelfSubjectRulesReview':
      return rulesOf(user)
    case 'SelfSubjectAccessReview':
      return { allowed: allows(user, attributesOf(kind, spec)) }
    default:
      return { allowed: allows(subjectOf(kind, spec), attributesOf(kind, spec)) }
  }
}

function tokenStatus(spec: JsonObject, users: Users): JsonObject {
  const token = text(spec.token)
  if (token === '') throw invalid('authentication.k8s.io', 'TokenReview', '', [required('spec.token')])
  const user = users.userOf(token)
  return user === undefined
    ? { user: {}, error: 'invalid bearer token' }
    : { authenticated: true, user, audiences: ['https://kubernetes.default.svc.cluster.local'] }
}

function subjectOf(kind: string, spec: JsonObject): User {
  const username = text(spec.user)
  const groups = isList(spec.groups) ? spec.groups.map(text) : []
  if (username === '' && groups.length === 0) {
    const why = 'at least one of user or group must be specified'
    throw invalid('authorization.k8s.io', kind, '', [invalidValue('spec.user', username, why)])
  }
  return { username, groups }
}

/** What is asked about. Throws StatusError (422) unless it is a resource or a path, and one of them. */
function attributesOf(kind: string, { resourceAttributes, nonResourceAttributes }: JsonObject): Attributes {
  if ((resourceAttributes === undefined) === (nonResourceAttributes === undefined)) {
    const why = 'exactly one of nonResourceAttributes or resourceAttributes must be specified'
    const cause =
      resourceAttributes === undefined
        ? invalidValue('spec.resourceAttributes', null, why)
        : invalidValue(
            'spec.nonResourceAttributes',
            nonResourceAttributes,
            'cannot be specified in combination with resourceAttributes',
          )
    throw invalid('authorization.k8s.io', kind, '', [cause])
  }
  if (nonResourceAttributes !== undefined) {
    const { verb, path } = asJsonObject(nonResourceAttributes)
    return { kind: 'path', verb: text(verb), path: text(path) }
  }
  const { verb, group, resource, subresource, namespace, name } = asJsonObject(resourceAttributes)
  return {
    kind: 'resource',
    ...{ verb: text(verb), group: text(group), resource: text(resource), subresource: text(subresource) },
    ...{ namespace: text(namespace), name: text(name) },
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
