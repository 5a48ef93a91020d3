/** The files of a container: what the kubelet mounts and writes, and what programs leave there. */
import { createHash } from 'node:crypto'
import type { Cluster } from '../kubernetes/cluster.ts'
import type { Container, Pod, StringMap, Volume } from '../kubernetes/objects.ts'
import type { Files } from './programs/program.ts'

const serviceAccountPath = '/var/run/secrets/kubernetes.io/serviceaccount'

const directories = [
  '/bin',
  '/dev',
  '/etc',
  '/home',
  '/proc/1',
  '/root',
  '/sys',
  '/tmp',
  '/usr/bin',
  '/var/log',
]

/** What containers of one pod have written: each its own files, and those of volumes that they share. */
export interface WrittenFiles {
  readonly own: Map<string, string>
  readonly shared: Map<string, Map<string, string>>
}

/** The files of a container as they are now. A Secret or ConfigMap that has changed is seen changed. */
export function containerFiles(options: {
  readonly cluster: Cluster
  readonly pod: Pod
  readonly container: Container
  readonly ip: string
  readonly env: () => StringMap
  readonly command: string
  readonly programs: readonly string[]
  readonly written: WrittenFiles
}): Files {
  const { cluster, pod, container, ip, env, command, programs, written } = options
  const { namespace } = pod.metadata
  const hostname = pod.spec.hostname ?? pod.metadata.name

  const fixed: Readonly<Record<string, () => string>> = {
    '/etc/hostname': () => `${hostname}\n`,
    '/etc/hosts': () =>
      `# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n${ip}\t${hostname}\n`,
    '/etc/resolv.conf': () =>
      `search ${namespace}.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n`,
    '/etc/os-release': () => 'PRETTY_NAME="Practice Linux"\nNAME="Practice Linux"\nID=practice\n',
    '/proc/1/environ': () =>
      Object.entries(env())
        .map(([name, value]) => `${name}=${value}\0`)
        .join(''),
    '/proc/1/cmdline': () => `${command.split(' ').join('\0')}\0`,
    '/proc/1/comm': () => `${command.split(' ')[0] ?? ''}\n`,
  }

  /** What a mount holds, by the name under its path; undefined for one that containers write themselves. */
  function mounted(volume: Volume | undefined): StringMap | undefined {
    if (volume === undefined) return undefined
    const sources = volume.projected?.sources ?? [volume]
    if (volume.projected === undefined && volume.secret === undefined && volume.configMap === undefined)
      return undefined
    return Object.fromEntries(
      sources.flatMap((source) => Object.entries(contentOf(cluster, namespace, source))),
    )
  }

  const mounts = (container.volumeMounts ?? []).map(({ name, mountPath, subPath }) => ({
    path: mountPath.replace(/(.)\/$/, '$1'),
    name,
    subPath,
    volume: pod.spec.volumes?.find((each) => each.name === name),
  }))

  /** Every path that a mount brings, with its text. */
  function mountedFiles(): ReadonlyMap<string, string> {
    const files = new Map<string, string>()
    for (const [name, text] of Object.entries(accountFiles(cluster, pod)))
      files.set(`${serviceAccountPath}/${name}`, text)
    for (const { path, name, subPath, volume } of mounts) {
      const held = mounted(volume)
      const texts = held ?? Object.fromEntries(written.shared.get(name) ?? [])
      if (subPath !== undefined && subPath in texts) files.set(path, texts[subPath] ?? '')
      else if (subPath === undefined)
        for (const [file, text] of Object.entries(texts)) files.set(`${path}/${file}`, text)
    }
    return files
  }

  function read(path: string): string | undefined {
    return written.own.get(path) ?? fixed[path]?.() ?? mountedFiles().get(path)
  }

  function paths(): readonly string[] {
    const tools = programs.map((name) => `/usr/bin/${name}`)
    return [...Object.keys(fixed), ...mountedFiles().keys(), ...written.own.keys(), ...tools]
  }

  function list(path: string): readonly string[] | undefined {
    const prefix = path === '/' ? '/' : `${path}/`
    const roots = [
      ...directories,
      ...mounts.filter(({ subPath }) => subPath === undefined).map((each) => each.path),
    ]
    const inside = [...paths(), ...roots.map((each) => `${each}/`)].filter((each) => each.startsWith(prefix))
    if (inside.length === 0) return undefined
    const names = inside.map((each) => each.slice(prefix.length).split('/')[0] ?? '')
    return [...new Set(names)].filter((name) => name !== '').sort()
  }

  /** The mount that a path lies in. */
  const mountOf = (path: string) =>
    mounts.find((each) => path === each.path || path.startsWith(`${each.path}/`))

  return {
    read,
    list,
    write(path, text) {
      const mount = mountOf(path)
      if (path.startsWith('/proc/') || path.startsWith(`${serviceAccountPath}/`)) return false
      if (list(path.slice(0, Math.max(1, path.lastIndexOf('/')))) === undefined) return false
      if (mount === undefined) written.own.set(path, text)
      else if (mounted(mount.volume) !== undefined) return false
      else {
        const files = written.shared.get(mount.name) ?? new Map<string, string>()
        written.shared.set(mount.name, files)
        files.set(path.slice(mount.path.length + 1), text)
      }
      return true
    },
    remove(path) {
      const mount = mountOf(path)
      if (mount === undefined) return written.own.delete(path)
      return written.shared.get(mount.name)?.delete(path.slice(mount.path.length + 1)) ?? false
    },
  }
}

function contentOf(
  cluster: Cluster,
  namespace: string,
  { secret, configMap }: Volume | Omit<Volume, 'name'>,
): StringMap {
  const items = secret?.items ?? configMap?.items
  const all = secret
    ? decoded(cluster.secrets.get(namespace, secret.secretName ?? secret.name ?? '')?.data)
    : configMap
      ? (cluster.configMaps.get(namespace, configMap.name ?? '')?.data ?? {})
      : {}
  if (items === undefined) return all
  return Object.fromEntries(
    items.flatMap(({ key, path }) => (all[key] === undefined ? [] : [[path, all[key]]])),
  )
}

function decoded(data: StringMap = {}): StringMap {
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]),
  )
}

/** The files by which a program would call the API as the pod's service account. */
function accountFiles(cluster: Cluster, pod: Pod): StringMap {
  if (pod.spec.automountServiceAccountToken === false) return {}
  const { namespace, name, uid } = pod.metadata
  const account = pod.spec.serviceAccountName ?? 'default'
  const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = {
    iss: 'https://kubernetes.default.svc.cluster.local',
    sub: `system:serviceaccount:${namespace}:${account}`,
    'kubernetes.io': { namespace, pod: { name, uid }, serviceaccount: { name: account } },
  }
  const head = `${encoded({ alg: 'RS256', kid: 'practice' })}.${encoded(claims)}`
  // The practice API knows one token only and this isn't it: the signature is none.
  const token = `${head}.${createHash('sha256').update(head).digest('base64url')}`
  const ca = cluster.configMaps.get(namespace, 'kube-root-ca.crt')?.data?.['ca.crt']
  return { namespace, token, ...(ca === undefined ? {} : { 'ca.crt': ca }) }
}
