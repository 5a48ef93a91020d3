/**
 * The horizontal pod autoscaler's decision (Kubernetes documentation, "Horizontal Pod Autoscaling"): replicas in
 * proportion to how much of what they ask for pods use, within bounds, and not down for a while after a peak.
 */
import { isDeepStrictEqual } from 'node:util'
import type { HorizontalPodAutoscaler, MetricStatus } from '../kubernetes/objects/autoscaling.ts'
import { type Condition, type Deployment, type Pod, timestamp } from '../kubernetes/objects.ts'
import { isReady } from './replica-set.ts'
import type { Write } from './write.ts'

/** What a pod uses, in cores and bytes. */
export interface PodUsage {
  readonly cpu: number
  readonly memory: number
}

/** What one round needs to know. */
export interface AutoscalerView {
  /** Undefined when there is no such deployment. */
  readonly target: Deployment | undefined
  /** The target's pods. */
  readonly pods: readonly Pod[]
  /** Undefined for a pod that nothing is known of yet. */
  readonly usageOf: (pod: Pod) => PodUsage | undefined
  /** What was wanted lately, newest last: a decision to shrink waits until it is old. */
  readonly history: readonly { readonly at: number; readonly replicas: number }[]
  readonly quantity: (text: string | number | undefined) => number
}

/** A difference below this share is none (the controller's --horizontal-pod-autoscaler-tolerance). */
const tolerance = 0.1
/** How long a lower number of replicas has to be wanted, in seconds. */
const usualStabilization = 300

interface Measured {
  readonly status: MetricStatus
  readonly replicas: number
}

export interface AutoscalerReconciled {
  readonly writes: readonly Write[]
  /** What the metrics alone ask for, for the history. */
  readonly wanted: number | undefined
}

/** One round of the controller; `now` in milliseconds since 1970, `speed` how many times faster it waits. */
export function reconcileAutoscaler(
  autoscaler: HorizontalPodAutoscaler,
  view: AutoscalerView,
  now: number,
  speed: number,
): AutoscalerReconciled {
  const { spec, metadata } = autoscaler
  const { target } = view
  const condition = conditionMaker(autoscaler, now)
  const base = { observedGeneration: metadata.generation }
  if (target === undefined) {
    const message = `the HPA controller was unable to get the target's current scale: deployments.apps "${spec.scaleTargetRef.name}" not found`
    return {
      wanted: undefined,
      writes: [
        ...statusWrite(autoscaler, {
          ...base,
          conditions: [condition('AbleToScale', false, 'FailedGetScale', message)],
        }),
        warn(autoscaler, 'FailedGetScale', message.replace(/^.*?: /, '')),
      ],
    }
  }
  const current = target.spec.replicas
  if (current === 0) {
    const message = 'scaling is disabled since the replica count of the target is zero'
    const conditions = [
      condition(
        'AbleToScale',
        true,
        'SucceededGetScale',
        "the HPA controller was able to get the target's current scale",
      ),
      condition('ScalingActive', false, 'ScalingDisabled', message),
    ]
    return {
      wanted: undefined,
      writes: statusWrite(autoscaler, { ...base, currentReplicas: 0, desiredReplicas: 0, conditions }),
    }
  }
  const measured = spec.metrics.map((metric) => measure(metric.resource, current, view))
  const problem = measured.find((each): each is { readonly problem: string } => 'problem' in each)?.problem
  const known = measured.filter((each): each is Measured => 'replicas' in each)
  if (
    known.length === 0 ||
    (problem !== undefined && Math.max(...known.map(({ replicas }) => replicas)) < current)
  ) {
    const message = `the HPA was unable to compute the replica count: ${problem ?? 'no metrics are asked for'}`
    return {
      wanted: undefined,
      writes: [
        ...statusWrite(autoscaler, {
          ...base,
          currentReplicas: current,
          desiredReplicas: current,
          conditions: [
            condition(
              'AbleToScale',
              true,
              'SucceededGetScale',
              "the HPA controller was able to get the target's current scale",
            ),
            condition('ScalingActive', false, 'FailedGetResourceMetric', message),
          ],
        }),
        warn(autoscaler, 'FailedGetResourceMetric', problem ?? 'no metrics are asked for'),
      ],
    }
  }
  const asked = Math.max(...known.map(({ replicas }) => replicas))
  const windowMs =
    ((spec.behavior?.scaleDown?.stabilizationWindowSeconds ?? usualStabilization) * 1000) / speed
  const lately = view.history.filter(({ at }) => at > now - windowMs).map(({ replicas }) => replicas)
  const stabilized = asked < current ? Math.min(current, Math.max(asked, ...lately)) : asked
  const limited = Math.max(
    spec.minReplicas,
    Math.min(spec.maxReplicas, upLimit(autoscaler, current), stabilized),
  )
  const conditions = [
    stabilized > asked
      ? condition(
          'AbleToScale',
          true,
          'ScaleDownStabilized',
          'recent recommendations were higher than current one, applying the highest recent recommendation',
        )
      : condition(
          'AbleToScale',
          true,
          limited === current ? 'ReadyForNewScale' : 'SucceededRescale',
          limited === current
            ? 'recommended size matches current size'
            : `the HPA controller was able to update the target scale to ${limited}`,
        ),
    condition(
      'ScalingActive',
      true,
      'ValidMetricFound',
      `the HPA was able to successfully calculate a replica count from ${spec.metrics[0]?.resource?.name ?? ''} resource ${spec.metrics[0]?.resource?.target.averageUtilization === undefined ? 'value' : 'utilization (percentage of request)'}`,
    ),
    limitCondition(condition, autoscaler, stabilized, limited),
  ]
  const status: HorizontalPodAutoscaler['status'] = {
    ...base,
    ...(autoscaler.status.lastScaleTime === undefined
      ? {}
      : { lastScaleTime: autoscaler.status.lastScaleTime }),
    ...(limited === current ? {} : { lastScaleTime: timestamp(now) }),
    currentReplicas: current,
    desiredReplicas: limited,
    currentMetrics: known.map((each) => each.status),
    conditions,
  }
  const scaled: readonly Write[] =
    limited === current
      ? []
      : [
          {
            verb: 'update',
            what: 'deployment',
            object: { ...target, spec: { ...target.spec, replicas: limited } },
          },
          {
            verb: 'tell',
            about: autoscaler,
            happening: {
              type: 'Normal',
              reason: 'SuccessfulRescale',
              message: `New size: ${limited}; reason: ${reasonOf(asked, current, limited, autoscaler)}`,
            },
          },
        ]
  return { wanted: asked, writes: [...scaled, ...statusWrite(autoscaler, status)] }
}

function measure(
  resource: HorizontalPodAutoscaler['spec']['metrics'][number]['resource'],
  current: number,
  { pods, usageOf, quantity }: AutoscalerView,
): Measured | { readonly problem: string } {
  if (resource === undefined || (resource.name !== 'cpu' && resource.name !== 'memory'))
    return {
      problem: `unable to get metrics for ${resource?.name ?? 'this metric'}: only cpu and memory are measured`,
    }
  const { name, target } = resource
  const field = name
  const ready = pods.filter(isReady)
  const used = ready.flatMap((pod) => {
    const usage = usageOf(pod)
    return usage === undefined ? [] : [{ pod, usage: usage[field] }]
  })
  if (used.length === 0)
    return {
      problem: `failed to get ${name} utilization: unable to get metrics for resource ${name}: no metrics returned from resource metrics API`,
    }
  const total = used.reduce((sum, { usage }) => sum + usage, 0)
  const averageValue = valueText(name, total / used.length)
  if (target.averageUtilization === undefined) {
    const ratio = total / used.length / quantity(target.averageValue)
    return {
      replicas: proportional(ratio, used.length, current),
      status: metricStatus(name, { averageValue }),
    }
  }
  const requests = used.map(({ pod }) =>
    pod.spec.containers
      .map(({ resources }) => resources?.requests?.[name])
      .map((text) => (text === undefined ? undefined : quantity(text))),
  )
  const lacking = used.find((_, at) => requests[at]?.some((request) => request === undefined))
  if (lacking !== undefined)
    return {
      problem: `failed to get ${name} utilization: missing request for ${name} in container ${lacking.pod.spec.containers[0]?.name ?? ''} of Pod ${lacking.pod.metadata.name}`,
    }
  const asked = requests.flat().reduce<number>((sum, request) => sum + (request ?? 0), 0)
  const averageUtilization = Math.floor((total / asked) * 100)
  return {
    replicas: proportional(averageUtilization / target.averageUtilization, used.length, current),
    status: metricStatus(name, { averageUtilization, averageValue }),
  }
}

function proportional(ratio: number, ready: number, current: number): number {
  return Math.abs(ratio - 1) <= tolerance ? current : Math.ceil(ratio * ready)
}

function valueText(name: 'cpu' | 'memory', value: number): string {
  return name === 'cpu' ? `${Math.ceil(value * 1000)}m` : String(Math.ceil(value))
}

function metricStatus(name: string, current: NonNullable<MetricStatus['resource']>['current']): MetricStatus {
  return { type: 'Resource', resource: { name, current } }
}

/** Without rules of its own an autoscaler doubles at most, or adds four, in one round. */
function upLimit({ spec }: HorizontalPodAutoscaler, current: number): number {
  const policies = spec.behavior?.scaleUp?.policies
  if (policies === undefined) return Math.max(current * 2, current + 4)
  const limits = policies.map(({ type, value }) =>
    type === 'Percent' ? Math.ceil(current * (1 + value / 100)) : current + value,
  )
  return spec.behavior?.scaleUp?.selectPolicy === 'Min' ? Math.min(...limits) : Math.max(...limits)
}

function reasonOf(
  asked: number,
  current: number,
  limited: number,
  { spec }: HorizontalPodAutoscaler,
): string {
  if (current > spec.maxReplicas) return 'Current number of replicas above Spec.MaxReplicas'
  if (current < spec.minReplicas) return 'Current number of replicas below Spec.MinReplicas'
  if (limited < current && asked < current) return 'All metrics below target'
  const name = spec.metrics[0]?.resource?.name ?? 'cpu'
  return `${name} resource utilization (percentage of request) above target`
}

type MakeCondition = (type: string, holds: boolean, reason: string, message: string) => Condition

function conditionMaker({ status }: HorizontalPodAutoscaler, now: number): MakeCondition {
  return (type, holds, reason, message) => {
    const before = status.conditions?.find((each) => each.type === type)
    const word = holds ? 'True' : 'False'
    const since = before?.status === word ? before.lastTransitionTime : undefined
    return { type, status: word, lastTransitionTime: since ?? timestamp(now), reason, message }
  }
}

function limitCondition(
  condition: MakeCondition,
  { spec }: HorizontalPodAutoscaler,
  asked: number,
  limited: number,
): Condition {
  if (asked > spec.maxReplicas)
    return condition(
      'ScalingLimited',
      true,
      'TooManyReplicas',
      'the desired replica count is more than the maximum replica count',
    )
  if (asked < spec.minReplicas)
    return condition(
      'ScalingLimited',
      true,
      'TooFewReplicas',
      'the desired replica count is less than the minimum replica count',
    )
  if (limited < asked)
    return condition(
      'ScalingLimited',
      true,
      'ScaleUpLimit',
      'the desired replica count is increasing faster than the maximum scale rate',
    )
  return condition(
    'ScalingLimited',
    false,
    'DesiredWithinRange',
    'the desired count is within the acceptable range',
  )
}

function statusWrite(
  autoscaler: HorizontalPodAutoscaler,
  status: HorizontalPodAutoscaler['status'],
): readonly Write[] {
  return isDeepStrictEqual(status, autoscaler.status)
    ? []
    : [{ verb: 'update', what: 'autoscaler', object: { ...autoscaler, status } }]
}

function warn(about: HorizontalPodAutoscaler, reason: string, message: string): Write {
  return { verb: 'tell', about, happening: { type: 'Warning', reason, message } }
}
