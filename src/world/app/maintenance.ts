/** The banner of the maintenance mode, as the application in a pod sees it. */
import type { Cluster } from '../kubernetes/cluster.ts'
import type { Running } from './app.ts'

const variable = 'MAINTENANCE_BANNER'

/**
 * From the environment as it was when the pod started; where that has none, from a ConfigMap that the pod has mounted,
 * which the application reads again for each answer: it follows a change without a restart.
 */
export function maintenanceBanner(cluster: Cluster, { pod, env }: Running): string {
  const own = env[variable]
  if (own !== undefined && own !== '') return own.trim()
  const { volumes = [], containers } = pod.spec
  const mounted = new Set(containers[0]?.volumeMounts?.map(({ name }) => name))
  for (const { name, configMap } of volumes) {
    if (configMap?.name === undefined || !mounted.has(name)) continue
    const text = cluster.configMaps.get(pod.metadata.namespace, configMap.name)?.data?.[variable]
    if (text !== undefined) return text.trim()
  }
  return ''
}
