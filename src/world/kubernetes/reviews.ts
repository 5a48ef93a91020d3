/** Reviews: what the caller may do, and who it is. In the practice world everyone may do everything. */
import type { JsonObject } from './record.ts'
import { asJsonObject } from './record.ts'

const answers: Readonly<Record<string, { readonly kind: string; readonly status: JsonObject }>> = {
  '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews': {
    kind: 'SelfSubjectAccessReview',
    status: { allowed: true },
  },
  '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews': {
    kind: 'SelfSubjectRulesReview',
    status: {
      resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
      nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
      incomplete: false,
    },
  },
  '/apis/authentication.k8s.io/v1/selfsubjectreviews': {
    kind: 'SelfSubjectReview',
    status: { userInfo: { username: 'practice', groups: ['system:masters', 'system:authenticated'] } },
  },
}

/**
 * The answer to a review that was posted to this path, or undefined for another path. The body may be protobuf,
 * which is all that `kubectl auth can-i` sends: the answer doesn't depend on it.
 */
export function reviewAnswer(path: string, body: unknown): JsonObject | undefined {
  const answer = answers[path]
  if (answer === undefined) return undefined
  const apiVersion = path.split('/').slice(2, 4).join('/')
  return {
    kind: answer.kind,
    apiVersion,
    metadata: {},
    spec: asJsonObject(asJsonObject(body).spec),
    status: answer.status,
  }
}
