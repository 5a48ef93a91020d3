/** Discovery: which groups, versions and resources there are, in the aggregated form and in the older one. */
import { createHash } from 'node:crypto'
import { apiVersionOf } from './kind.ts'
import type { JsonObject } from './record.ts'
import type { Resource } from './resource.ts'

const change = ['get', 'patch', 'update']
const connect = ['create', 'get']

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
  /** Whether objects are kept, so that they have a version of storage. */
  readonly stored: boolean
}

/** Reviews: kinds that are only ever posted, and answered at once. */
const reviews: readonly Entry[] = [
  review('authentication.k8s.io', 'SelfSubjectReview', false),
  review('authentication.k8s.io', 'TokenReview', false),
  review('authorization.k8s.io', 'LocalSubjectAccessReview', true),
  review('authorization.k8s.io', 'SelfSubjectAccessReview', false),
  review('authorization.k8s.io', 'SelfSubjectRulesReview', false),
  review('authorization.k8s.io', 'SubjectAccessReview', false),
]

function review(group: string, kind: string, namespaced: boolean): Entry {
  const singular = kind.toLowerCase()
  return {
    ...{ group, version: 'v1', name: `${singular}s`, singular, kind, namespaced, verbs: ['create'] },
    ...{ shortNames: [], categories: [], subresources: [], stored: false },
  }
}

/** Subresources that only some kinds have, by resource and group. */
const ownSubresources: Readonly<Record<string, readonly Subresource[]>> = {
  'pods.': [
    { name: 'attach', kind: 'PodAttachOptions', verbs: connect },
    { name: 'eviction', kind: 'Eviction', group: 'policy', version: 'v1', verbs: ['create'] },
    { name: 'exec', kind: 'PodExecOptions', verbs: connect },
    { name: 'log', kind: 'Pod', verbs: ['get'] },
    { name: 'portforward', kind: 'PodPortForwardOptions', verbs: connect },
  ],
  'serviceaccounts.': [
    {
      name: 'token',
      kind: 'TokenRequest',
      group: 'authentication.k8s.io',
      version: 'v1',
      verbs: ['create'],
    },
  ],
}

function entry(resource: Resource): Entry {
  const { group, version, kind } = resource
  return {
    ...{ group, version, kind, name: resource.resource, singular: resource.singular },
    namespaced: resource.namespaced,
    verbs: resource.verbs,
    shortNames: resource.shortNames,
    categories: resource.categories,
    subresources: [
      ...(ownSubresources[`${resource.resource}.${group}`] ?? []),
      ...(resource.hasScale
        ? [{ name: 'scale', kind: 'Scale', group: 'autoscaling', version: 'v1', verbs: change }]
        : []),
      ...(resource.hasStatus ? [{ name: 'status', kind, verbs: change }] : []),
    ],
    stored: resource.verbs.includes('create'),
  }
}

/** Groups as the real server orders them: the first that has a name is the one that kubectl takes. */
const builtIn = [
  ...['', 'apiregistration.k8s.io', 'apps', 'events.k8s.io', 'authentication.k8s.io'],
  ...['authorization.k8s.io', 'autoscaling', 'batch', 'certificates.k8s.io', 'networking.k8s.io', 'policy'],
  ...['rbac.authorization.k8s.io', 'storage.k8s.io', 'admissionregistration.k8s.io', 'apiextensions.k8s.io'],
  ...['scheduling.k8s.io', 'coordination.k8s.io', 'node.k8s.io', 'discovery.k8s.io', 'resource.k8s.io'],
]

/** Groups that servers beside the API server add come last. */
const added = ['metrics.k8s.io']

function groupRank(group: string): number {
  const at = builtIn.indexOf(group)
  if (at >= 0) return at
  return builtIn.length + (added.includes(group) ? 1 : 0)
}

/** `v2` before `v1`, released versions before betas, betas before alphas. */
function versionRank(version: string): readonly number[] {
  const [, major = '0', stage, minor = '0'] = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version) ?? []
  const ripeness = stage === undefined ? 2 : stage === 'beta' ? 1 : 0
  return [ripeness, Number(major), Number(minor)]
}

function compareVersions(a: string, b: string): number {
  const [left, right] = [versionRank(a), versionRank(b)]
  const at = left.findIndex((part, index) => part !== right[index])
  return at < 0 ? compareText(a, b) : (right[at] ?? 0) - (left[at] ?? 0)
}

const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

function allEntries(resources: readonly Resource[]): readonly Entry[] {
  return [...resources.map(entry), ...reviews].sort(
    (a, b) =>
      groupRank(a.group) - groupRank(b.group) ||
      compareText(a.group, b.group) ||
      compareVersions(a.version, b.version) ||
      compareText(a.name, b.name),
  )
}

/** Whether a path may be one of discovery: the root, and everything above the resources. */
export function isDiscovery(path: string): boolean {
  return path === '/' || /^\/(api(\/v1)?|apis(\/[^/]+){0,2})$/.test(path)
}

/** The document at a discovery path, or undefined for a path that is none. */
export function discover(
  path: string,
  aggregated: boolean,
  resources: readonly Resource[],
): JsonObject | undefined {
  const entries = allEntries(resources)
  if (path === '/') return { paths: rootPaths(entries) }
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

/** What `kubectl get --raw /` lists: every path that something is served at. */
function rootPaths(entries: readonly Entry[]): readonly string[] {
  const groups = groupsOf(entries).flatMap((group) => [
    `/apis/${group}`,
    ...versionsOf(group, entries).map((version) => `/apis/${group}/${version}`),
  ])
  const rest = ['/healthz', '/livez', '/openapi/v3', '/readyz', '/version']
  return ['/api', '/api/v1', '/apis', ...groups, ...rest].sort()
}

function versionsOf(group: string, entries: readonly Entry[]): readonly string[] {
  return [...new Set(entries.filter((each) => each.group === group).map(({ version }) => version))]
}

function groupsOf(entries: readonly Entry[]): readonly string[] {
  return [...new Set(entries.map(({ group }) => group))].filter((group) => group !== '')
}

function groupObject(name: string, entries: readonly Entry[]): JsonObject {
  const versions = versionsOf(name, entries).map((version) => ({
    groupVersion: `${name}/${version}`,
    version,
  }))
  return { name, versions, preferredVersion: versions[0] }
}

function aggregatedList(entries: readonly Entry[]): JsonObject {
  const groups = [...new Set(entries.map(({ group }) => group))]
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: groups.map((group) => ({
      metadata: group === '' ? {} : { name: group },
      versions: versionsOf(group, entries).map((version) => ({
        version,
        resources: entries
          .filter((each) => each.group === group && each.version === version)
          .map(aggregatedResource),
        freshness: 'Current',
      })),
    })),
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
        ...(each.stored ? { storageVersionHash: storageHash(each) } : {}),
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

/** The real server's mark of what objects are stored as: the first eight bytes of a SHA-256 (`StorageVersionHash`). */
function storageHash({ group, version, kind }: Entry): string {
  return createHash('sha256').update(`${group}/${version}/${kind}`).digest().subarray(0, 8).toString('base64')
}
