/** Jobs: pods that are to come to an end. */
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { head, type Kind } from '../kind.ts'
import type { Job, JobSpec } from '../objects/batch.ts'
import { selectorText } from '../selectors.ts'
import type { StatusCause } from '../status.ts'
import { ageColumn, duration } from '../table.ts'
import { invalidValue, labels, notNegative, unsupported } from '../validation.ts'
import { conditionsSchema } from './conditions.ts'
import { containerImages, containerNames, podTemplateSchema, validatePodSpec } from './pod-template.ts'
import { selectorSchema } from './workload-selector.ts'

const count = z.number().exactOptional()
const text = z.string().exactOptional()

export const jobSpecSchema = z
  .looseObject({
    parallelism: z.number().default(1),
    completions: count,
    backoffLimit: z.number().default(6),
    activeDeadlineSeconds: count,
    ttlSecondsAfterFinished: count,
    suspend: z.boolean().default(false),
    completionMode: z.string().default('NonIndexed'),
    podReplacementPolicy: z.string().default('TerminatingOrFailed'),
    manualSelector: z.boolean().exactOptional(),
    selector: selectorSchema,
    template: podTemplateSchema,
  })
  .prefault({})
  .transform((spec) =>
    // Neither given: one pod, once. Parallelism alone makes a work queue, which has no number of completions.
    spec.completions === undefined && spec.parallelism === 1 ? { ...spec, completions: 1 } : spec,
  )

/** The condition that a job has come to: it is over in either way. */
export function jobOutcome({ status }: Job): 'Complete' | 'Failed' | undefined {
  const over = status.conditions?.find(
    ({ type, status: holds }) => (type === 'Complete' || type === 'Failed') && holds === 'True',
  )
  return over?.type === 'Complete' ? 'Complete' : over === undefined ? undefined : 'Failed'
}

export const jobs: Kind<Job> = {
  group: 'batch',
  version: 'v1',
  kind: 'Job',
  resource: 'jobs',
  singular: 'job',
  categories: ['all'],
  namespaced: true,
  model: 'V1Job',
  schema: z.looseObject({
    ...head,
    spec: jobSpecSchema,
    status: z
      .looseObject({
        active: count,
        ready: count,
        terminating: count,
        succeeded: count,
        failed: count,
        startTime: text,
        completionTime: text,
        conditions: conditionsSchema,
      })
      .default({}),
  }),
  desired: ({ spec }) => spec,
  admit: withOwnSelector,
  validate: (job, previous) => [...validateJobSpec('spec', job.spec), ...unchangeable(job, previous)],
  columns: [
    { name: 'Status', type: 'string', cell: statusWord },
    { name: 'Completions', type: 'string', cell: completions },
    { name: 'Duration', type: 'string', cell: took },
    ageColumn,
    {
      name: 'Containers',
      type: 'string',
      wide: true,
      cell: ({ spec }) => containerNames(spec.template.spec),
    },
    { name: 'Images', type: 'string', wide: true, cell: ({ spec }) => containerImages(spec.template.spec) },
    { name: 'Selector', type: 'string', wide: true, cell: ({ spec }) => selectorText(spec.selector) },
  ],
  selectable: ({ status }) => ({ 'status.successful': String(status.succeeded ?? 0) }),
  status: true,
}

/** A job knows its pods by its own uid, unless it was given a selector. */
function withOwnSelector(job: Job): Job {
  if (job.spec.manualSelector === true || Object.keys(job.spec.selector).length > 0) return job
  const { uid, name } = job.metadata
  const own = { 'batch.kubernetes.io/controller-uid': uid }
  const marks = {
    ...own,
    'batch.kubernetes.io/job-name': name,
    'controller-uid': uid,
    'job-name': name,
  }
  const { template } = job.spec
  const metadata = { ...template.metadata, labels: { ...template.metadata?.labels, ...marks } }
  return {
    ...job,
    spec: { ...job.spec, selector: { matchLabels: own }, template: { ...template, metadata } },
  }
}

/** Everything that is wrong with a job's spec, which `field` names. */
export function validateJobSpec(field: string, spec: JobSpec): readonly StatusCause[] {
  const { restartPolicy } = spec.template.spec
  return [
    ...notNegative(`${field}.parallelism`, spec.parallelism),
    ...notNegative(`${field}.completions`, spec.completions),
    ...notNegative(`${field}.backoffLimit`, spec.backoffLimit),
    ...notNegative(`${field}.activeDeadlineSeconds`, spec.activeDeadlineSeconds),
    ...notNegative(`${field}.ttlSecondsAfterFinished`, spec.ttlSecondsAfterFinished),
    ...labels(`${field}.template.metadata.labels`, spec.template.metadata?.labels),
    ...validatePodSpec(`${field}.template.spec`, spec.template.spec),
    ...(restartPolicy === 'OnFailure' || restartPolicy === 'Never'
      ? []
      : [unsupported(`${field}.template.spec.restartPolicy`, restartPolicy, ['OnFailure', 'Never'])]),
  ]
}

/** What a job does is fixed; how many do it at once, and whether, is not. */
function unchangeable({ spec }: Job, previous: Job | undefined): readonly StatusCause[] {
  if (previous === undefined) return []
  const fixed = (['completions', 'selector', 'template'] as const).filter(
    (name) => !isDeepStrictEqual(spec[name], previous.spec[name]),
  )
  return fixed.map((name) => invalidValue(`spec.${name}`, spec[name] ?? null, 'field is immutable'))
}

function statusWord(job: Job): string {
  const { conditions = [] } = job.status
  const holds = (type: string) => conditions.some((each) => each.type === type && each.status === 'True')
  const over = jobOutcome(job)
  if (over !== undefined) return over
  if (job.metadata.deletionTimestamp !== undefined) return 'Terminating'
  if (holds('Suspended')) return 'Suspended'
  if (holds('FailureTarget')) return 'FailureTarget'
  return holds('SuccessCriteriaMet') ? 'SuccessCriteriaMet' : 'Running'
}

function completions({ spec, status }: Job): string {
  const done = status.succeeded ?? 0
  if (spec.completions !== undefined) return `${done}/${spec.completions}`
  return spec.parallelism > 1 ? `${done}/1 of ${spec.parallelism}` : `${done}/1`
}

function took({ status }: Job, now: number): string {
  if (status.startTime === undefined) return ''
  const end = status.completionTime === undefined ? now : Date.parse(status.completionTime)
  return duration(end - Date.parse(status.startTime))
}
