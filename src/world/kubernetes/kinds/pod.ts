/** Pods. */
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { head, type Kind } from '../kind.ts'
import type { Container, ContainerState, ContainerStatus, Pod, PodSpec } from '../objects.ts'
import type { StatusCause } from '../status.ts'
import { ageColumn, duration } from '../table.ts'
import { forbiddenField } from '../validation.ts'
import { conditionsSchema } from './conditions.ts'
import { podSpecSchema, validatePodSpec } from './pod-template.ts'

const stateSchema = z.looseObject({
  waiting: z
    .looseObject({ reason: z.string().exactOptional(), message: z.string().exactOptional() })
    .exactOptional(),
  running: z.looseObject({ startedAt: z.string().exactOptional() }).exactOptional(),
  terminated: z
    .looseObject({
      exitCode: z.number().default(0),
      reason: z.string().exactOptional(),
      message: z.string().exactOptional(),
      startedAt: z.string().exactOptional(),
      finishedAt: z.string().exactOptional(),
      containerID: z.string().exactOptional(),
    })
    .exactOptional(),
})

const containerStatusesSchema = z
  .array(
    z.looseObject({
      name: z.string().default(''),
      state: stateSchema.exactOptional(),
      lastState: stateSchema.exactOptional(),
      ready: z.boolean().default(false),
      restartCount: z.number().default(0),
      image: z.string().default(''),
      imageID: z.string().default(''),
      containerID: z.string().exactOptional(),
      started: z.boolean().exactOptional(),
    }),
  )
  .exactOptional()

const addresses = z.array(z.looseObject({ ip: z.string().default('') })).exactOptional()

const statusSchema = z
  .looseObject({
    phase: z.string().default('Pending'),
    conditions: conditionsSchema,
    message: z.string().exactOptional(),
    reason: z.string().exactOptional(),
    hostIP: z.string().exactOptional(),
    hostIPs: addresses,
    podIP: z.string().exactOptional(),
    podIPs: addresses,
    startTime: z.string().exactOptional(),
    initContainerStatuses: containerStatusesSchema,
    containerStatuses: containerStatusesSchema,
    qosClass: z.string().exactOptional(),
    observedGeneration: z.number().exactOptional(),
  })
  .prefault({})

/** Pods that stay on an unreachable node for five minutes, as the DefaultTolerationSeconds admission has it. */
const defaultTolerations = ['not-ready', 'unreachable'].map((trouble) => ({
  key: `node.kubernetes.io/${trouble}`,
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds: 300,
}))

export const pods: Kind<Pod> = {
  group: '',
  version: 'v1',
  kind: 'Pod',
  resource: 'pods',
  singular: 'pod',
  shortNames: ['po'],
  categories: ['all'],
  namespaced: true,
  model: 'V1Pod',
  schema: z.looseObject({
    ...head,
    spec: podSpecSchema.transform((spec) => ({ enableServiceLinks: true, ...spec })),
    status: statusSchema,
  }),
  desired: (pod) => pod.spec,
  admit: (pod) => ({
    ...pod,
    spec: {
      tolerations: defaultTolerations,
      priority: 0,
      enableServiceLinks: true,
      ...withRequests(pod.spec),
    },
    status: { ...pod.status, phase: pod.status.phase ?? 'Pending', qosClass: qosClass(pod.spec) },
  }),
  validate: (pod, previous) => [
    ...validatePodSpec('spec', pod.spec),
    ...(previous === undefined ? [] : unchangeable(pod.spec, previous.spec)),
  ],
  columns: [
    { name: 'Ready', type: 'string', cell: readyContainers },
    { name: 'Status', type: 'string', cell: podReason },
    { name: 'Restarts', type: 'string', cell: restarts },
    ageColumn,
    { name: 'IP', type: 'string', wide: true, cell: (pod) => pod.status.podIP ?? '<none>' },
    { name: 'Node', type: 'string', wide: true, cell: (pod) => pod.spec.nodeName ?? '<none>' },
    { name: 'Nominated Node', type: 'string', wide: true, cell: () => '<none>' },
    { name: 'Readiness Gates', type: 'string', wide: true, cell: () => '<none>' },
  ],
  selectable: (pod) => ({
    'spec.nodeName': pod.spec.nodeName ?? '',
    'spec.restartPolicy': pod.spec.restartPolicy ?? '',
    'spec.serviceAccountName': pod.spec.serviceAccountName ?? '',
    'status.phase': pod.status.phase ?? '',
    'status.podIP': pod.status.podIP ?? '',
  }),
  status: true,
  gracePeriod: (pod) =>
    // A pod that no node has taken on yet has nothing to end.
    pod.spec.nodeName === undefined ? 0 : (pod.spec.terminationGracePeriodSeconds ?? 30),
}

/** Requests that aren't given are the limits. */
function withRequests(spec: PodSpec): PodSpec {
  const withThem = (container: Container): Container => {
    const limits = container.resources?.limits
    if (limits === undefined) return container
    const requests = { ...limits, ...container.resources?.requests }
    return { ...container, resources: { ...container.resources, requests } }
  }
  return { ...spec, containers: spec.containers.map(withThem) }
}

/** Guaranteed, Burstable or BestEffort, by what the containers ask for. */
function qosClass(spec: PodSpec): string {
  const resources = withRequests(spec).containers.map((container) => container.resources ?? {})
  const asks = resources.some(({ requests, limits }) => requests !== undefined || limits !== undefined)
  if (!asks) return 'BestEffort'
  const guaranteed = resources.every(({ requests, limits }) =>
    ['cpu', 'memory'].every((each) => limits?.[each] !== undefined && limits[each] === requests?.[each]),
  )
  return guaranteed ? 'Guaranteed' : 'Burstable'
}

/** Of a pod's spec only images, deadlines and added tolerations may change. */
function unchangeable(spec: PodSpec, previous: PodSpec): readonly StatusCause[] {
  const fixed = (each: PodSpec) => ({
    ...each,
    nodeName: undefined,
    tolerations: undefined,
    activeDeadlineSeconds: undefined,
    terminationGracePeriodSeconds: undefined,
    containers: each.containers.map((container) => ({ ...container, image: '' })),
    initContainers: each.initContainers?.map((container) => ({ ...container, image: '' })),
  })
  if (isDeepStrictEqual(fixed(spec), fixed(previous))) return []
  return [
    forbiddenField(
      'spec',
      'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
    ),
  ]
}

function readyContainers(pod: Pod): string {
  const ready = (pod.status.containerStatuses ?? []).filter((status) => status.ready && status.state?.running)
  return `${ready.length}/${pod.spec.containers.length}`
}

function stateReason(state: ContainerState | undefined): string | undefined {
  if (state?.waiting?.reason) return state.waiting.reason
  if (state?.terminated === undefined) return undefined
  return state.terminated.reason || `ExitCode:${state.terminated.exitCode}`
}

/** What stands under STATUS: the phase, or why a container doesn't run, or that the pod is going. */
function podReason(pod: Pod): string {
  const { status } = pod
  const statuses = status.containerStatuses ?? []
  let reason = status.reason || status.phase || 'Unknown'
  const blocked = (status.initContainerStatuses ?? []).findIndex(
    (each) => each.state?.terminated?.exitCode !== 0 && !(each.started && each.ready),
  )
  if (blocked >= 0) {
    const why = stateReason(status.initContainerStatuses?.[blocked]?.state)
    reason =
      why === undefined || why === 'PodInitializing'
        ? `Init:${blocked}/${pod.spec.initContainers?.length ?? 0}`
        : `Init:${why}`
  } else {
    // The first container that has something to say wins, so the last one is asked first.
    for (const each of statuses.toReversed()) reason = stateReason(each.state) ?? reason
    const running = statuses.some((each) => each.ready && each.state?.running)
    if (reason === 'Completed' && running)
      reason = status.conditions?.some((each) => each.type === 'Ready' && each.status === 'True')
        ? 'Running'
        : 'NotReady'
  }
  if (
    pod.metadata.deletionTimestamp !== undefined &&
    status.phase !== 'Failed' &&
    status.phase !== 'Succeeded'
  )
    return status.reason === 'NodeLost' ? 'Unknown' : 'Terminating'
  return reason
}

function restarts(pod: Pod, now: number): string {
  const statuses: readonly ContainerStatus[] = pod.status.containerStatuses ?? []
  const total = statuses.reduce((sum, status) => sum + status.restartCount, 0)
  const ends = statuses.flatMap((status) => status.lastState?.terminated?.finishedAt ?? [])
  const last = Math.max(...ends.map((end) => Date.parse(end)))
  return total === 0 || ends.length === 0 ? String(total) : `${total} (${duration(now - last)} ago)`
}
