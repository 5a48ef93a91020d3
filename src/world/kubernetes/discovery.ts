/** Discovery: which groups, versions and resources there are, in the aggregated form and in the older one. */
import { apiVersionOf } from './kind.ts'
import type { JsonObject } from './record.ts'
import type { Resource } from './resource.ts'

const all = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']
const change = ['get', 'patch', 'update']

/** The media type of aggregated discovery, v2 (Kubernetes 1.30 and later). */
export const aggregatedType = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'

interface Subresource {
  readonly name: string
  readonly kind: string
  readonly group?: string
  readonly version?: string
  readonly verbs: readonly string[]
}

/** One resource as discovery lists it. */
interface Entry {
  readonly group: string
  readonly version: string
  readonly name: string
  readonly singular: string
  readonly kind: string
  readonly namespaced: boolean
  readonly verbs: readonly string[]
  readonly shortNames: readonly string[]
  readonly categories: readonly string[]
  readonly subresources: readonly Subresource[]
}

/** Reviews: kinds that are only ever posted, and answered at once. */
const reviews: readonly Entry[] = [
  review('authentication.k8s.io', 'SelfSubjectReview'),
  review('authorization.k8s.io', 'SelfSubjectAccessReview'),
  review('authorization.k8s.io', 'SelfSubjectRulesReview'),
]

function review(group: string, kind: string): Entry {
  const singular = kind.toLowerCase()
  return {
    ...{ group, version: 'v1', name: `${singular}s`, singular, kind, namespaced: false, verbs: ['create'] },
    ...{ shortNames: [], categories: [], subresources: [] },
  }
}

function entry(resource: Resource): Entry {
  const { group, version, kind } = resource
  return {
    ...{ group, version, kind, name: resource.resource, singular: resource.singular },
    namespaced: resource.namespaced,
    verbs: resource.collectionDelete ? all : all.filter((verb) => verb !== 'deletecollection'),
    shortNames: resource.shortNames,
    categories: resource.categories,
    subresources: [
      ...(kind === 'Pod' ? [{ name: 'log', kind, verbs: ['get'] }] : []),
      ...(resource.hasScale
        ? [{ name: 'scale', kind: 'Scale', group: 'autoscaling', version: 'v1', verbs: change }]
        : []),
      ...(resource.hasStatus ? [{ name: 'status', kind, verbs: change }] : []),
    ],
  }
}

/** The document at a discovery path, or undefined for a path that is none. */
export function discover(
  path: string,
  aggregated: boolean,
  resources: readonly Resource[],
): JsonObject | undefined {
  const entries = [...resources.map(entry), ...reviews]
  if (aggregated && path === '/api') return aggregatedList(entries.filter(({ group }) => group === ''))
  if (aggregated && path === '/apis') return aggregatedList(entries.filter(({ group }) => group !== ''))
  if (path === '/api')
    return {
      kind: 'APIVersions',
      versions: ['v1'],
      serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: '127.0.0.1' }],
    }
  if (path === '/apis')
    return {
      kind: 'APIGroupList',
      apiVersion: 'v1',
      groups: groupsOf(entries).map((group) => groupObject(group, entries)),
    }
  const [, group, version] = /^\/apis\/([^/]+)(?:\/([^/]+))?$/.exec(path) ?? []
  if (group !== undefined && version === undefined && groupsOf(entries).includes(group))
    return { kind: 'APIGroup', apiVersion: 'v1', ...groupObject(group, entries) }
  const listed = path === '/api/v1' ? { group: '', version: 'v1' } : { group, version }
  const found = entries.filter((each) => each.group === listed.group && each.version === listed.version)
  return found.length === 0 ? undefined : resourceList(found)
}

function groupsOf(entries: readonly Entry[]): readonly string[] {
  return [...new Set(entries.map(({ group }) => group))].filter((group) => group !== '')
}

function groupObject(name: string, entries: readonly Entry[]): JsonObject {
  const versions = [
    ...new Set(entries.filter(({ group }) => group === name).map(({ version }) => version)),
  ].map((version) => ({ groupVersion: `${name}/${version}`, version }))
  return { name, versions, preferredVersion: versions[0] }
}

function aggregatedList(entries: readonly Entry[]): JsonObject {
  const groups = [...new Set(entries.map(({ group }) => group))]
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: groups.map((group) => {
      const within = entries.filter((each) => each.group === group)
      const versions = [...new Set(within.map(({ version }) => version))]
      return {
        metadata: group === '' ? {} : { name: group },
        versions: versions.map((version) => ({
          version,
          resources: within.filter((each) => each.version === version).map(aggregatedResource),
          freshness: 'Current',
        })),
      }
    }),
  }
}

function aggregatedResource(each: Entry): JsonObject {
  return {
    resource: each.name,
    responseKind: { group: '', version: '', kind: each.kind },
    scope: each.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: each.singular,
    verbs: each.verbs,
    ...(each.shortNames.length === 0 ? {} : { shortNames: each.shortNames }),
    ...(each.categories.length === 0 ? {} : { categories: each.categories }),
    ...(each.subresources.length === 0
      ? {}
      : {
          subresources: each.subresources.map(({ name, kind, group = '', version = '', verbs }) => ({
            subresource: name,
            responseKind: { group, version, kind },
            verbs,
          })),
        }),
  }
}

function resourceList(entries: readonly Entry[]): JsonObject {
  const [first] = entries
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: first === undefined ? '' : apiVersionOf(first),
    resources: entries.flatMap((each) => [
      {
        name: each.name,
        singularName: each.singular,
        namespaced: each.namespaced,
        kind: each.kind,
        verbs: each.verbs,
        ...(each.shortNames.length === 0 ? {} : { shortNames: each.shortNames }),
        ...(each.categories.length === 0 ? {} : { categories: each.categories }),
      },
      ...each.subresources.map(({ name, kind, group, version, verbs }) => ({
        name: `${each.name}/${name}`,
        singularName: '',
        namespaced: each.namespaced,
        ...(group === undefined ? {} : { group, version }),
        kind,
        verbs,
      })),
    ]),
  }
}
