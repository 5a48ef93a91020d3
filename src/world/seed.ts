/** LoanServe as it stands when practice begins: two colors of the API, lived in for some days. */
import type { WorldClock } from './clock.ts'
import { forgetOldEvents } from './event-recorder.ts'
import { practiceNode } from './kubelet/node.ts'
import type { Cluster } from './kubernetes/cluster.ts'
import type { Collection } from './kubernetes/collection.ts'
import type { Kind } from './kubernetes/kind.ts'
import { configMaps } from './kubernetes/kinds/config-map.ts'
import { deployments } from './kubernetes/kinds/deployment.ts'
import { ingresses } from './kubernetes/kinds/ingress.ts'
import { namespaces } from './kubernetes/kinds/namespace.ts'
import { secrets } from './kubernetes/kinds/secret.ts'
import { services } from './kubernetes/kinds/service.ts'
import type { KubeObject } from './kubernetes/objects.ts'

export const namespace = 'loanserve'
/** What users ask for; the Ingress leads it to the Service. */
export const host = 'api.loanserve.io'
export const service = 'api-main'

const dayMs = 24 * 60 * 60 * 1000
const hourMs = 60 * 60 * 1000
/** How old the cluster is. */
const ageMs = 40 * dayMs

interface Release {
  readonly color: 'blue' | 'green'
  readonly image: string
  /** Milliseconds before now. */
  readonly ago: number
}

/** What was shipped, oldest first. Each color has an older revision, so that `rollout undo` has somewhere to go. */
const releases: readonly Release[] = [
  { color: 'green', image: 'loanserve/api:v1.2.0', ago: 12 * dayMs - 5 * hourMs },
  { color: 'blue', image: 'loanserve/api:v1.2.1', ago: 9 * dayMs - 3 * hourMs },
  { color: 'green', image: 'loanserve/api:v1.2.1', ago: 6 * dayMs - 7 * hourMs },
  { color: 'blue', image: 'loanserve/api:v1.2.2', ago: 3 * dayMs - 4 * hourMs },
]

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration'

type Manifest = {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly labels?: Record<string, string>
    readonly annotations?: Record<string, string>
  }
  readonly [field: string]: unknown
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, each]) => [key, inOrder(each)] as const)
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

/** An object as `kubectl apply` would leave it: it remembers what was applied, its keys in order. */
function applied(manifest: Manifest): Manifest {
  const { metadata } = manifest
  const remembered = { ...manifest, metadata: { annotations: {}, ...metadata } }
  return {
    ...manifest,
    metadata: { ...metadata, annotations: { [lastApplied]: `${JSON.stringify(inOrder(remembered))}\n` } },
  }
}

function apiDeployment(color: Release['color'], image: string): Manifest {
  const labels = { app: 'api', color }
  const env = [
    { name: 'FEATURE_FLAGS_JSON', value: '{}' },
    { name: 'DATABASE_URL', valueFrom: { secretKeyRef: { name: 'loanserve-secrets', key: 'DATABASE_URL' } } },
  ]
  const container = {
    name: 'api',
    image,
    ports: [{ containerPort: 3000 }],
    readinessProbe: { httpGet: { path: '/healthz', port: 3000 } },
    volumeMounts: [{ name: 'app-config', mountPath: '/etc/loanserve', readOnly: true }],
  }
  const blue = {
    ...container,
    env: [...env, { name: 'LOG_LEVEL', value: 'info' }],
    resources: {
      requests: { cpu: '100m', memory: '128Mi' },
      limits: { cpu: '500m', memory: '256Mi' },
    },
  }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: `api-${color}`, namespace, labels },
    spec: {
      replicas: color === 'blue' ? 3 : 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          containers: [color === 'blue' ? blue : { ...container, env }],
          volumes: [{ name: 'app-config', configMap: { name: 'app-config' } }],
        },
      },
    },
  }
}

const apiService: Manifest = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: service, namespace },
  spec: { selector: { app: 'api', color: 'blue' }, ports: [{ name: 'http', port: 80, targetPort: 3000 }] },
}

const appConfig: Manifest = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'app-config', namespace },
  data: { MAINTENANCE_BANNER: '' },
}

/** In a world without a database: a name that leads nowhere. */
const noDatabaseUrl = 'postgres://app:s3cret-pw@primary:5432/loanserve'

function loanserveSecrets(databaseUrl: string): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'loanserve-secrets', namespace },
    stringData: { DATABASE_URL: databaseUrl },
  }
}

const apiIngress: Manifest = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'api-ingress', namespace },
  spec: {
    rules: [
      {
        host,
        http: {
          paths: [
            { path: '/', pathType: 'Prefix', backend: { service: { name: service, port: { number: 80 } } } },
          ],
        },
      },
    ],
  },
}

/**
 * Lives through the cluster's past on the simulated clock, from its first namespace to `now` (milliseconds since
 * 1970): afterwards everything is settled and ready, with ages, revisions and hashes that fit together. Kubelet
 * and controllers must run already. The clock is left standing at `now`. The Secret leads the application to
 * `databaseUrl`.
 */
export function seedWorld(
  cluster: Cluster,
  clock: WorldClock,
  now: number,
  databaseUrl: string = noDatabaseUrl,
): void {
  function make<T extends KubeObject>(kind: Kind<T>, collection: Collection<T>, manifest: unknown): T {
    return collection.create(kind.schema.parse(manifest))
  }

  clock.advance(now - ageMs)
  for (const name of ['default', 'kube-system', 'kube-public', 'kube-node-lease', namespace])
    make(namespaces, cluster.namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
  cluster.nodes.create(practiceNode(clock.now()))
  make(configMaps, cluster.configMaps, applied(appConfig))
  make(secrets, cluster.secrets, applied(loanserveSecrets(databaseUrl)))
  make(services, cluster.services, applied(apiService))
  make(ingresses, cluster.ingresses, applied(apiIngress))

  for (const { color, image, ago } of releases) {
    clock.advance(now - ago)
    const manifest = applied(apiDeployment(color, image))
    const present = cluster.deployments.get(namespace, `api-${color}`)
    if (present === undefined) make(deployments, cluster.deployments, manifest)
    else {
      const next = deployments.schema.parse(manifest)
      const annotations = { ...present.metadata.annotations, ...next.metadata.annotations }
      cluster.deployments.update({
        ...present,
        metadata: { ...present.metadata, annotations },
        spec: next.spec,
      })
    }
  }
  clock.advance(now)
  forgetOldEvents(cluster)
}

/** Forgets Events as a real cluster does, for as long as the clock runs. */
export function keepForgettingEvents(cluster: Cluster, clock: WorldClock): void {
  const everyTenMinutes = () => {
    forgetOldEvents(cluster)
    clock.at(clock.now() + 10 * 60 * 1000, everyTenMinutes)
  }
  everyTenMinutes()
}
