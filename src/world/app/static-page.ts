/** What a pod of a web server answers: files of its ConfigMaps, as its own configuration says. */
import type { Cluster } from '../kubernetes/cluster.ts'
import type { Pod } from '../kubernetes/objects.ts'
import type { Reply } from './http.ts'

const welcome = '<!DOCTYPE html><title>Welcome to nginx!</title><h1>Welcome to nginx!</h1>\n'

/** The part of nginx's configuration that is played; what it says of the rest is read past. */
interface Server {
  readonly root: string
  /** `return 503;`: what every request gets. */
  readonly status: number | undefined
  /** `error_page 503 /maintenance.html;` */
  readonly errorPages: ReadonlyMap<number, string>
  /** `add_header NAME VALUE always;` */
  readonly headers: Readonly<Record<string, string>>
}

/** Undefined where the pod's image is no web server that is played. */
export function staticPage(cluster: Cluster, pod: Pod, path: string): Reply | undefined {
  const image = pod.spec.containers[0]?.image ?? ''
  if (!/(^|\/)nginx(-unprivileged)?(:|@|$)/.test(image)) return undefined
  const files = mountedFiles(cluster, pod)
  const server = serverOf([...files].find(([name]) => name.startsWith('/etc/nginx/conf.d/'))?.[1] ?? '')
  const status = server.status ?? 200
  const page = server.status === undefined ? path.split('?')[0] : server.errorPages.get(status)
  const file = files.get(`${server.root}${page === '/' ? '/index.html' : page}`)
  const headers = { ...server.headers, server: 'nginx', 'content-type': 'text/html' }
  if (file !== undefined) return { status, headers, text: file }
  if (server.status !== undefined) return { status, headers, text: `<h1>${status}</h1>\n` }
  return page === '/'
    ? { status: 200, headers, text: welcome }
    : { status: 404, headers, text: '<h1>404 Not Found</h1>\n' }
}

/** The files that the first container sees of the pod's ConfigMaps, by their whole path. */
function mountedFiles(cluster: Cluster, { metadata, spec }: Pod): ReadonlyMap<string, string> {
  const mounts = spec.containers[0]?.volumeMounts ?? []
  return new Map(
    mounts.flatMap(({ name, mountPath, subPath }) => {
      const map = spec.volumes?.find((volume) => volume.name === name)?.configMap?.name
      const data = map === undefined ? {} : (cluster.configMaps.get(metadata.namespace, map)?.data ?? {})
      if (subPath !== undefined)
        return data[subPath] === undefined ? [] : [[mountPath, data[subPath]] as const]
      return Object.entries(data).map(([key, text]) => [`${mountPath}/${key}`, text] as const)
    }),
  )
}

function serverOf(conf: string): Server {
  const status = /\breturn\s+(\d{3})\s*;/.exec(conf)?.[1]
  return {
    root: /\broot\s+([^\s;]+)\s*;/.exec(conf)?.[1] ?? '/usr/share/nginx/html',
    status: status === undefined ? undefined : Number(status),
    errorPages: new Map(
      [...conf.matchAll(/\berror_page\s+(\d{3})\s+([^\s;]+)\s*;/g)].map(([, code, page]) => [
        Number(code),
        page ?? '',
      ]),
    ),
    headers: Object.fromEntries(
      [...conf.matchAll(/\badd_header\s+(\S+)\s+"?([^";]+?)"?(?:\s+always)?\s*;/g)].map(([, name, value]) => [
        (name ?? '').toLowerCase(),
        value ?? '',
      ]),
    ),
  }
}
