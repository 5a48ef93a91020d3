/**
 * Who may do what. The administrators may do everything; everyone else may look at discovery and ask what they may
 * do, as in a real cluster without roles of its own.
 */
import type { JsonObject } from './record.ts'
import type { User } from './user.ts'

export type Attributes =
  | {
      readonly kind: 'resource'
      readonly verb: string
      readonly group: string
      readonly resource: string
      readonly subresource: string
      readonly namespace: string
      readonly name: string
    }
  | { readonly kind: 'path'; readonly verb: string; readonly path: string }

/** What everyone may read: `system:discovery` and `system:public-info-viewer` of a real cluster. */
const publicPaths = [
  ...['/api', '/api/*', '/apis', '/apis/*', '/healthz', '/livez', '/openapi', '/openapi/*', '/readyz'],
  ...['/version', '/version/'],
]

/** What everyone may ask: `system:basic-user`. */
const ownReviews = [
  { group: 'authentication.k8s.io', resource: 'selfsubjectreviews' },
  { group: 'authorization.k8s.io', resource: 'selfsubjectaccessreviews' },
  { group: 'authorization.k8s.io', resource: 'selfsubjectrulesreviews' },
] as const

const isAdmin = ({ groups }: User) => groups.includes('system:masters')

/** Whether the user may. */
export function allows(user: User, asked: Attributes): boolean {
  if (isAdmin(user)) return true
  if (asked.kind === 'path')
    return asked.verb === 'get' && publicPaths.some((pattern) => covers(pattern, asked.path))
  const { verb, group, resource } = asked
  return verb === 'create' && ownReviews.some((each) => each.group === group && each.resource === resource)
}

function covers(pattern: string, path: string): boolean {
  return pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern
}

/** Everything that the user may do, as a SelfSubjectRulesReview tells it. */
export function rulesOf(user: User): JsonObject {
  const own = ownReviews.map(({ group, resource }) => ({
    verbs: ['create'],
    apiGroups: [group],
    resources: [resource],
  }))
  const all = isAdmin(user)
  return {
    resourceRules: [...(all ? [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }] : []), ...own],
    nonResourceRules: [
      ...(all ? [{ verbs: ['*'], nonResourceURLs: ['*'] }] : []),
      { verbs: ['get'], nonResourceURLs: publicPaths },
    ],
    incomplete: false,
  }
}

/** As the server words a refusal: `User "x" cannot list resource "pods" in API group "" in the namespace "y"`. */
export function refusal({ username }: User, asked: Attributes): string {
  if (asked.kind === 'path') return `User "${username}" cannot ${asked.verb} path "${asked.path}"`
  const { verb, group, resource, subresource, namespace } = asked
  const what = subresource === '' ? resource : `${resource}/${subresource}`
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace "${namespace}"`
  return `User "${username}" cannot ${verb} resource "${what}" in API group "${group}" ${where}`
}
