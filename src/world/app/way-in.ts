/** Which Service a request to a host is led to by the Ingresses of a namespace. */
import type { Cluster } from '../kubernetes/cluster.ts'

/**
 * The Service behind the longest path that fits, of the rules for the host or for any; undefined where no rule leads
 * anywhere. (networking.k8s.io/v1, IngressRule: the longest matching path wins.)
 */
export function serviceBehind(
  cluster: Cluster,
  namespace: string,
  host: string,
  url: string,
): string | undefined {
  const path = url.split('?')[0] ?? '/'
  const ways = cluster.ingresses
    .list(namespace)
    .flatMap(({ spec }) => spec.rules ?? [])
    .filter((rule) => rule.host === undefined || rule.host === host)
    .flatMap((rule) => rule.http?.paths ?? [])
    .filter((way) => fits(way.path ?? '/', way.pathType, path))
  const longest = ways.toSorted((a, b) => (b.path ?? '/').length - (a.path ?? '/').length)[0]
  return longest?.backend.service?.name
}

/** Prefixes are matched element by element: /api fits /api/loans and not /apis. */
function fits(wanted: string, pathType: string, path: string): boolean {
  if (pathType === 'Exact') return wanted === path
  const prefix = wanted.replace(/\/+$/, '')
  return path === prefix || path.startsWith(`${prefix}/`)
}
