/** Objects as a Kubernetes API writes them, with as much in them as a test wants to say. */

/** The Service `api-main`, which selects the given labels. */
export function service(selector: Readonly<Record<string, string>>, resourceVersion = '1') {
  return { metadata: { name: 'api-main', namespace: 'shop', resourceVersion }, spec: { selector } }
}

/** A deployment `api-COLOR` with three ready pods. */
export function deployment(color: string, change: { app?: string; spec?: object; status?: object } = {}) {
  const labels = { app: change.app ?? 'api', color }
  return {
    metadata: {
      name: `${labels.app}-${color}`,
      generation: 2,
      resourceVersion: '2',
      managedFields: [{ x: 1 }],
    },
    spec: {
      replicas: 3,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels: { ...labels, version: '7' } },
        spec: {
          containers: [
            { name: 'proxy', image: 'envoy:1' },
            { name: 'api', image: `shop/api:${color}` },
          ],
        },
      },
      ...change.spec,
    },
    status: { observedGeneration: 2, readyReplicas: 3, updatedReplicas: 3, ...change.status },
  }
}

/** A running, ready pod of one container. */
export function pod(
  name: string,
  color: string,
  change: { app?: string; metadata?: object; spec?: object; status?: object } = {},
) {
  return {
    metadata: {
      name,
      labels: { app: change.app ?? 'api', color },
      creationTimestamp: '2026-01-02T03:04:05Z',
      resourceVersion: '3',
      annotations: { secret: 'not to be kept' },
      ...change.metadata,
    },
    spec: { containers: [{ name: 'api', image: `shop/api:${color}` }], ...change.spec },
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'True' }],
      containerStatuses: [
        {
          name: 'api',
          ready: true,
          restartCount: 0,
          state: { running: { startedAt: '2026-01-02T03:04:06Z' } },
        },
      ],
      ...change.status,
    },
  }
}

/** An EndpointSlice of `api-main` with an endpoint for each pod. */
export function slice(
  name: string,
  endpoints: readonly { readonly pod: string; readonly conditions?: object }[] | null,
  ofService = 'api-main',
) {
  return {
    metadata: { name, resourceVersion: '4', labels: { 'kubernetes.io/service-name': ofService } },
    addressType: 'IPv4',
    endpoints:
      endpoints?.map((one) => ({
        addresses: ['10.0.0.1'],
        conditions: one.conditions ?? { ready: true },
        targetRef: { kind: 'Pod', name: one.pod },
      })) ?? null,
  }
}
